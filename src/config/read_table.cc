// table NAME [KIND:]PATH, table NAME { value, … }, table NAME { key = value, … }.
#include <fmt/format.h>

#include <algorithm>

#include "config/statements.h"

namespace pillarbox::config {
namespace {

// Where tables can live in smtpd.conf(5) and in its add-ons.
constexpr std::string_view other_kinds[] = {"getpwnam", "ldap",      "mysql", "postgres",  "postgresql",
                                            "proc",     "proc-exec", "redis", "socketmap", "sqlite"};

struct FileKind {
  std::string_view word;
  Table::Kind kind;
};
constexpr FileKind file_kinds[] = {
    {"db", Table::Kind::db}, {"file", Table::Kind::file}, {"passwd", Table::Kind::passwd}};

void read_inline(Statement& statement, Table& table) {
  Context& context = statement.context();
  const Token opened = statement.take();
  std::size_t pairs = 0;
  for (;;) {
    while (statement.take_if(Token::Kind::newline) || statement.take_if(Token::Kind::comma)) {
    }
    if (statement.take_if(Token::Kind::close)) break;
    if (statement.at_end()) {
      context.mistake(opened, "this table isn't closed", "\"}\" behind its last value");
      return;
    }
    const auto key = statement.take_word("a value");
    if (!key) return statement.skip_rest();
    std::string value;
    if (statement.take_if(Token::Kind::equals)) {
      const auto word = statement.take_word("the key's value");
      if (!word) return statement.skip_rest();
      value = word->text;
      ++pairs;
    }
    table.entries.emplace_back(key->text, std::move(value));
    if (pairs != 0 && pairs != table.entries.size()) {
      context.mistake(*key, "this table mixes values and key = value pairs",
                      "either all of the one or all of the other");
      return statement.skip_rest();
    }
  }
  if (table.entries.empty()) context.mistake(opened, "this table is empty", "at least one value");
  table.kind = pairs > 0 ? Table::Kind::inline_map : Table::Kind::inline_list;
}

// Tables may be moved with the configuration that names them.
std::string absolute_path(std::string_view path, const Statement& statement, Context& context) {
  if (path.starts_with('/')) return std::string(path);
  const std::string& from = context.configuration.sources.name(statement.first().position.file);
  const auto slash = from.rfind('/');
  return slash == std::string::npos ? std::string(path) : from.substr(0, slash + 1) + std::string(path);
}

void read_location(Statement& statement, Table& table) {
  Context& context = statement.context();
  const auto location = statement.take_word("file:PATH or { … }");
  if (!location) {
    context.refused_tables.insert(table.name);
    return statement.skip_rest();
  }
  std::string_view path = location->text;
  const auto colon = path.find(':');
  if (colon != std::string_view::npos && !path.substr(0, colon).contains('/')) {
    const std::string kind(path.substr(0, colon));
    path.remove_prefix(colon + 1);
    const auto known = std::ranges::find(file_kinds, kind, &FileKind::word);
    if (known != std::end(file_kinds)) {
      table.kind = known->kind;
    } else {
      context.refused_tables.insert(table.name);
      if (std::ranges::find(other_kinds, kind) != std::end(other_kinds)) {
        context.unsupported(*location, fmt::format("a table of kind \"{}\"", kind));
      } else {
        Token word = *location;
        word.text = kind;
        context.unknown(word, fmt::format("unknown kind of table \"{}\"", kind),
                        "file:PATH, db:PATH, passwd:PATH or { … }", {"db", "file", "passwd"});
      }
      return statement.skip_rest();
    }
  }
  if (path.empty()) {
    context.mistake(*location, "this table's file has no name", "file:PATH");
    context.refused_tables.insert(table.name);
  }
  table.path = absolute_path(path, statement, context);
}

}  // namespace

void read_table(Statement& statement) {
  Context& context = statement.context();
  const auto name = statement.take_word("the table's name");
  if (!name) return statement.skip_rest();
  Table table{.position = name->position, .name = name->text};
  if (const Table* first = context.configuration.table(name->text)) {
    context.mistake(*name, fmt::format("a second table \"{}\"", name->text))
        .notes.push_back("the first is at " + context.place(first->position));
    return statement.skip_rest();
  }
  if (statement.peek().kind == Token::Kind::open)
    read_inline(statement, table);
  else
    read_location(statement, table);
  statement.expect_end();
  if (!context.refused_tables.contains(table.name)) context.configuration.tables.push_back(std::move(table));
}

}  // namespace pillarbox::config
