// match [conditions] action NAME, match [conditions] reject.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "config/match_operands.h"
#include "config/statements.h"

namespace pillarbox::config {
namespace {

// A rule while it is read.
struct Draft {
  Rule rule;
  std::optional<Token> from_word;
  std::optional<Token> for_word;
  std::optional<Token> verdict_word;  // action or reject
  bool is_negated = false;            // a "!" stood before the option
  bool is_refused = false;
};

constexpr std::array<std::string_view, 12> option_words = {
    "action", "auth", "for", "from", "helo", "mail-from", "rcpt-to", "reject", "tag", "tls", "any", "local"};
constexpr std::array<std::string_view, 10> conditions = {"action",    "auth",    "for",    "from", "helo",
                                                         "mail-from", "rcpt-to", "reject", "tag",  "tls"};

// A bare `auth` may be followed by a user or by the next option.
bool has_user(const Statement& statement) {
  const Token& next = statement.peek();
  if (next.kind == Token::Kind::table || next.kind == Token::Kind::open) return true;
  if (next.kind != Token::Kind::word) return false;
  return next.is_quoted || std::ranges::find(option_words, next.text) == option_words.end();
}

bool is_condition(const Token& token) {
  return token.kind == Token::Kind::bang ||
         (token.kind == Token::Kind::word && std::ranges::find(conditions, token.text) != conditions.end());
}

// Behind a word that means nothing: what stands there belongs to it.
void skip_to_condition(Statement& statement) {
  while (!statement.at_end() && !is_condition(statement.peek())) statement.take();
}

// The word behind from or for, which is taken unless it is plainly the next condition.
Token take_kind(Statement& statement, const Words& kinds) {
  const Token kind = statement.peek();
  const bool is_known = kind.kind == Token::Kind::word && std::ranges::find(kinds, kind.text) != kinds.end();
  if (is_known || !is_condition(kind)) statement.take();
  return kind;
}

void take_from(Statement& statement, const Token& word, Draft& draft) {
  Context& context = statement.context();
  if (draft.from_word) context.mistake(word, "a second \"from\" in one rule", "one from, and one for");
  draft.from_word = word;
  From& from = draft.rule.from;
  from.position = word.position;
  from.negated = draft.is_negated;
  const Words kinds = {"any", "local", "auth", "socket", "src", "mail-from", "rdns"};
  const Token kind = take_kind(statement, kinds);
  if (kind.is_word("any")) {
    from.kind = From::Kind::any;
  } else if (kind.is_word("local")) {
    from.kind = From::Kind::local;
  } else if (kind.is_word("socket")) {
    from.kind = From::Kind::socket;
  } else if (kind.is_word("auth")) {
    from.kind = From::Kind::auth;
    if (has_user(statement)) {
      from.operand = take_names(statement, "a user");
      draft.is_refused |= !from.operand;
    }
  } else if (kind.is_word("src")) {
    from.kind = From::Kind::src;
    from.operand = take_networks(statement);
    draft.is_refused |= !from.operand;
  } else if (kind.is_word("mail-from")) {
    from.kind = From::Kind::mail_from;
    from.operand = take_addresses(statement, "a sender");
    draft.is_refused |= !from.operand;
  } else if (kind.is_word("rdns")) {
    from.kind = From::Kind::rdns;
    if (has_user(statement)) {
      from.operand = take_domains(statement);
      draft.is_refused |= !from.operand;
    }
  } else {
    context.unknown(kind, fmt::format("{} behind from", spelled(kind)),
                    "any, local, auth, socket, src ADDRESS, rdns NAME or mail-from SENDER", kinds);
    draft.is_refused = true;
  }
}

void take_for(Statement& statement, const Token& word, Draft& draft) {
  Context& context = statement.context();
  if (draft.for_word) context.mistake(word, "a second \"for\" in one rule", "one from, and one for");
  draft.for_word = word;
  For& to = draft.rule.to;
  to.position = word.position;
  to.negated = draft.is_negated;
  const Words kinds = {"any", "local", "domain", "rcpt-to"};
  const Token kind = take_kind(statement, kinds);
  if (kind.is_word("any")) {
    to.kind = For::Kind::any;
  } else if (kind.is_word("local")) {
    to.kind = For::Kind::local;
  } else if (kind.is_word("domain")) {
    to.kind = For::Kind::domain;
    to.operand = take_domains(statement);
    draft.is_refused |= !to.operand;
  } else if (kind.is_word("rcpt-to")) {
    to.kind = For::Kind::rcpt_to;
    to.operand = take_addresses(statement, "a recipient");
    draft.is_refused |= !to.operand;
  } else {
    context.unknown(kind, fmt::format("{} behind for", spelled(kind)),
                    "any, local, domain NAME or rcpt-to RECIPIENT", kinds);
    draft.is_refused = true;
    skip_to_condition(statement);
  }
}

void take_condition(Statement& statement, const Token& word, Draft& draft, Condition::Kind kind) {
  Condition condition{.position = word.position, .kind = kind, .negated = draft.is_negated};
  if (kind != Condition::Kind::tls) {
    if (kind == Condition::Kind::mail_from)
      condition.operand = take_addresses(statement, "a sender");
    else if (kind == Condition::Kind::rcpt_to)
      condition.operand = take_addresses(statement, "a recipient");
    else if (kind == Condition::Kind::helo)
      condition.operand = take_names(statement, "a host name");
    else if (kind == Condition::Kind::tag)
      condition.operand = take_names(statement, "a tag");
    const bool is_bare = kind == Condition::Kind::auth && !has_user(statement);
    if (kind == Condition::Kind::auth && !is_bare) condition.operand = take_names(statement, "a user");
    if (!condition.operand && !is_bare) draft.is_refused = true;
  }
  draft.rule.conditions.push_back(std::move(condition));
}

void take_verdict(Statement& statement, const Token& word, Draft& draft) {
  Context& context = statement.context();
  if (draft.verdict_word) {
    context.mistake(word, fmt::format("{} behind {}", spelled(word), spelled(*draft.verdict_word)),
                    "one action or reject a rule");
  }
  if (draft.is_negated) context.mistake(word, fmt::format("\"!\" before {}", spelled(word)));
  draft.verdict_word = word;
  if (!word.is_word("action")) return;
  const auto name = statement.take_word("the action's name");
  if (!name) {
    draft.is_refused = true;
    return;
  }
  draft.rule.action = name->text;
  draft.rule.action_position = name->position;
}

constexpr Option<Draft> options[] = {
    {"from", take_from},
    {"for", take_for},
    {"action", take_verdict},
    {"reject", take_verdict},
    {"tag", [](Statement& s, const Token& w, Draft& d) { take_condition(s, w, d, Condition::Kind::tag); }},
    {"auth", [](Statement& s, const Token& w, Draft& d) { take_condition(s, w, d, Condition::Kind::auth); }},
    {"mail-from",
     [](Statement& s, const Token& w, Draft& d) { take_condition(s, w, d, Condition::Kind::mail_from); }},
    {"rcpt-to",
     [](Statement& s, const Token& w, Draft& d) { take_condition(s, w, d, Condition::Kind::rcpt_to); }},
    {"helo", [](Statement& s, const Token& w, Draft& d) { take_condition(s, w, d, Condition::Kind::helo); }},
    {"tls", [](Statement& s, const Token& w, Draft& d) { take_condition(s, w, d, Condition::Kind::tls); }},
};

}  // namespace

void read_match(Statement& statement) {
  Context& context = statement.context();
  Draft draft;
  draft.rule.position = statement.first().position;
  while (!statement.at_end()) {
    draft.is_negated = statement.take_if(Token::Kind::bang);
    const Token word = statement.take();
    const auto* option = word.kind == Token::Kind::word ? find_option<Draft>(options, word.text) : nullptr;
    if (option != nullptr) {
      option->read(statement, word, draft);
      continue;
    }
    const Words known(conditions.begin(), conditions.end());
    context.unknown(word, fmt::format("unknown option {} of match", spelled(word)), alternatives(known),
                    known);
    draft.is_refused = true;
    skip_to_condition(statement);
  }
  if (!draft.verdict_word) {
    context.mistake(statement.peek(), "this rule doesn't say what to do", "action NAME or reject");
    draft.is_refused = true;
  }
  if (draft.is_refused)
    context.has_refused_rules = true;
  else
    context.configuration.rules.push_back(std::move(draft.rule));
}

}  // namespace pillarbox::config
