#include "config/statement_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "config/limits.h"

namespace pillarbox::config {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

std::string_view without_mark(std::string_view text) {
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  return text;
}

}  // namespace

StatementReader::StatementReader(std::string_view text, std::uint32_t file, Macros& macros, Context& context)
    : lexer_(without_mark(text), {file, 1, 1}), macros_(macros), context_(context) {}

// One statement's tokens as written, the newline included. A list may go on over several lines. False at the
// end.
bool StatementReader::read_line(std::vector<Token>& tokens) {
  std::size_t depth = 0;
  for (;;) {
    Token token;
    if (pushed_back_) {
      token = *std::exchange(pushed_back_, std::nullopt);
    } else if (!lexer_.next(token)) {
      if (tokens.empty()) return false;
      tokens.push_back({.kind = Token::Kind::newline, .position = tokens.back().position});
      tokens.back().position.column += tokens[tokens.size() - 2].length;
      return true;
    }
    // An open list would swallow the rest of the file: a statement that begins in the first column ends it.
    if (depth > 0 && token.kind == Token::Kind::word && token.position.column == 1 && !token.is_quoted &&
        tokens.back().kind == Token::Kind::newline &&
        std::ranges::binary_search(context_.statement_words, token.text)) {
      pushed_back_ = std::move(token);
      return true;
    }
    if (token.kind == Token::Kind::open) ++depth;
    if (token.kind == Token::Kind::close && depth > 0) --depth;
    const bool is_end = token.kind == Token::Kind::newline && depth == 0;
    if (tokens.empty() && is_end) continue;
    tokens.push_back(std::move(token));
    if (is_end) return true;
  }
}

bool StatementReader::is_definition(const std::vector<Token>& tokens) const {
  return tokens.size() >= 2 && tokens[0].kind == Token::Kind::word && !tokens[0].is_quoted &&
         tokens[1].kind == Token::Kind::equals;
}

void StatementReader::define(const std::vector<Token>& tokens) {
  const Token& name = tokens[0];
  macros_.refused.insert(name.text);  // unless it turns out well
  if (!is_macro_name(name.text)) {
    context_.mistake(name, fmt::format("\"{}\" can't be a macro's name", name.text),
                     "letters, digits and underscores");
    return;
  }
  if (tokens.size() == 3) {
    context_.mistake(tokens.back(), "this macro has no value", fmt::format("{} = \"value\"", name.text));
    return;
  }
  Macros::Macro macro{name.position, {}};
  for (std::size_t i = 2; i + 1 < tokens.size(); ++i) {
    if (!tokens[i].is_quoted) {
      macro.tokens.push_back(tokens[i]);
      continue;
    }
    // What stands in quotes is read where the macro is used, as if it stood there: it may hold several words.
    Lexer inside(tokens[i].text, tokens[i].position);
    for (Token token; inside.next(token);) {
      if (token.kind == Token::Kind::bad) {
        context_.mistake(tokens[i], fmt::format("in this macro's value: {}", token.text));
        return;
      }
      macro.tokens.push_back(std::move(token));
    }
  }
  macros_.refused.erase(name.text);
  macros_.by_name.insert_or_assign(name.text, std::move(macro));
}

// Appends what the macro `name` stands for. Every token gets the place of `use`, the `$name` in the
// statement.
bool StatementReader::expand(const Token& use, const Token& name, std::size_t depth,
                             std::vector<Token>& tokens) {
  const auto macro = macros_.by_name.find(name.text);
  if (macro == macros_.by_name.end()) {
    Words known;
    for (const auto& [known_name, value] : macros_.by_name) known.push_back(known_name);
    if (!macros_.refused.contains(name.text)) {
      context_.unknown(use, fmt::format("no macro ${} is defined above", name.text), "", known);
    }
    return false;
  }
  if (depth == limits::macro_depth) {
    context_.mistake(use, fmt::format("macros run too deep, or in a circle, at ${}", name.text));
    return false;
  }
  for (const Token& token : macro->second.tokens) {
    if (token.kind == Token::Kind::macro) {
      if (!expand(use, token, depth + 1, tokens)) return false;
      continue;
    }
    if (++macros_.tokens_expanded > limits::macro_tokens) {
      context_.mistake(use, "macros stand for too many words in this configuration");
      return false;
    }
    tokens.push_back(token);
    tokens.back().position = use.position;
    tokens.back().length = use.length;
    tokens.back().macro = use.text;
  }
  return true;
}

std::vector<Token> StatementReader::next() {
  for (;;) {
    std::vector<Token> written;
    if (!read_line(written)) return {};
    bool is_readable = true;
    for (const Token& token : written) {
      if (token.kind != Token::Kind::bad) continue;
      context_.mistake(token, token.text);
      is_readable = false;
    }
    if (!is_readable) continue;
    if (is_definition(written)) {
      define(written);
      continue;
    }
    if (written.size() > limits::statement_tokens) {
      context_.mistake(written[0], "this statement is too long", "a table in a file of its own");
      continue;
    }
    std::vector<Token> tokens;
    tokens.reserve(written.size());
    for (Token& token : written) {
      if (token.kind != Token::Kind::macro)
        tokens.push_back(std::move(token));
      else if (!expand(token, token, 0, tokens))
        is_readable = false;
    }
    if (!is_readable || tokens.size() < 2) continue;
    // What is missing at the end is missing behind the last word, not behind a comment.
    const Token& last = tokens[tokens.size() - 2];
    tokens.back().position = last.position;
    tokens.back().position.column += last.length;
    return tokens;
  }
}

}  // namespace pillarbox::config
