// action NAME METHOD OPTIONS.
#include <fmt/format.h>

#include <algorithm>

#include "config/statements.h"

namespace pillarbox::config {
namespace {

Words action_methods() {
  Words methods = local_methods();
  methods.emplace_back("relay");
  return methods;
}

// Whether an action of that name was read before; reports it.
bool is_repeated(Context& context, const Token& name) {
  const Action* first = context.configuration.action(name.text);
  if (first == nullptr && !context.refused_actions.contains(name.text)) return false;
  Diagnostic& mistake = context.mistake(name, fmt::format("a second action {}", spelled(name)));
  if (first != nullptr) mistake.notes.push_back("the first is at " + context.place(first->position));
  return true;
}

}  // namespace

void read_action(Statement& statement) {
  Context& context = statement.context();
  const Token start = statement.first();
  const auto name = statement.take_word("the action's name");
  if (!name) return statement.skip_rest();
  if (is_repeated(context, *name)) return statement.skip_rest();
  context.refused_actions.insert(name->text);  // unless it turns out well

  const Words methods = action_methods();
  const auto method = statement.take_word(alternatives(methods));
  if (!method) return statement.skip_rest();
  Action action{.position = start.position, .name = name->text, .method = {}};
  if (method->text == "relay") {
    RelayAction relay;
    read_relay_options(statement, relay, Grammar::today);
    check_relay(context, method->position, relay);
    action.method = std::move(relay);
  } else if (std::ranges::find(methods, method->text) != methods.end()) {
    LocalAction local{.method = {}, .method_position = method->position};
    auto delivery = read_local_method(statement, *method);
    if (!delivery) return statement.skip_rest();
    local.method = std::move(*delivery);
    read_local_options(statement, method->text, local);
    action.method = std::move(local);
  } else {
    context.unknown(*method, fmt::format("unknown method {}", spelled(*method)), alternatives(methods),
                    methods);
    return statement.skip_rest();
  }
  context.refused_actions.erase(action.name);
  context.configuration.actions.push_back(std::move(action));
}

}  // namespace pillarbox::config
