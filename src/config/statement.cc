#include "config/statement.h"

#include <fmt/format.h>

#include "base/text.h"

namespace pillarbox::config {
namespace {

// A word far longer than any that is valid is no slip of the pen; and comparing it would cost.
constexpr std::size_t longest_typo = 40;

std::string nearest_of(std::string_view written, const Words& candidates) {
  if (written.size() > longest_typo) return "";
  const std::string lower = to_ascii_lower(written);
  return std::string(nearest_word(lower, candidates).value_or(""));
}

}  // namespace

Diagnostic& Context::add(Diagnostic diagnostic) {
  if (has_enough()) return overflow_ = std::move(diagnostic);
  return diagnostics_.emplace_back(std::move(diagnostic));
}

Diagnostic& Context::mistake(const Position& at, std::string message, std::string expected) {
  return add({.position = at,
              .length = configuration.sources.word_length(at),
              .message = std::move(message),
              .expected = std::move(expected)});
}

Diagnostic& Context::mistake(const Token& at, std::string message, std::string expected) {
  Diagnostic& added = mistake(at.position, std::move(message), std::move(expected));
  added.length = at.length;
  if (!at.macro.empty()) added.notes.push_back(fmt::format("it comes from the macro ${}", at.macro));
  return added;
}

Diagnostic& Context::unknown(const Token& at, std::string message, std::string expected,
                             const Words& candidates) {
  Diagnostic& added = mistake(at, std::move(message), std::move(expected));
  if (!has_enough() && (at.kind == Token::Kind::word || at.kind == Token::Kind::table)) {
    added.nearest = nearest_of(at.text, candidates);
  }
  return added;
}

Diagnostic& Context::unsupported(const Token& at, std::string what) {
  Diagnostic& added = mistake(at, what + " is not yet supported");
  added.kind = Diagnostic::Kind::unsupported;
  return added;
}

std::string alternatives(const Words& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? " or " : ", ";
    text += words[i];
  }
  return text;
}

Diagnostic& Context::unexpected(const Token& at, std::string expected) {
  const bool is_end = at.kind == Token::Kind::newline;
  std::string message = is_end ? "the statement ends too early" : fmt::format("unexpected {}", spelled(at));
  return mistake(at, std::move(message), std::move(expected));
}

std::string spelled(const Token& token) {
  switch (token.kind) {
    case Token::Kind::word: return fmt::format("\"{}\"", token.text);
    case Token::Kind::table: return fmt::format("<{}>", token.text);
    case Token::Kind::macro: return fmt::format("${}", token.text);
    case Token::Kind::open: return "\"{\"";
    case Token::Kind::close: return "\"}\"";
    case Token::Kind::comma: return "\",\"";
    case Token::Kind::equals: return "\"=\"";
    case Token::Kind::bang: return "\"!\"";
    case Token::Kind::newline: return "the end of the statement";
    case Token::Kind::bad: return "this";
  }
  return "this";
}

bool Statement::take_if(std::string_view word) {
  if (!peek().is_word(word)) return false;
  ++at_;
  return true;
}

bool Statement::take_if(Token::Kind kind) {
  if (at_end() || peek().kind != kind) return false;
  ++at_;
  return true;
}

std::optional<Token> Statement::take_word(std::string_view what) {
  if (peek().kind == Token::Kind::word) return take();
  context_.unexpected(peek(), std::string(what));
  return std::nullopt;
}

std::optional<TableRef> Statement::take_table(std::string_view what) {
  if (peek().kind == Token::Kind::table || peek().kind == Token::Kind::word) {
    const Token& token = take();
    return TableRef{token.position, token.text};
  }
  context_.unexpected(peek(), fmt::format("a <table> of {}", what));
  return std::nullopt;
}

bool Statement::take_list(std::vector<Word>& words, std::string_view what) {
  const Token opened = take();
  for (;;) {
    while (take_if(Token::Kind::newline) || take_if(Token::Kind::comma)) {
    }
    if (take_if(Token::Kind::close)) break;
    if (at_end()) {
      context_.mistake(opened, "this list isn't closed", "\"}\" behind its last value");
      return false;
    }
    if (peek().kind != Token::Kind::word) {
      context_.unexpected(peek(), fmt::format("{}, or \"}}\"", what));
      return false;
    }
    words.push_back(as_word(take()));
  }
  if (words.empty()) {
    context_.mistake(opened, "this list is empty", std::string(what));
    return false;
  }
  return true;
}

std::optional<std::vector<Word>> Statement::take_words(std::string_view what) {
  std::vector<Word> words;
  if (peek().kind == Token::Kind::open) {
    if (!take_list(words, what)) return std::nullopt;
    return words;
  }
  if (peek().kind == Token::Kind::word) {
    words.push_back(as_word(take()));
    return words;
  }
  context_.unexpected(peek(), fmt::format("{}, or a list {{ … }}", what));
  return std::nullopt;
}

std::optional<Operand> Statement::take_operand(std::string_view what) {
  Operand operand{.position = peek().position};
  if (peek().kind == Token::Kind::table) {
    operand.table = TableRef{peek().position, peek().text};
    take();
    return operand;
  }
  if (peek().kind == Token::Kind::open || peek().kind == Token::Kind::word) {
    auto words = take_words(what);
    if (!words) return std::nullopt;
    for (Word& word : *words) operand.values.push_back(std::move(word.text));
    return operand;
  }
  context_.unexpected(peek(), fmt::format("{}, a list {{ … }} or a <table>", what));
  return std::nullopt;
}

void Statement::expect_end() {
  if (at_end()) return;
  context_.unexpected(peek(), "the end of the statement");
  skip_rest();
}

}  // namespace pillarbox::config
