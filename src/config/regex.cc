#include "config/regex.h"

#include <re2/re2.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "base/text.h"

namespace pillarbox::config {
namespace {

constexpr std::int64_t most_memory = 1 << 20;  // of one expression's program and its states

RE2::Options options() {
  RE2::Options options(RE2::Quiet);
  options.set_posix_syntax(true);
  options.set_case_sensitive(false);
  options.set_never_capture(true);
  options.set_dot_nl(true);
  options.set_one_line(true);  // ^ and $ are the ends of the text, not of a line
  options.set_max_mem(most_memory);
  return options;
}

// Each byte that belongs to no UTF-8 character becomes U+FFFD, which "." matches and nothing else.
std::string as_utf8(std::string_view text) {
  std::string valid;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t length = 1;
    while (length < 4 && at + length <= text.size() && !is_utf8(text.substr(at, length))) ++length;
    if (at + length <= text.size() && is_utf8(text.substr(at, length))) {
      valid += text.substr(at, length);
      at += length;
    } else {
      valid += "\xEF\xBF\xBD";
      ++at;
    }
  }
  return valid;
}

}  // namespace

class Regex::Implementation {
 public:
  explicit Implementation(std::string_view expression) : expression_(expression, options()) {}
  const RE2& expression() const { return expression_; }

 private:
  RE2 expression_;
};

Regex::Regex(std::unique_ptr<const Implementation> implementation)
    : implementation_(std::move(implementation)) {}
Regex::~Regex() = default;
Regex::Regex(Regex&&) noexcept = default;
Regex& Regex::operator=(Regex&&) noexcept = default;

std::expected<Regex, std::string> Regex::compile(std::string_view expression) {
  if (expression.empty()) return std::unexpected("it is empty");
  if (expression.size() > longest) return std::unexpected("it is too long");
  if (!is_utf8(expression)) return std::unexpected("it isn't UTF-8");
  // As OpenSMTPD takes it; letters match in either case anyhow.
  if (expression.starts_with("(?i)")) expression.remove_prefix(4);
  auto implementation = std::make_unique<const Implementation>(expression);
  if (!implementation->expression().ok()) return std::unexpected(implementation->expression().error());
  return Regex(std::move(implementation));
}

bool Regex::matches(std::string_view text) const {
  const auto match = [this](std::string_view valid) {
    return RE2::PartialMatch(re2::StringPiece(valid.data(), valid.size()), implementation_->expression());
  };
  return is_utf8(text) ? match(text) : match(as_utf8(text));
}

namespace {

// Behind the "[" at `at` - 1: moves `at` behind the "]" that closes it. False if there is none, or if it is
// too odd to be sure.
bool skip_bracket(std::string_view text, std::size_t& at) {
  if (at < text.size() && text[at] == '^') ++at;
  if (at < text.size() && text[at] == ']') ++at;  // first, it stands for itself
  while (at < text.size() && text[at] != ']') {
    if (text[at] == '\\') {
      at += 2;
    } else if (text[at] == '[') {
      const auto closed = text.find(":]", at);
      if (closed == std::string_view::npos || !text.substr(at).starts_with("[:")) return false;
      const auto name = text.substr(at + 2, closed - at - 2);
      if (!std::ranges::all_of(name, is_ascii_alpha)) return false;
      at = closed + 2;
    } else {
      ++at;
    }
  }
  if (at >= text.size()) return false;
  ++at;
  return true;
}

// Reads an expression's outermost pieces from left to right, and forgets what it knew of the end of a match
// whenever something comes that isn't one certain character.
class EndingReader {
 public:
  explicit EndingReader(std::string_view text) : text_(text) {}

  std::optional<CertainEnding> read() {
    while (at_ < text_.size()) {
      if (!read_piece()) return std::nullopt;
    }
    if (depth_ != 0 || !is_at_end_) return std::nullopt;
    return ending_;
  }

 private:
  bool read_piece() {
    const std::size_t begin = at_;
    char c = text_[at_++];
    bool is_literal = false;
    if (c == '\\') {
      if (at_ == text_.size() || is_ascii_alnum(text_[at_])) return false;
      c = text_[at_++];
      is_literal = true;
    } else if (c == '[') {
      if (!skip_bracket(text_, at_)) return false;
    } else if (c == '(') {
      ++depth_;
    } else if (c == ')') {
      if (depth_-- == 0) return false;
    } else if (c == '|') {
      if (depth_ == 0) return false;
    } else {
      is_literal = !std::string_view("^$.*+?{}").contains(c);
    }
    const bool is_repeated = at_ < text_.size() && std::string_view("*+?{").contains(text_[at_]);
    const bool is_certain = depth_ == 0 && !is_repeated;
    if (is_certain && c == '$' && !is_literal) {
      is_at_end_ = true;
    } else if (is_certain && c == '^' && !is_literal && begin == 0) {
      ending_ = {.text = "", .is_whole = true};
    } else if (is_certain && is_literal && !is_at_end_) {
      ending_.text += ascii_lower(c);
    } else {
      ending_ = {};
      is_at_end_ = false;
    }
    return true;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t depth_ = 0;
  bool is_at_end_ = false;
  CertainEnding ending_;
};

}  // namespace

CertainEnding certain_ending(std::string_view expression) {
  if (expression.starts_with("(?i)")) expression.remove_prefix(4);
  return EndingReader(expression).read().value_or(CertainEnding{});
}

}  // namespace pillarbox::config
