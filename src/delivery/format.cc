#include "delivery/format.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "base/try.h"

namespace pillarbox::delivery {
namespace {

using Text = std::expected<std::string, std::string>;

constexpr std::size_t most_bytes = 4096;
constexpr std::string_view harmless = "+-=_.@^,";

bool is_harmless(char c) {
  return is_ascii_alnum(c) || static_cast<unsigned char>(c) >= 0x80 || harmless.contains(c);
}

bool is_control(char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7f; }

std::string sanitize(std::string value) {
  std::ranges::replace_if(value, [](char c) { return !is_harmless(c); }, ':');
  if (value.starts_with('.') || value.starts_with('-')) value[0] = ':';
  return value;
}

// What not even `raw` may bring into a path.
std::string sanitize_raw_path(std::string value) {
  std::ranges::replace_if(value, [](char c) { return c == '/' || is_control(c); }, ':');
  if (value.starts_with('.')) value[0] = ':';
  return value;
}

struct Value {
  std::string text;
  bool is_the_admins = false;  // not chosen by peers: never changed
};

// The parts of an address as the specifiers name them: "", ".user", ".domain".
std::optional<std::string> part_of(const std::optional<mail::Address>& address, std::string_view part) {
  if (part != "" && part != ".user" && part != ".domain") return std::nullopt;
  if (!address) return "";
  if (part == "") return address->local_part + "@" + address->domain;
  return part == ".user" ? address->local_part : address->domain;
}

std::optional<Value> value_of(std::string_view name, const FormatValues& values) {
  const auto address = [&](std::string_view word,
                           const std::optional<mail::Address>& of) -> std::optional<Value> {
    auto text = part_of(of, name.substr(word.size()));
    if (!text) return std::nullopt;
    return Value{std::move(*text)};
  };
  if (name.starts_with("sender")) return address("sender", values.sender);
  if (name.starts_with("rcpt")) return address("rcpt", values.recipient);
  if (name.starts_with("dest")) return address("dest", values.destination);
  if (name == "user.username") return Value{values.username};
  if (name == "user.directory") return Value{values.directory, true};
  if (name == "mbox.from") return Value{values.sender ? *part_of(values.sender, "") : "MAILER-DAEMON"};
  if (name == "mda" && values.mda) return Value{*values.mda, true};
  return std::nullopt;
}

// "[2]", "[2:5]", "[-3:]": positive ends are included, negative ones count from behind and aren't.
std::optional<std::string> substring(const std::string& text, std::string_view range) {
  const auto number = [&](std::string_view digits) -> std::optional<std::int64_t> {
    const bool is_negative = digits.starts_with('-');
    const auto value = parse_decimal(digits.substr(is_negative ? 1 : 0));
    if (!value || *value > most_bytes) return std::nullopt;
    return is_negative ? -static_cast<std::int64_t>(*value) : static_cast<std::int64_t>(*value);
  };
  const auto size = static_cast<std::int64_t>(text.size());
  const auto colon = range.find(':');
  const auto begin = number(range.substr(0, colon));
  if (!begin) return std::nullopt;
  const std::int64_t from = std::clamp(*begin < 0 ? size + *begin : *begin, std::int64_t{0}, size);
  std::int64_t to = from + 1;
  if (colon != std::string_view::npos) {
    const std::string_view digits = range.substr(colon + 1);
    const auto end = digits.empty() ? std::optional(size) : number(digits);
    if (!end) return std::nullopt;
    to = *end < 0 ? size + *end : *end + 1;
  }
  to = std::clamp(to, from, size);
  return text.substr(static_cast<std::size_t>(from), static_cast<std::size_t>(to - from));
}

std::string without_detail(const std::string& text) {
  const auto at = std::min(text.rfind('@'), text.size());
  const auto parts = mail::split_detail(std::string_view(text).substr(0, at));
  return std::string(parts.user) + text.substr(at);
}

// One specifier, without its "%{" and "}".
Text expand_one(std::string_view specifier, const FormatValues& values, FormatUse use) {
  const auto bracket = specifier.find('[');
  // A colon within brackets belongs to the range.
  const auto modifiers_at =
      specifier.find(':', bracket == std::string_view::npos ? 0 : specifier.find(']', bracket));
  const std::string_view head = specifier.substr(0, modifiers_at);
  const std::string_view modifiers =
      modifiers_at == std::string_view::npos ? "" : specifier.substr(modifiers_at + 1);

  auto value = value_of(head.substr(0, bracket), values);
  if (!value) {
    return std::unexpected(
        fmt::format("%{{{}}} is unknown; there are sender, rcpt, dest (each also with .user and .domain), "
                    "user.username, user.directory, mbox.from",
                    specifier));
  }
  if (bracket != std::string_view::npos) {
    auto part = head.ends_with(']')
                    ? substring(value->text, head.substr(bracket + 1, head.size() - bracket - 2))
                    : std::nullopt;
    if (!part)
      return std::unexpected(fmt::format("%{{{}}}: its range isn't one, like [0:3] or [-3:]", specifier));
    value->text = std::move(*part);
  }
  bool is_raw = false;
  for (const std::string_view modifier : split(modifiers, '|')) {
    if (modifier == "lowercase") {
      value->text = to_ascii_lower(value->text);
    } else if (modifier == "uppercase") {
      value->text = to_ascii_upper(value->text);
    } else if (modifier == "strip") {
      value->text = without_detail(value->text);
    } else if (modifier == "raw") {
      is_raw = true;
    } else if (!modifier.empty()) {
      return std::unexpected(
          fmt::format("%{{{}}}: the modifier {} is unknown; there are lowercase, uppercase, "
                      "strip and raw",
                      specifier, modifier));
    }
  }
  if (value->is_the_admins) return value->text;
  if (!is_raw) return sanitize(std::move(value->text));
  return use == FormatUse::path ? sanitize_raw_path(std::move(value->text)) : std::move(value->text);
}

}  // namespace

std::expected<std::string, std::string> expand_format(std::string_view format, const FormatValues& values,
                                                      FormatUse use) {
  std::string result;
  while (!format.empty()) {
    const auto at = format.find("%{");
    result += format.substr(0, at);
    if (at == std::string_view::npos) break;
    const auto end = format.find('}', at);
    if (end == std::string_view::npos) return std::unexpected("a \"%{\" isn't closed by \"}\"");
    result += TRY(expand_one(format.substr(at + 2, end - at - 2), values, use));
    format.remove_prefix(end + 1);
  }
  if (result.size() > most_bytes) return std::unexpected("expanded, it is longer than 4096 bytes");
  return result;
}

}  // namespace pillarbox::delivery
