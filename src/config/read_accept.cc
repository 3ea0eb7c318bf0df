// OpenSMTPD 5's rules, read into the same list that match and action make:
//   accept [tagged T] [from any|local|<t>|source …] [sender S] for any|local|domain … [recipient R]
//          [alias T|virtual T] [userbase T] deliver to …|relay …
//   reject [tagged T] [from …] [for …]
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "config/match_operands.h"
#include "config/statements.h"

namespace pillarbox::config {
namespace {

struct Draft {
  Rule rule;
  LocalAction tables;  // alias, virtual, userbase: for `deliver to`
  bool is_negated = false;
  bool is_refused = false;
};

bool is_any_of(const Token& word, std::initializer_list<std::string_view> words) {
  return std::ranges::any_of(words, [&](std::string_view candidate) { return word.is_word(candidate); });
}

void take_from(Statement& statement, const Token& word, Draft& draft) {
  Context& context = statement.context();
  From& from = draft.rule.from;
  from = {.position = word.position, .negated = draft.is_negated};
  if (statement.take_if("any")) {
    from.kind = From::Kind::any;
  } else if (statement.take_if("local")) {
    from.kind = From::Kind::local_or_auth;
  } else if (statement.take_if("source") || statement.peek().kind == Token::Kind::table ||
             statement.peek().kind == Token::Kind::open) {
    from.kind = From::Kind::src;
    from.operand = take_networks(statement);
    draft.is_refused |= !from.operand;
  } else {
    context.unknown(statement.peek(), fmt::format("{} behind from", spelled(statement.peek())),
                    "any, local or source <table>", {"any", "local", "source"});
    draft.is_refused = true;
    statement.take();
  }
}

void take_for(Statement& statement, const Token& word, Draft& draft) {
  Context& context = statement.context();
  For& to = draft.rule.to;
  to = {.position = word.position, .negated = draft.is_negated};
  if (statement.take_if("any")) {
    to.kind = For::Kind::any;
  } else if (statement.take_if("local")) {
    to.kind = For::Kind::local;
  } else if (statement.take_if("domain")) {
    to.kind = For::Kind::domain;
    to.operand = take_domains(statement);
    draft.is_refused |= !to.operand;
  } else {
    context.unknown(statement.peek(), fmt::format("{} behind for", spelled(statement.peek())),
                    "any, local or domain NAME", {"any", "local", "domain"});
    draft.is_refused = true;
    statement.take();
  }
}

void take_condition(Statement& statement, const Token& word, Draft& draft) {
  Condition condition{.position = word.position, .negated = draft.is_negated};
  if (word.is_word("tagged")) {
    condition.kind = Condition::Kind::tag;
    condition.operand = statement.take_operand("a tag");
  } else if (word.is_word("sender")) {
    condition.kind = Condition::Kind::mail_from;
    condition.operand = take_addresses(statement, "a sender");
  } else {
    condition.kind = Condition::Kind::rcpt_to;
    condition.operand = take_addresses(statement, "a recipient");
  }
  if (condition.operand)
    draft.rule.conditions.push_back(std::move(condition));
  else
    draft.is_refused = true;
}

// The words that OpenSMTPD 5 had for relay's options; else those of today are tried.
void take_relay(Statement& statement, Draft& draft) {
  Context& context = statement.context();
  RelayAction relay;
  if (statement.take_if("backup")) {
    relay.backup = true;
    const Token& next = statement.peek();
    if (next.kind == Token::Kind::word &&
        !is_any_of(next, {"as", "source", "hostname", "expire", "pki", "mx"})) {
      relay.backup_mx = statement.take().text;
    } else if (statement.take_if("mx")) {
      if (const auto name = statement.take_word("the mail exchanger's name")) relay.backup_mx = name->text;
    }
  }
  if (statement.take_if("via")) {
    if (const auto word = statement.take_word("[protocol://[label@]]host[:port]")) {
      auto url = parse_relay_url(word->text);
      if (url)
        relay.host = std::move(*url);
      else
        context.mistake(*word, fmt::format("{} isn't a relay's address: {}", spelled(*word), url.error()),
                        "[protocol://[label@]]host[:port]");
    }
  }
  if (is_any_of(statement.peek(), {"as", "source", "hostname", "expire", "certificate", "verify"})) {
    context.unsupported(statement.peek(), fmt::format("relay … {}", statement.peek().text))
        .notes.emplace_back("action and match have this option under its present name");
    return statement.skip_rest();
  }
  read_relay_options(statement, relay);
  Action action{.position = draft.rule.position, .method = std::move(relay)};
  // A name that no statement can write: the place itself.
  action.name = "accept at " + context.place(action.position);
  draft.rule.action = action.name;
  context.configuration.actions.push_back(std::move(action));
}

void take_delivery(Statement& statement, Draft& draft) {
  Context& context = statement.context();
  draft.is_refused = true;
  if (!statement.take_if("to")) {
    context.mistake(statement.peek(), fmt::format("{} behind deliver", spelled(statement.peek())),
                    "to, as in: deliver to maildir");
    return statement.skip_rest();
  }
  const Token method = statement.peek();
  if (!is_any_of(method, {"mbox", "maildir", "mda", "lmtp"})) {
    context.unknown(method, fmt::format("{} behind deliver to", spelled(method)),
                    "mbox, maildir, mda or lmtp", {"mbox", "maildir", "mda", "lmtp"});
    return statement.skip_rest();
  }
  context.unsupported(method, fmt::format("deliver to {}", method.text))
      .notes.emplace_back("action NAME mailbox userbase <users> keeps mail in the server's own store");
  statement.skip_rest();
}

constexpr std::array<std::string_view, 11> options = {"alias",     "deliver", "for",    "from",
                                                      "recipient", "relay",   "sender", "tagged",
                                                      "userbase",  "virtual", "expire"};

void read_option(Statement& statement, const Token& word, Draft& draft, bool is_accept) {
  Context& context = statement.context();
  if (word.is_word("from")) return take_from(statement, word, draft);
  if (word.is_word("for")) return take_for(statement, word, draft);
  if (is_any_of(word, {"tagged", "sender", "recipient"})) return take_condition(statement, word, draft);
  if (is_accept && word.is_word("alias")) {
    draft.tables.aliases = statement.take_table("aliases");
  } else if (is_accept && word.is_word("virtual")) {
    draft.tables.virtual_aliases = statement.take_table("addresses");
  } else if (is_accept && word.is_word("userbase")) {
    draft.tables.userbase = statement.take_table("users");
  } else if (is_accept && word.is_word("relay")) {
    take_relay(statement, draft);
  } else if (is_accept && word.is_word("deliver")) {
    take_delivery(statement, draft);
  } else if (word.is_word("expire")) {
    context.unsupported(word, "accept … expire");
    statement.take();
  } else {
    const Words known(options.begin(), options.end());
    context.unknown(word, fmt::format("unknown option {} of {}", spelled(word), statement.first().text),
                    alternatives(known), known);
    draft.is_refused = true;
    statement.skip_rest();
  }
}

}  // namespace

void read_accept(Statement& statement) {
  Context& context = statement.context();
  const bool is_accept = statement.first().is_word("accept");
  Draft draft;
  draft.rule.position = statement.first().position;
  draft.rule.from.kind = From::Kind::local_or_auth;
  while (!statement.at_end()) {
    draft.is_negated = statement.take_if(Token::Kind::bang);
    const Token word = statement.take();
    read_option(statement, word, draft, is_accept);
  }
  if (is_accept && !draft.rule.action && !draft.is_refused) {
    context.mistake(statement.peek(), "this rule doesn't say what to do", "deliver to … or relay");
    draft.is_refused = true;
  }
  for (const auto& table : {draft.tables.aliases, draft.tables.virtual_aliases, draft.tables.userbase}) {
    if (table) context.named_tables.push_back(*table);
  }
  if (draft.is_refused)
    context.has_refused_rules = true;
  else
    context.configuration.rules.push_back(std::move(draft.rule));
}

}  // namespace pillarbox::config
