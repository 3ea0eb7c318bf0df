#include "config/diagnostic.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/text.h"
#include "config/limits.h"

namespace pillarbox::config {
namespace {

constexpr std::string_view indent = "    ";
constexpr std::size_t text_width = 90;

// The part of a line that is shown, and where the mistake stands in it.
struct Excerpt {
  std::string_view text;
  std::size_t offset = 0;
  bool is_cut_before = false;
  bool is_cut_behind = false;
};

constexpr bool is_utf8_tail(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

Excerpt excerpt_of(std::string_view line, std::size_t offset) {
  Excerpt excerpt{line, std::min(offset, line.size())};
  if (line.size() <= limits::shown_line) return excerpt;
  std::size_t begin = excerpt.offset > limits::shown_line / 2 ? excerpt.offset - limits::shown_line / 2 : 0;
  while (begin < line.size() && is_utf8_tail(line[begin])) ++begin;
  excerpt.text = line.substr(begin, limits::shown_line);
  excerpt.offset -= std::min(begin, excerpt.offset);
  excerpt.is_cut_before = begin > 0;
  excerpt.is_cut_behind = begin + excerpt.text.size() < line.size();
  return excerpt;
}

// One column a character: what would move the cursor or isn't text becomes "?". Tabs stay, here and in the
// line of the caret, so that both are equally wide.
std::string printable(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t length = 1;
    while (i + length < text.size() && is_utf8_tail(text[i + length])) ++length;
    const std::string_view character = text.substr(i, length);
    const bool is_plain = character == "\t" || escape_controls(character) == character;
    result += is_plain ? character : "?";
    i += length;
  }
  return result;
}

std::string caret_line(const Excerpt& excerpt, std::size_t length) {
  std::string result;
  for (std::size_t i = 0; i < excerpt.offset; ++i) {
    const char c = excerpt.text[i];
    if (c == '\t')
      result += '\t';
    else if (i == 0 || !is_utf8_tail(c))
      result += ' ';
  }
  result += '^';
  const std::size_t end = std::min(excerpt.text.size(), excerpt.offset + std::max<std::size_t>(length, 1));
  for (std::size_t i = excerpt.offset + 1; i < end; ++i) {
    if (!is_utf8_tail(excerpt.text[i])) result += '~';
  }
  return result;
}

// A long list of what was expected goes on in further lines, each indented a little more.
std::string wrapped(std::string_view text) {
  std::string result;
  std::size_t column = 0;
  for (const std::string_view word : split(text, ' ')) {
    if (column > 0 && column + 1 + word.size() > text_width) {
      result.append("\n").append(indent).append(indent);
      column = 0;
    } else if (column > 0) {
      result += ' ';
      ++column;
    }
    result += word;
    column += word.size();
  }
  return result;
}

}  // namespace

std::string render(const Diagnostic& diagnostic, const Sources& sources) {
  std::string text =
      fmt::format("{}: {}{}\n", escape_controls(sources.place(diagnostic.position)),
                  diagnostic.is_error() ? "" : "warning: ", escape_controls(diagnostic.message));
  if (diagnostic.position.line > 0) {
    const auto column = std::max<std::size_t>(diagnostic.position.column, 1);
    const Excerpt excerpt = excerpt_of(sources.line(diagnostic.position), column - 1);
    const std::string_view before = excerpt.is_cut_before ? "…" : "";
    text +=
        fmt::format("{}{}{}{}\n", indent, before, printable(excerpt.text), excerpt.is_cut_behind ? "…" : "");
    text += fmt::format("{}{}{}\n", indent, excerpt.is_cut_before ? " " : "",
                        caret_line(excerpt, diagnostic.length));
  }
  const auto out = std::back_inserter(text);
  if (!diagnostic.expected.empty()) {
    fmt::format_to(out, "{}{}\n", indent, wrapped("expected " + escape_controls(diagnostic.expected)));
  }
  if (!diagnostic.nearest.empty()) {
    fmt::format_to(out, "{}did you mean \"{}\"?\n", indent, escape_controls(diagnostic.nearest));
  }
  for (const std::string& note : diagnostic.notes)
    fmt::format_to(out, "{}{}\n", indent, escape_controls(note));
  return text;
}

std::string render(const std::vector<Diagnostic>& diagnostics, const Sources& sources) {
  std::vector<std::pair<Position, std::size_t>> order;  // what was found first goes first at one place
  for (std::size_t i = 0; i < diagnostics.size(); ++i) order.emplace_back(diagnostics[i].position, i);
  std::ranges::sort(order);
  if (order.size() > limits::diagnostics) order.resize(limits::diagnostics);
  std::string text;
  for (const auto& [position, index] : order) text += render(diagnostics[index], sources);
  if (diagnostics.size() > limits::diagnostics) {
    text += fmt::format("… and {} more\n", diagnostics.size() - limits::diagnostics);
  }
  return text;
}

}  // namespace pillarbox::config
