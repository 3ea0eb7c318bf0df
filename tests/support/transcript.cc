#include "support/transcript.h"

#include <fmt/format.h>

#include <fstream>
#include <sstream>

#include "base/text.h"
#include "base/try.h"

namespace pillarbox::transcript {
namespace {

using Text = std::expected<std::string, std::string>;

int hex_digit(char c) {
  if (is_ascii_digit(c)) return c - '0';
  const char lower = ascii_lower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// \r \n \t \0 \\ \xHH, and \(3*abc) for abcabcabc.
Text unescape(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      result += text[i];
      continue;
    }
    if (++i == text.size()) return std::unexpected("a backslash at the end");
    switch (text[i]) {
      case 'r': result += '\r'; break;
      case 'n': result += '\n'; break;
      case 't': result += '\t'; break;
      case '0': result += '\0'; break;
      case '\\': result += '\\'; break;
      case 'x': {
        const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
        const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
        if (high < 0 || low < 0) return std::unexpected("\\x needs two hex digits");
        result += static_cast<char>(high << 4 | low);
        i += 2;
        break;
      }
      case '(': {
        const auto star = text.find('*', i);
        const auto end = text.find(')', i);
        if (star == std::string_view::npos || end == std::string_view::npos || star > end) {
          return std::unexpected("a repetition looks like \\(3*text)");
        }
        const auto count = parse_decimal(text.substr(i + 1, star - i - 1));
        if (!count || *count > 10'000'000) return std::unexpected("a repetition begins with a number");
        const std::string piece = TRY(unescape(text.substr(star + 1, end - star - 1)));
        for (std::uint64_t n = 0; n < *count; ++n) result += piece;
        i = end;
        break;
      }
      default: return std::unexpected(fmt::format("no such escape: \\{}", text[i]));
    }
  }
  return result;
}

std::expected<Step, std::string> parse_line(std::string_view line) {
  Step step;
  const auto space = line.find(' ');
  if (const auto client = parse_decimal(line.substr(0, space)); client && space != std::string_view::npos) {
    step.client = static_cast<unsigned>(*client);
    line.remove_prefix(space + 1);
  }
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return std::unexpected("a line is C:, S:, c: or a word with a colon");
  step.word = line.substr(0, colon);
  line.remove_prefix(colon + 1);
  if (line.starts_with(' ')) line.remove_prefix(1);

  if (step.word == "S") {
    step.kind = Step::Kind::expect;
    step.skips = line.ends_with("...");
    if (step.skips) line.remove_suffix(3);
  } else if (step.word == "C" || step.word == "c") {
    step.kind = Step::Kind::send;
  }
  step.text = TRY(unescape(line));
  if (step.word == "C") step.text += "\r\n";
  return step;
}

}  // namespace

std::expected<Transcript, std::string> parse(std::string path, std::string_view text) {
  Transcript transcript{.path = std::move(path)};
  int number = 0;
  for (const std::string_view line : split(text, '\n')) {
    ++number;
    if (line.empty() || line.starts_with('#')) continue;
    auto step = parse_line(line);
    if (!step) return std::unexpected(fmt::format("{}:{}: {}", transcript.path, number, step.error()));
    step->line = number;
    transcript.steps.push_back(*std::move(step));
  }
  return transcript;
}

std::expected<Transcript, std::string> read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::unexpected(path + ": can't be read");
  std::stringstream text;
  text << file.rdbuf();
  return parse(path, text.str());
}

}  // namespace pillarbox::transcript
