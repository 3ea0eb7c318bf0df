#include "config/format_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "base/text.h"
#include "base/try.h"

namespace pillarbox::config {
namespace {

constexpr std::array<std::string_view, 13> names = {
    "sender",    "sender.user", "sender.domain", "rcpt",           "rcpt.user", "rcpt.domain", "dest",
    "dest.user", "dest.domain", "user.username", "user.directory", "mbox.from", "mda"};
constexpr std::array<std::string_view, 4> modifiers = {"lowercase", "raw", "strip", "uppercase"};

bool is_offset(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  return !text.empty() && text.size() <= 6 && parse_decimal(text).has_value();
}

// [0], [8:], [:3], [-3:], [0:-4].
bool is_range(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) return is_offset(text);
  const std::string_view begin = text.substr(0, colon);
  const std::string_view end = text.substr(colon + 1);
  return (begin.empty() || is_offset(begin)) && (end.empty() || is_offset(end));
}

std::string with_nearest(std::string message, std::string_view written,
                         const std::vector<std::string_view>& known) {
  if (written.size() <= 40) {
    if (const auto nearest = nearest_word(written, known))
      message += fmt::format("; did you mean {}?", *nearest);
  }
  return message;
}

std::expected<void, std::string> check_one(std::string_view inside, FormatPlace place) {
  std::string_view name = inside.substr(0, inside.find_first_of("[:"));
  std::string_view rest = inside.substr(name.size());
  if (name == "mda" && place == FormatPlace::delivery)
    return std::unexpected("%{mda} means something in a wrapper only");
  if (std::ranges::find(names, name) == names.end()) {
    return std::unexpected(
        with_nearest(fmt::format("nothing is called %{{{}}}", name), name, {names.begin(), names.end()}));
  }
  if (rest.starts_with('[')) {
    const auto closed = rest.find(']');
    if (closed == std::string_view::npos || !is_range(rest.substr(1, closed - 1))) {
      return std::unexpected(fmt::format("%{{{}}} has no part {}", name, rest.substr(0, closed + 1)));
    }
    rest.remove_prefix(closed + 1);
  }
  if (rest.empty()) return {};
  if (!rest.starts_with(':')) return std::unexpected(fmt::format("\"{}\" behind %{{{}…", rest, name));
  for (const std::string_view modifier : split(rest.substr(1), '|')) {
    if (std::ranges::find(modifiers, modifier) != modifiers.end()) continue;
    return std::unexpected(with_nearest(fmt::format("there is no modifier \"{}\"", modifier), modifier,
                                        {modifiers.begin(), modifiers.end()}));
  }
  return {};
}

}  // namespace

std::expected<void, std::string> check_format(std::string_view text, FormatPlace place) {
  for (auto begin = text.find("%{"); begin != std::string_view::npos; begin = text.find("%{")) {
    const auto end = text.find('}', begin);
    if (end == std::string_view::npos) return std::unexpected("\"%{\" isn't closed");
    TRY(check_one(text.substr(begin + 2, end - begin - 2), place));
    text.remove_prefix(end + 1);
  }
  return {};
}

}  // namespace pillarbox::config
