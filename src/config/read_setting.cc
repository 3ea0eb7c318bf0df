// Statements that set one value: smtp max-recipients 1000, queue ttl 5d, smtp limit max-mails 100.
#include <fmt/format.h>

#include <algorithm>

#include "config/statements.h"

namespace pillarbox::config {
namespace {

std::string statement_name(std::string_view field) {
  std::string name(field);
  std::ranges::replace(name, '_', '-');
  return name;
}

const Field* find_field(std::span<const FieldTable> settings, std::string_view word, std::string_view name) {
  for (const FieldTable& table : settings) {
    if (table.word != word) continue;
    for (const Field& field : table.fields) {
      if (name == statement_name(field.name) || (!field.also.empty() && name == field.also)) return &field;
    }
  }
  return nullptr;
}

// The field that the next words name; by its own name, or as smtpd.conf(5) writes it.
struct Found {
  const Field* field = nullptr;
  std::size_t words = 0;
};

Found peek_field(const Statement& statement, std::span<const FieldTable> settings, std::string_view word) {
  const Token& name = statement.peek();
  if (name.kind != Token::Kind::word) return {};
  if (const Field* field = find_field(settings, word, name.text)) return {field, 1};
  const std::string two_words = name.text + " " + statement.peek_behind().text;
  return {find_field(settings, word, two_words), 2};
}

// Takes the value and keeps it, unless it doesn't fit or was set before.
void take_value(Statement& statement, std::string_view word, const Field& field, const Token& name) {
  Context& context = statement.context();
  const auto value = statement.take_word("the setting's value");
  if (!value) return statement.skip_rest();
  Configuration& configuration = context.configuration;
  const auto is_same = [&](const Setting& s) { return s.word == word && s.field == field.name; };
  const auto first = std::ranges::find_if(configuration.settings, is_same);
  if (first != configuration.settings.end()) {
    context.mistake(name, fmt::format("{} {} a second time", word, statement_name(field.name)))
        .notes.push_back("the first is at " + context.place(first->position));
    return;
  }
  if (const auto fits = field.check(field, value->text); !fits) {
    context.mistake(*value,
                    fmt::format("{} doesn't fit {} {}", spelled(*value), word, statement_name(field.name)),
                    fits.error());
    return;
  }
  configuration.settings.push_back(
      {name.position, value->position, std::string(word), std::string(field.name), value->text});
}

}  // namespace

bool is_setting(const Statement& statement, std::string_view word) {
  return peek_field(statement, statement.context().settings, word).field != nullptr;
}

void read_setting(Statement& statement, std::string_view word, const Words& others) {
  Context& context = statement.context();
  const Token name = statement.peek();
  const Found found = peek_field(statement, context.settings, word);
  if (found.field == nullptr) {
    std::vector<std::string> names(others.begin(), others.end());
    for (const FieldTable& table : context.settings) {
      if (table.word != word) continue;
      for (const Field& field : table.fields) names.push_back(statement_name(field.name));
    }
    std::ranges::sort(names);
    const auto repeated = std::ranges::unique(names);
    names.erase(repeated.begin(), repeated.end());
    const Words known(names.begin(), names.end());
    if (statement.at_end())
      context.unexpected(name, alternatives(known));
    else
      context.unknown(name, fmt::format("unknown setting {} of {}", spelled(name), word), alternatives(known),
                      known);
    return statement.skip_rest();
  }
  if (found.words == 2 && name.text == "limit") {
    statement.take();
    return read_limits(statement, word);
  }
  for (std::size_t i = 0; i < found.words; ++i) statement.take();
  take_value(statement, word, *found.field, name);
  statement.expect_end();
}

void read_limits(Statement& statement, std::string_view word) {
  Context& context = statement.context();
  do {
    const Token name = statement.take();
    const Field* field = find_field(context.settings, word, "limit " + name.text);
    if (field == nullptr) {
      std::vector<std::string_view> known;
      for (const FieldTable& table : context.settings) {
        if (table.word != word) continue;
        for (const Field& one : table.fields) {
          if (one.also.starts_with("limit ")) known.push_back(one.also.substr(6));
        }
      }
      context.unknown(name, fmt::format("unknown limit {} of {}", spelled(name), word), alternatives(known),
                      known);
      return statement.skip_rest();
    }
    take_value(statement, word, *field, name);
    statement.take_if(Token::Kind::comma);
  } while (!statement.at_end());
}

bool set_setting(Statement& statement, std::string_view word, std::string_view field) {
  const Field* found = find_field(statement.context().settings, word, statement_name(field));
  if (found == nullptr) return false;
  take_value(statement, word, *found, statement.first());
  statement.expect_end();
  return true;
}

}  // namespace pillarbox::config
