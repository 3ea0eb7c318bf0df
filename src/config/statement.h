// One statement's words, and what every reader of statements shares: the configuration that grows, the
// mistakes. Private to this folder.
#pragma once

#include <functional>
#include <initializer_list>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/configuration.h"
#include "config/diagnostic.h"
#include "config/field.h"
#include "config/host.h"
#include "config/lexer.h"
#include "config/limits.h"

namespace pillarbox::config {

using Words = std::vector<std::string_view>;

// What the readers of statements work on. Names of tables, pkis and actions are checked at the end, when all
// are known.
class Context {
 public:
  Context(Host& machine, std::span<const FieldTable> tables, Configuration& result,
          std::vector<Diagnostic>& mistakes)
      : host(machine), settings(tables), configuration(result), diagnostics_(mistakes) {}

  Host& host;
  std::span<const FieldTable> settings;
  Configuration& configuration;
  Words statement_words;  // what statements begin with: where a list isn't closed, the next of them ends it

  // Named by statements that were refused: a mistake was reported there, none is needed where they are used.
  std::set<std::string, std::less<>> refused_tables;
  std::set<std::string, std::less<>> refused_actions;
  std::set<std::string, std::less<>> refused_filters;
  // Where OpenSMTPD 5's `certificate NAME` stands: files are found by the name, unless a pki has it.
  std::set<Position> certificate_names;
  // Tables named in statements that were refused, to be looked up all the same.
  std::vector<TableRef> named_tables;
  // Whether rules or listeners are missing for being refused: then nothing can be said about open relays.
  bool has_refused_rules = false;

  // Each returns the diagnostic, for notes; it stays valid until the next.
  Diagnostic& mistake(const Token& at, std::string message, std::string expected = "");
  Diagnostic& mistake(const Position& at, std::string message, std::string expected = "");
  // Something else had to stand there, or there is nothing more.
  Diagnostic& unexpected(const Token& at, std::string expected);
  // What is written is none of `candidates`, which are what was expected: "expected a, b or c", and the
  // nearest.
  Diagnostic& unknown(const Token& at, std::string message, std::string expected, const Words& candidates);
  Diagnostic& unsupported(const Token& at, std::string what);
  Diagnostic& add(Diagnostic diagnostic);
  bool has_enough() const { return diagnostics_.size() >= limits::mistakes_kept; }

  // "first at pillarbox.conf:3:1".
  std::string place(const Position& position) const { return configuration.sources.place(position); }

 private:
  std::vector<Diagnostic>& diagnostics_;
  Diagnostic overflow_;  // what came after there were enough
};

// "a, b or c".
std::string alternatives(const Words& words);

// Reads along the tokens of one statement. The end is a token of kind newline that stays.
class Statement {
 public:
  // Requires: the last token is a newline.
  Statement(std::vector<Token> tokens, Context& context) : tokens_(std::move(tokens)), context_(context) {}

  const Token& peek() const { return tokens_[at_]; }
  const Token& peek_behind() const { return tokens_[at_ + 1 < tokens_.size() ? at_ + 1 : at_]; }
  bool at_end() const { return at_ + 1 == tokens_.size(); }
  const Token& take() { return at_end() ? tokens_.back() : tokens_[at_++]; }
  void skip_rest() { at_ = tokens_.size() - 1; }
  const Token& first() const { return tokens_.front(); }

  // Takes the next token if it is this bare word.
  bool take_if(std::string_view word);
  bool take_if(Token::Kind kind);

  // A word, quoted or not; otherwise reports "expected WHAT" and takes nothing.
  std::optional<Token> take_word(std::string_view what);
  // `<name>`, or a name alone.
  std::optional<TableRef> take_table(std::string_view what);
  // A word, or `{ a, b }` with at least one; otherwise reports it, and what was taken is of no use.
  std::optional<std::vector<Word>> take_words(std::string_view what);
  // A word, `{ a, b }` or <table>.
  std::optional<Operand> take_operand(std::string_view what);
  // Reports whatever is left of the statement.
  void expect_end();

  Context& context() { return context_; }
  const Context& context() const { return context_; }

 private:
  bool take_list(std::vector<Word>& words, std::string_view what);

  std::vector<Token> tokens_;
  Context& context_;
  std::size_t at_ = 0;
};

// The option's word itself, kept for the place where it stands.
inline Word as_word(const Token& token) { return {token.position, token.text}; }

// How a token is named in a message: `"listen"`, `<users>`, `"{"`, `the end of the statement`.
std::string spelled(const Token& token);

// One option of a statement, by the word it begins with; `read` is called with the word's token, behind it.
template <class Target>
struct Option {
  std::string_view word;
  void (*read)(Statement& statement, const Token& word, Target& target);
};

template <class Target>
const Option<Target>* find_option(std::span<const Option<Target>> options, std::string_view word) {
  for (const auto& option : options) {
    if (option.word == word) return &option;
  }
  return nullptr;
}

template <class Target>
Words words_of(std::span<const Option<Target>> options) {
  Words words;
  for (const auto& option : options) words.push_back(option.word);
  return words;
}

}  // namespace pillarbox::config
