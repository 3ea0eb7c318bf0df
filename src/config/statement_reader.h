// From one file's text to statements: macros defined and expanded, lists joined over lines. Private to this
// folder.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "config/lexer.h"
#include "config/statement.h"

namespace pillarbox::config {

// `name = "value" …`; the value is read as words where the macro is used.
struct Macros {
  struct Macro {
    Position position;
    std::vector<Token> tokens;
  };
  std::map<std::string, Macro, std::less<>> by_name;
  std::set<std::string, std::less<>>
      refused;                      // their definition was a mistake: none more is needed at their use
  std::size_t tokens_expanded = 0;  // in the whole configuration; limits::macro_tokens
};

class StatementReader {
 public:
  // `file` is the text's index in the sources; the text must outlive the reader. Macros defined here go to
  // `macros`.
  StatementReader(std::string_view text, std::uint32_t file, Macros& macros, Context& context);

  // The tokens of the next statement, a newline at their end; empty at the end of the file. Statements with
  // tokens that can't be read are reported and left out.
  std::vector<Token> next();

 private:
  bool read_line(std::vector<Token>& tokens);
  bool is_definition(const std::vector<Token>& tokens) const;
  void define(const std::vector<Token>& tokens);
  bool expand(const Token& use, const Token& name, std::size_t depth, std::vector<Token>& tokens);

  Lexer lexer_;
  Macros& macros_;
  Context& context_;
  std::optional<Token> pushed_back_;
};

}  // namespace pillarbox::config
