// OpenSMTPD 5's rules, read into the same list that match and action make:
//   accept [tagged T] [from any|local|<t>|source …] [sender S] for any|local|domain … [recipient R]
//          [alias T|virtual T] [userbase T] deliver to …|relay … [expire TIME]
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
  LocalAction local;  // alias, virtual, userbase, …: for `deliver to`
  std::optional<Token> deliver_word;
  std::string method;
  std::optional<RelayAction> relay;
  std::optional<Token> relay_word;
  std::optional<Token> forward_word;
  bool is_negated = false;
  bool is_refused = false;
};

bool is_any_of(const Token& word, std::initializer_list<std::string_view> words) {
  return std::ranges::any_of(words, [&](std::string_view candidate) { return word.is_word(candidate); });
}

// 5.3 wrote "!" behind the word: from ! source <t>.
bool take_bang(Statement& statement, const Draft& draft) {
  return statement.take_if(Token::Kind::bang) != draft.is_negated;
}

void take_from(Statement& statement, const Token& word, Draft& draft) {
  Context& context = statement.context();
  From& from = draft.rule.from;
  from = {.position = word.position, .negated = take_bang(statement, draft), .operand = std::nullopt};
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
  to = {.position = word.position, .negated = take_bang(statement, draft), .operand = std::nullopt};
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
  Condition condition{
      .position = word.position, .negated = take_bang(statement, draft), .operand = std::nullopt};
  if (word.is_word("authenticated")) {
    condition.kind = Condition::Kind::auth;
    draft.rule.conditions.push_back(std::move(condition));
    return;
  }
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

void take_relay(Statement& statement, const Token& word, Draft& draft) {
  draft.relay_word = word;
  read_relay_options(statement, draft.relay.emplace(), Grammar::five);
  check_relay(statement.context(), word.position, *draft.relay);
}

void take_delivery(Statement& statement, const Token& word, Draft& draft) {
  Context& context = statement.context();
  draft.deliver_word = word;
  if (!statement.take_if("to")) {
    context.mistake(statement.peek(), fmt::format("{} behind deliver", spelled(statement.peek())),
                    "to, as in: deliver to maildir");
    draft.is_refused = true;
    return statement.skip_rest();
  }
  const Token method = statement.peek();
  if (!is_any_of(method, {"mbox", "maildir", "mda", "lmtp"})) {
    context.unknown(method, fmt::format("{} behind deliver to", spelled(method)),
                    "mbox, maildir, mda or lmtp", {"mbox", "maildir", "mda", "lmtp"});
    draft.is_refused = true;
    return statement.skip_rest();
  }
  statement.take();
  draft.method = method.text;
  draft.local.method_position = method.position;
  auto read = read_local_method(statement, method);
  if (!read) {
    draft.is_refused = true;
    return statement.skip_rest();
  }
  draft.local.method = std::move(*read);
  if (statement.take_if("as")) {
    if (const auto user = statement.take_word("a user of the system")) draft.local.user = as_word(*user);
  }
  // As 5.4 wrote it, behind the user.
  if (auto* lmtp = std::get_if<LmtpMethod>(&draft.local.method)) {
    lmtp->gives_address |= statement.take_if("rcpt-to");
  }
}

constexpr std::array<std::string_view, 6> reject_options = {"authenticated", "for",    "from",
                                                            "recipient",     "sender", "tagged"};
constexpr std::array<std::string_view, 13> options = {
    "alias",     "authenticated", "deliver", "expire", "for",      "forward-only", "from",
    "recipient", "relay",         "sender",  "tagged", "userbase", "virtual"};

void read_option(Statement& statement, const Token& word, Draft& draft, bool is_accept) {
  Context& context = statement.context();
  if (word.is_word("from")) return take_from(statement, word, draft);
  if (word.is_word("for")) return take_for(statement, word, draft);
  if (is_any_of(word, {"tagged", "sender", "recipient", "authenticated"}))
    return take_condition(statement, word, draft);
  if (is_accept && word.is_word("alias")) {
    draft.local.aliases = statement.take_table("aliases");
  } else if (is_accept && word.is_word("virtual")) {
    draft.local.virtual_aliases = statement.take_table("addresses");
  } else if (is_accept && word.is_word("userbase")) {
    draft.local.userbase = statement.take_table("users");
  } else if (is_accept && word.is_word("relay")) {
    take_relay(statement, word, draft);
  } else if (is_accept && word.is_word("deliver")) {
    take_delivery(statement, word, draft);
  } else if (is_accept && word.is_word("forward-only")) {
    draft.forward_word = word;
  } else if (is_accept && word.is_word("expire")) {
    draft.local.ttl = take_time(statement, "how long to try");
  } else {
    Words known(reject_options.begin(), reject_options.end());
    if (is_accept) known.assign(options.begin(), options.end());
    context.unknown(word, fmt::format("unknown option {} of {}", spelled(word), statement.first().text),
                    alternatives(known), known);
    draft.is_refused = true;
    statement.skip_rest();
  }
}

// The tables of a rule that doesn't look into them: said at the first.
void refuse_tables(Context& context, const Draft& draft) {
  for (const auto& table : {draft.local.aliases, draft.local.virtual_aliases, draft.local.userbase}) {
    if (!table) continue;
    context.mistake(table->position, "relay looks into no table of users or aliases",
                    "deliver to … beside alias, virtual and userbase");
    return;
  }
}

// The action that an `accept` has in itself; nothing if it isn't whole.
std::optional<Action> action_of(Statement& statement, Draft& draft) {
  Context& context = statement.context();
  // A name that no statement can write: the place itself.
  Action action{.position = draft.rule.position,
                .name = "accept at " + context.place(draft.rule.position),
                .method = {}};
  if (draft.relay && draft.deliver_word) {
    context.mistake(*draft.relay_word, "both deliver and relay in one rule", "one of them");
    return std::nullopt;
  }
  if (draft.relay) {
    refuse_tables(context, draft);
    if (draft.local.ttl) draft.relay->ttl = draft.local.ttl;
    action.method = *std::move(draft.relay);
    return action;
  }
  if (!draft.deliver_word && !draft.forward_word) {
    context.mistake(statement.peek(), "this rule doesn't say what to do", "deliver to … or relay");
    return std::nullopt;
  }
  if (draft.forward_word) {
    draft.local.method = ForwardOnlyMethod{};
    draft.local.method_position = draft.forward_word->position;
    draft.method = draft.forward_word->text;
  }
  check_local(context, draft.method, draft.local);
  action.method = std::move(draft.local);
  return action;
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
  if (is_accept && !draft.is_refused) {
    if (auto action = action_of(statement, draft)) {
      draft.rule.action = action->name;
      draft.rule.action_position = action->position;
      context.configuration.actions.push_back(*std::move(action));
    } else {
      draft.is_refused = true;
    }
  }
  if (!draft.is_refused) {
    context.configuration.rules.push_back(std::move(draft.rule));
    return;
  }
  context.has_refused_rules = true;
  for (const auto& table : {draft.local.aliases, draft.local.virtual_aliases, draft.local.userbase}) {
    if (table) context.named_tables.push_back(*table);
  }
}

}  // namespace pillarbox::config
