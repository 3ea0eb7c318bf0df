#include "tables/alias_target.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "base/try.h"
#include "mail/domain.h"
#include "tables/limits.h"
#include "tables/pair.h"

namespace pillarbox::tables {
namespace {

using Target = std::expected<AliasTarget, std::string>;

constexpr std::string_view include_word = ":include:";
constexpr std::string_view error_word = "error:";

std::unexpected<std::string> wrong(std::string_view why) { return std::unexpected(std::string(why)); }

// The inside of a text that is one quoted string as a whole; nothing if it isn't.
std::optional<std::string> unquoted(std::string_view text) {
  if (text.size() < 2 || text.front() != '"') return std::nullopt;
  std::string inside;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '"') return i + 1 == text.size() ? std::optional(inside) : std::nullopt;
    if (text[i] == '\\' && i + 1 < text.size()) ++i;
    inside += text[i];
  }
  return std::nullopt;
}

Target read_path(std::string_view path, std::string_view what) {
  if (path.size() > limits::path) return std::unexpected(fmt::format("{} is too long", what));
  if (!path.starts_with('/')) return std::unexpected(fmt::format("{} doesn't begin with \"/\"", what));
  return AliasFile{std::string(path)};
}

Target read_command(std::string_view text) {
  std::string line(trim(text));
  // |"command with words", as sendmail's users write it.
  if (auto inside = unquoted(line)) line = *std::move(inside);
  if (line.empty()) return wrong("there is no command behind \"|\"");
  if (line.size() > limits::command) return wrong("the command is too long");
  return AliasCommand{std::move(line)};
}

// "5.7.1 text": the status is taken off `text` if it fits the code.
void take_status(std::string_view& text, AliasError& error) {
  const auto end = std::min(text.find(' '), text.size());
  const auto parts = split(text.substr(0, end), '.');
  if (parts.size() != 3 || parts[0] != std::to_string(error.code / 100)) return;
  const auto subject = parse_decimal(parts[1]);
  const auto detail = parse_decimal(parts[2]);
  if (!subject || !detail || *subject > 7 || *detail > 999) return;
  error.subject = static_cast<std::uint8_t>(*subject);
  error.detail = static_cast<std::uint16_t>(*detail);
  text = trim(text.substr(end));
}

Target read_error(std::string_view text) {
  text = trim(text);
  AliasError error;
  const auto code = parse_decimal(text.substr(0, 3));
  const bool is_code = text.size() >= 3 && code && (*code / 100 == 4 || *code / 100 == 5) && *code % 100 < 60;
  const bool ends = text.size() == 3 || (text.size() > 3 && text[3] == ' ');
  if (!is_code || !ends) return wrong("error: needs a code from 400 to 459 or from 500 to 559 and a text");
  error.code = static_cast<int>(*code);
  text = trim(text.substr(3));
  take_status(text, error);
  if (text.empty()) return wrong("error: needs a text behind the code");
  if (text.size() > limits::error_text) return wrong("the text is too long");
  if (!std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; }))
    return wrong("SMTP replies are printable ASCII");
  error.text = text;
  return error;
}

Target read_address(std::string_view text) {
  if (text.starts_with('@')) {
    auto domain = mail::parse_domain_or_literal(text.substr(1));
    if (!domain) return wrong("there is no domain behind \"@\"");
    return AliasDomain{*std::move(domain)};
  }
  auto address = mail::parse_address(text);
  if (!address) return wrong("it isn't an address: " + std::string(mail::describe(address.error())));
  return AliasAddress{*std::move(address)};
}

Target read_name(std::string_view text) {
  AliasName name;
  name.is_final = text.starts_with('\\');
  if (name.is_final) text.remove_prefix(1);
  auto inside = unquoted(text);
  name.name = inside ? *inside : std::string(text);
  if (name.name.empty()) return wrong("it is empty");
  if (name.name.size() > limits::login) return wrong("it is too long");
  const bool has_quotes = name.name.contains('"');
  const bool has_blanks = name.name.find_first_of(" \t") != std::string::npos;
  if (has_quotes || (has_blanks && !inside)) return wrong("it isn't one name");
  return name;
}

// What a text is by its first character, quotes around it taken off.
std::optional<Target> read_special(std::string_view text) {
  if (text.starts_with('|')) return read_command(text.substr(1));
  if (text.starts_with('/')) return read_path(text, "the file's path");
  if (starts_with_ignoring_case(text, include_word)) {
    auto file = read_path(trim(text.substr(include_word.size())), "the included file's path");
    if (!file) return file;
    return AliasInclude{std::get<AliasFile>(*std::move(file)).path};
  }
  if (starts_with_ignoring_case(text, error_word)) return read_error(text.substr(error_word.size()));
  return std::nullopt;
}

struct Printer {
  std::string operator()(const AliasName& t) const { return (t.is_final ? "\\" : "") + t.name; }
  std::string operator()(const AliasAddress& t) const { return t.address.to_string(); }
  std::string operator()(const AliasDomain& t) const { return "@" + t.domain; }
  std::string operator()(const AliasCommand& t) const { return "|" + t.line; }
  std::string operator()(const AliasFile& t) const { return t.path; }
  std::string operator()(const AliasInclude& t) const { return std::string(include_word) + t.path; }
  std::string operator()(const AliasError& t) const {
    return fmt::format("error:{} {}.{}.{} {}", t.code, t.code / 100, t.subject, t.detail, t.text);
  }
};

}  // namespace

std::string text_of(const AliasTarget& target) { return std::visit(Printer{}, target); }

Target parse_alias_target(std::string_view text) {
  if (!is_utf8(text)) return wrong("it isn't UTF-8");
  if (escape_controls(text) != text) return wrong("it has control characters");
  if (auto special = read_special(text)) return *std::move(special);
  if (const auto inside = unquoted(text)) {
    if (auto special = read_special(*inside)) return *std::move(special);
  }
  if (text.starts_with('<') && text.ends_with('>')) text = text.substr(1, text.size() - 2);
  if (text.starts_with('"') ? !unquoted(text) : text.contains('@')) return read_address(text);
  return read_name(text);
}

std::vector<std::string_view> split_alias_targets(std::string_view text) {
  std::vector<std::string_view> targets;
  bool is_quoted = false;
  std::size_t begin = 0;
  const auto is_error = [&] { return starts_with_ignoring_case(trim(text.substr(begin)), error_word); };
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      is_quoted = !is_quoted;
    } else if (text[i] == ',' && !is_quoted) {
      if (is_error()) break;
      targets.push_back(trim(text.substr(begin, i - begin)));
      begin = i + 1;
    }
  }
  targets.push_back(trim(text.substr(begin)));
  return targets;
}

void read_alias_targets(std::string_view text, std::uint32_t line, std::vector<AliasTarget>& targets,
                        std::vector<LineError>& errors) {
  for (const std::string_view written : split_alias_targets(text)) {
    if (written.empty()) continue;
    auto target = parse_alias_target(written);
    if (target) {
      targets.push_back(*std::move(target));
    } else {
      errors.push_back({line, fmt::format("target \"{}\": {}; it is ignored", written, target.error())});
    }
  }
}

TargetList TargetList::parse(const Lines& lines, std::vector<LineError>& errors) {
  TargetList list;
  for (const Line& line : lines.lines)
    read_alias_targets(without_comment(line.text), line.number, list.targets, errors);
  return list;
}

}  // namespace pillarbox::tables
