// action NAME mailbox …, action NAME relay ….
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "config/statements.h"

namespace pillarbox::config {
namespace {

constexpr std::array<std::string_view, 6> other_methods = {"expand-only", "forward-only", "lmtp",
                                                           "maildir",     "mbox",         "mda"};

constexpr Option<LocalAction> mailbox_options[] = {
    {"userbase", [](Statement& s, const Token&, LocalAction& a) { a.userbase = s.take_table("users"); }},
    {"virtual",
     [](Statement& s, const Token&, LocalAction& a) { a.virtual_aliases = s.take_table("addresses"); }},
    {"alias", [](Statement& s, const Token&, LocalAction& a) { a.aliases = s.take_table("aliases"); }},
    {"ttl", [](Statement& s, const Token&, LocalAction& a) { a.ttl = take_time(s, "how long to try"); }},
};

void read_mailbox(Statement& statement, const Token& method, LocalAction& mailbox) {
  Context& context = statement.context();
  while (!statement.at_end()) {
    const Token word = statement.take();
    const auto* option =
        word.kind == Token::Kind::word ? find_option<LocalAction>(mailbox_options, word.text) : nullptr;
    if (option != nullptr) {
      option->read(statement, word, mailbox);
    } else if (word.is_word("user") || word.is_word("wrapper")) {
      context.mistake(word, fmt::format("\"{}\" means nothing with mailbox", word.text))
          .notes.emplace_back("mail is kept by the server itself: no other user's rights are needed");
      if (statement.peek().kind == Token::Kind::word) statement.take();
    } else {
      Words known = words_of<LocalAction>(mailbox_options);
      context.unknown(word, fmt::format("unknown option {} of mailbox", spelled(word)), alternatives(known),
                      known);
      if (statement.peek().kind == Token::Kind::table) statement.take();
    }
  }
  if (!mailbox.userbase) {
    context.unsupported(method, "mailbox for the system's users, without userbase <table>,")
        .notes.emplace_back("name a table of users: mailbox userbase <users>");
  }
}

// Whether an action of that name was read before; reports it.
bool is_repeated(Context& context, const Token& name) {
  const Action* first = context.configuration.action(name.text);
  if (first == nullptr && !context.refused_actions.contains(name.text)) return false;
  Diagnostic& mistake = context.mistake(name, fmt::format("a second action {}", spelled(name)));
  if (first != nullptr) mistake.notes.push_back("the first is at " + context.place(first->position));
  return true;
}

void check_relay(Context& context, const Token& method, const RelayAction& relay) {
  if (relay.host && relay.domains) {
    context.mistake(method, "both host and domain say where this relay goes", "one of them");
  }
  if (relay.credentials && !relay.host && !relay.domains) {
    context.mistake(method, "auth without a host to log in to", "host LABEL@NAME beside auth <table>");
  }
  if (relay.host && !relay.host->label.empty() && !relay.credentials) {
    context.mistake(method, fmt::format("the label {} is in no table", relay.host->label),
                    "auth <table> beside host");
  }
  if (relay.host && relay.host->scheme == RelayUrl::Scheme::smtp_notls &&
      relay.tls != RelayAction::Tls::opportunistic) {
    context.mistake(method, "smtp+notls and tls contradict each other", "one of them");
  }
  const bool is_encrypted = relay.tls != RelayAction::Tls::opportunistic ||
                            (relay.host && (relay.host->scheme == RelayUrl::Scheme::smtp_tls ||
                                            relay.host->scheme == RelayUrl::Scheme::smtps));
  if (relay.host && !relay.host->label.empty() && !is_encrypted) {
    context.mistake(method, "a password would be sent in clear", "smtp+tls:// or smtps:// in the host");
  }
}

}  // namespace

void read_action(Statement& statement) {
  Context& context = statement.context();
  const Token start = statement.first();
  const auto name = statement.take_word("the action's name");
  if (!name) return statement.skip_rest();
  if (is_repeated(context, *name)) return statement.skip_rest();
  context.refused_actions.insert(name->text);  // unless it turns out well

  const auto method = statement.take_word("mailbox or relay");
  if (!method) return statement.skip_rest();
  Action action{.position = start.position, .name = name->text};
  if (method->text == "mailbox") {
    LocalAction mailbox{.method_position = method->position};
    read_mailbox(statement, *method, mailbox);
    action.method = std::move(mailbox);
  } else if (method->text == "relay") {
    RelayAction relay;
    read_relay_options(statement, relay);
    statement.expect_end();
    check_relay(context, *method, relay);
    action.method = std::move(relay);
  } else if (std::ranges::find(other_methods, method->text) != other_methods.end()) {
    context.unsupported(*method, fmt::format("action … {}", method->text));
    return statement.skip_rest();
  } else {
    Words known = {"mailbox", "relay"};
    known.insert(known.end(), other_methods.begin(), other_methods.end());
    context.unknown(*method, fmt::format("unknown method {}", spelled(*method)), "mailbox or relay", known);
    return statement.skip_rest();
  }
  context.refused_actions.erase(action.name);
  context.configuration.actions.push_back(std::move(action));
}

}  // namespace pillarbox::config
