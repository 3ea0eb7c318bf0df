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

struct Found {
  const FieldTable* table = nullptr;
  const Field* field = nullptr;
};

// The field that the next words name, which are taken; by its own name, or as smtpd.conf(5) writes it.
Found take_field(Statement& statement, std::string_view word) {
  const Token name = statement.peek();
  const std::string two_words = name.text + " " + statement.peek_behind().text;
  for (const FieldTable& table : statement.context().settings) {
    if (table.word != word) continue;
    for (const Field& field : table.fields) {
      if (name.text == statement_name(field.name)) {
        statement.take();
        return {&table, &field};
      }
      if (!field.also.empty() && two_words == field.also) {
        statement.take();
        statement.take();
        return {&table, &field};
      }
    }
  }
  return {};
}

}  // namespace

void read_setting(Statement& statement, const Token& word) {
  Context& context = statement.context();
  const Token name = statement.peek();
  const Found found = take_field(statement, word.text);
  if (found.field == nullptr) {
    std::vector<std::string> names;
    for (const FieldTable& table : context.settings) {
      if (table.word != word.text) continue;
      for (const Field& field : table.fields) names.push_back(statement_name(field.name));
    }
    std::ranges::sort(names);
    const Words known(names.begin(), names.end());
    if (statement.at_end())
      context.unexpected(name, alternatives(known));
    else
      context.unknown(name, fmt::format("unknown setting {} of {}", spelled(name), word.text),
                      alternatives(known), known);
    return statement.skip_rest();
  }
  const auto value = statement.take_word("the setting's value");
  if (!value) return statement.skip_rest();
  statement.expect_end();

  Configuration& configuration = context.configuration;
  const auto is_same = [&](const Setting& s) { return s.word == word.text && s.field == found.field->name; };
  const auto first = std::ranges::find_if(configuration.settings, is_same);
  if (first != configuration.settings.end()) {
    context.mistake(name, fmt::format("{} {} a second time", word.text, name.text))
        .notes.push_back("the first is at " + context.place(first->position));
    return;
  }
  if (const auto fits = found.field->check(*found.field, value->text); !fits) {
    context.mistake(*value, fmt::format("{} doesn't fit {} {}", spelled(*value), word.text, name.text),
                    fits.error());
    return;
  }
  configuration.settings.push_back(
      {name.position, value->position, word.text, std::string(found.field->name), value->text});
}

}  // namespace pillarbox::config
