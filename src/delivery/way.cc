#include "delivery/way.h"

#include <fmt/format.h>

#include <array>

#include "base/text.h"
#include "base/try.h"

namespace pillarbox::delivery {
namespace {

using Means = route::DeliveryDestination::Means;
using Error = std::unexpected<std::string>;

constexpr std::array<std::string_view, 3> means_words = {"action", "command", "file"};

// "name=value" words; what would end a word stands as %XX.
class Writer {
 public:
  void word(std::string_view name, std::string_view value) {
    if (value.empty()) return;
    if (!text_.empty()) text_ += ' ';
    text_ += name;
    text_ += '=';
    for (const char c : value) {
      if (c <= ' ' || c == '%' || c == 0x7f) {
        text_ += fmt::format("%{:02x}", static_cast<unsigned char>(c));
      } else {
        text_ += c;
      }
    }
  }
  void user(std::string_view prefix, const std::optional<route::LocalUser>& user) {
    if (!user) return;
    const auto name = [&](std::string_view field) { return fmt::format("{}.{}", prefix, field); };
    word(name("login"), user->login);
    if (user->uid) word(name("uid"), std::to_string(*user->uid));
    if (user->gid) word(name("gid"), std::to_string(*user->gid));
    word(name("home"), user->home);
    word(name("extra"), user->extra);
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

int hex_value(char c) {
  if (is_ascii_digit(c)) return c - '0';
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

std::expected<std::string, std::string> unescape(std::string_view value) {
  std::string text;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (value[i] != '%') {
      text += value[i];
      continue;
    }
    const bool is_whole =
        i + 2 < value.size() && hex_value(value[i + 1]) >= 0 && hex_value(value[i + 2]) >= 0;
    if (!is_whole) return Error(fmt::format("{} has a % that isn't followed by two digits", value));
    text += static_cast<char>(hex_value(value[i + 1]) * 16 + hex_value(value[i + 2]));
    i += 2;
  }
  return text;
}

std::expected<std::uint32_t, std::string> number(const std::string& text) {
  const auto value = parse_decimal(text);
  // (uid_t)-1 means "unchanged" to the system.
  if (!value || *value >= UINT32_MAX) return Error(text + " is no user's or group's number");
  return static_cast<std::uint32_t>(*value);
}

std::expected<void, std::string> set(std::optional<route::LocalUser>& user, std::string_view field,
                                     std::string value) {
  if (!user) user.emplace();
  if (field == "login") {
    user->login = std::move(value);
  } else if (field == "uid") {
    user->uid = TRY(number(value));
  } else if (field == "gid") {
    user->gid = TRY(number(value));
  } else if (field == "home") {
    user->home = std::move(value);
  } else if (field == "extra") {
    user->extra = std::move(value);
  } else {
    return Error(fmt::format("{} is unknown", field));
  }
  return {};
}

std::expected<Means, std::string> means_of(std::string_view word) {
  for (std::size_t i = 0; i < means_words.size(); ++i) {
    if (means_words[i] == word) return static_cast<Means>(i);
  }
  return Error(fmt::format("{} is no means of delivery", word));
}

std::expected<void, std::string> set(Way& way, std::string_view name, std::string value) {
  auto& to = way.destination;
  if (name.starts_with("user.")) return set(to.user, name.substr(5), std::move(value));
  if (name.starts_with("as.")) return set(to.run_as, name.substr(3), std::move(value));
  if (name == "by") {
    to.means = TRY(means_of(value));
  } else if (name == "action") {
    to.action = std::move(value);
  } else if (name == "argument") {
    to.argument = std::move(value);
  } else if (name == "detail") {
    to.detail = std::move(value);
  } else if (name == "for") {
    way.original = std::move(value);
  } else {
    return Error(fmt::format("{} is unknown", name));
  }
  return {};
}

}  // namespace

std::string to_text(const Way& way) {
  const auto& to = way.destination;
  Writer out;
  out.word("by", means_words.at(static_cast<std::size_t>(to.means)));
  out.word("action", to.action);
  out.word("argument", to.argument);
  out.user("user", to.user);
  out.user("as", to.run_as);
  out.word("detail", to.detail);
  out.word("for", way.original);
  return out.take();
}

std::expected<Way, std::string> way_from_text(std::string_view text) {
  Way way;
  if (text.empty()) return Error("it is empty");
  for (const std::string_view word : split(text, ' ')) {
    const auto equals = word.find('=');
    if (equals == std::string_view::npos) return Error(fmt::format("{} has no value", word));
    TRY(set(way, word.substr(0, equals), TRY(unescape(word.substr(equals + 1)))));
  }
  return way;
}

}  // namespace pillarbox::delivery
