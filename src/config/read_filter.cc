// filter NAME phase|proc|proc-exec|chain …, proc NAME "COMMAND" ….
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "config/match_operands.h"
#include "config/statements.h"

namespace pillarbox::config {
namespace {

constexpr std::array phases = {FilterPhase::connect, FilterPhase::helo,      FilterPhase::ehlo,
                               FilterPhase::auth,    FilterPhase::mail_from, FilterPhase::rcpt_to,
                               FilterPhase::data,    FilterPhase::commit};

struct ConditionKind {
  std::string_view word;
  FilterCondition::Kind kind;
  FilterPhase first;  // what it looks at isn't known before
};
constexpr std::array<ConditionKind, 7> condition_kinds = {{
    {"auth", FilterCondition::Kind::auth, FilterPhase::helo},
    {"fcrdns", FilterCondition::Kind::fcrdns, FilterPhase::connect},
    {"helo", FilterCondition::Kind::helo, FilterPhase::helo},
    {"mail-from", FilterCondition::Kind::mail_from, FilterPhase::mail_from},
    {"rcpt-to", FilterCondition::Kind::rcpt_to, FilterPhase::rcpt_to},
    {"rdns", FilterCondition::Kind::rdns, FilterPhase::connect},
    {"src", FilterCondition::Kind::src, FilterPhase::connect},
}};

struct DecisionKind {
  std::string_view word;
  FilterDecision::Kind kind;
  std::string_view value;  // what has to stand behind it; "" for nothing
};
constexpr std::array<DecisionKind, 6> decision_kinds = {{
    {"bypass", FilterDecision::Kind::bypass, ""},
    {"disconnect", FilterDecision::Kind::disconnect, "the reply, such as \"550 go away\""},
    {"junk", FilterDecision::Kind::junk, ""},
    {"reject", FilterDecision::Kind::reject, "the reply, such as \"550 go away\""},
    {"report", FilterDecision::Kind::report, "what to report"},
    {"rewrite", FilterDecision::Kind::rewrite, "what takes its place"},
}};

template <class Kind, std::size_t size>
const Kind* find_kind(const std::array<Kind, size>& kinds, const Token& word) {
  if (word.kind != Token::Kind::word || word.is_quoted) return nullptr;
  const auto found = std::ranges::find(kinds, word.text, &Kind::word);
  return found == kinds.end() ? nullptr : &*found;
}

Words condition_words() {
  Words words;
  for (const ConditionKind& kind : condition_kinds) words.push_back(kind.word);
  for (const DecisionKind& kind : decision_kinds) words.push_back(kind.word);
  return words;
}

// A bare auth or rdns may be followed by a value, by the next condition or by the decision.
bool has_value(const Token& next) {
  if (next.kind == Token::Kind::table || next.kind == Token::Kind::open) return true;
  return next.kind == Token::Kind::word && find_kind(condition_kinds, next) == nullptr &&
         find_kind(decision_kinds, next) == nullptr;
}

// False if it can't be read.
bool take_value(Statement& statement, FilterCondition& condition) {
  using Kind = FilterCondition::Kind;
  switch (condition.kind) {
    case Kind::fcrdns: return true;
    case Kind::src: condition.operand = take_networks(statement); break;
    case Kind::mail_from: condition.operand = take_addresses(statement, "a sender"); break;
    case Kind::rcpt_to: condition.operand = take_addresses(statement, "a recipient"); break;
    case Kind::helo: condition.operand = take_names(statement, "a host name"); break;
    case Kind::rdns:
    case Kind::auth:
      if (!has_value(statement.peek())) return true;
      condition.operand = take_names(statement, condition.kind == Kind::rdns ? "a host name" : "a user");
  }
  return condition.operand.has_value();
}

bool is_reply(std::string_view text) {
  return text.size() > 4 && (text[0] == '4' || text[0] == '5') && is_ascii_digit(text[1]) &&
         is_ascii_digit(text[2]) && text[3] == ' ';
}

bool takes_parameter(FilterPhase phase) {
  return phase == FilterPhase::helo || phase == FilterPhase::ehlo || phase == FilterPhase::mail_from ||
         phase == FilterPhase::rcpt_to;
}

bool take_decision(Statement& statement, const Token& word, const DecisionKind& kind, PhaseFilter& filter) {
  Context& context = statement.context();
  filter.decision = {.kind = kind.kind, .position = word.position, .value = ""};
  if (!kind.value.empty()) {
    const auto value = statement.take_word(kind.value);
    if (!value) return false;
    filter.decision.value = value->text;
    const bool must_reply =
        kind.kind == FilterDecision::Kind::reject || kind.kind == FilterDecision::Kind::disconnect;
    if (must_reply && !is_reply(value->text)) {
      context.mistake(*value, fmt::format("{} isn't an SMTP reply that refuses", spelled(*value)),
                      "a reply that begins with 4xx or 5xx: \"550 go away\"");
    }
    const bool has_control =
        std::ranges::any_of(value->text, [](unsigned char c) { return c < ' ' || c == 0x7F; });
    if (has_control) context.mistake(*value, "this text has characters that may not stand in SMTP");
  }
  if (kind.kind == FilterDecision::Kind::rewrite && !takes_parameter(filter.phase)) {
    context.mistake(word, fmt::format("{} has no parameter to rewrite", name_of(filter.phase)),
                    "helo, ehlo, mail-from or rcpt-to as the phase");
  }
  if (kind.kind == FilterDecision::Kind::junk && filter.phase == FilterPhase::commit) {
    context.mistake(word, "the message is complete then: it can't be marked any more",
                    "an earlier phase, such as data");
  }
  return true;
}

// phase PHASE match CONDITIONS DECISION, `phase` taken. Nothing if it can't be read.
std::optional<PhaseFilter> read_phase(Statement& statement) {
  Context& context = statement.context();
  Words names;
  for (const FilterPhase one : phases) names.push_back(name_of(one));
  const Token word = statement.take();
  const auto phase = std::ranges::find(phases, word.text, [](FilterPhase one) { return name_of(one); });
  if (word.kind != Token::Kind::word || phase == phases.end()) {
    context.unknown(word, fmt::format("{} behind phase", spelled(word)), alternatives(names), names);
    return std::nullopt;
  }
  PhaseFilter filter{.phase = *phase, .conditions = {}, .decision = {}};
  if (!statement.take_if("match")) {
    context.unexpected(statement.peek(), "match, as in: phase connect match !fcrdns junk");
    return std::nullopt;
  }
  for (;;) {
    const bool is_negated = statement.take_if(Token::Kind::bang);
    const Token next = statement.take();
    if (const auto* decision = find_kind(decision_kinds, next); decision != nullptr && !is_negated) {
      if (!take_decision(statement, next, *decision, filter)) return std::nullopt;
      break;
    }
    const auto* kind = find_kind(condition_kinds, next);
    if (kind == nullptr) {
      const Words known = condition_words();
      if (next.kind == Token::Kind::newline)
        context.unexpected(next, alternatives(known));
      else
        context.unknown(next, fmt::format("unknown condition {} of filter", spelled(next)),
                        alternatives(known), known);
      return std::nullopt;
    }
    if (filter.phase < kind->first) {
      context.mistake(next, fmt::format("{} isn't known in the phase {}", next.text, name_of(filter.phase)),
                      fmt::format("phase {} or a later one", name_of(kind->first)));
    }
    FilterCondition condition{
        .position = next.position, .kind = kind->kind, .negated = is_negated, .operand = std::nullopt};
    if (!take_value(statement, condition)) return std::nullopt;
    filter.conditions.push_back(std::move(condition));
  }
  if (filter.conditions.empty()) {
    context.mistake(filter.decision.position, "this filter has no condition", "one, such as: match !fcrdns");
  }
  return filter;
}

void read_process_options(Statement& statement, Process& process) {
  Context& context = statement.context();
  while (!statement.at_end()) {
    const Token word = statement.take();
    std::optional<Word>* member = word.is_word("user")     ? &process.user
                                  : word.is_word("group")  ? &process.group
                                  : word.is_word("chroot") ? &process.chroot
                                                           : nullptr;
    if (member == nullptr) {
      const Words known = {"chroot", "group", "user"};
      context.unknown(word, fmt::format("unknown option {} of a process", spelled(word)), alternatives(known),
                      known);
      continue;
    }
    if (*member) context.mistake(word, fmt::format("{} a second time", word.text));
    if (const auto value = statement.take_word(fmt::format("the {}", word.text))) *member = as_word(*value);
  }
}

// The command and what stands behind it, to the end.
bool read_process(Statement& statement, Process& process) {
  const auto command = statement.take_word("the command, in quotes");
  if (!command) return false;
  if (trim(command->text).empty()) statement.context().mistake(*command, "this command is empty");
  process.command = as_word(*command);
  read_process_options(statement, process);
  return true;
}

bool read_kind(Statement& statement, const Token& kind, Filter& filter) {
  Context& context = statement.context();
  if (kind.is_word("phase")) {
    auto phase = read_phase(statement);
    if (!phase) return false;
    filter.kind = *std::move(phase);
  } else if (kind.is_word("proc")) {
    const auto name = statement.take_word("the name of a proc");
    if (!name) return false;
    filter.kind = ProcessFilter{as_word(*name)};
  } else if (kind.is_word("proc-exec")) {
    // A name that no statement can write: the place itself.
    Process process{.position = filter.position, .name = "filter at " + context.place(filter.position)};
    if (!read_process(statement, process)) return false;
    filter.kind = ProcessFilter{{kind.position, process.name}};
    context.configuration.processes.push_back(std::move(process));
  } else if (kind.is_word("chain")) {
    auto names = statement.take_words("a filter's name");
    if (!names) return false;
    if (names->size() > limits::filters) {
      context.mistake(kind, "this chain is too long", fmt::format("at most {} filters", limits::filters));
      return false;
    }
    for (std::size_t i = 0; i < names->size(); ++i) {
      const Word& one = (*names)[i];
      const auto end = names->begin() + static_cast<std::ptrdiff_t>(i);
      if (std::find_if(names->begin(), end, [&](const Word& w) { return w.text == one.text; }) != end)
        context.mistake(one.position, fmt::format("\"{}\" a second time in this chain", one.text));
    }
    filter.kind = FilterChain{*std::move(names)};
  } else {
    const Words known = {"chain", "phase", "proc", "proc-exec"};
    if (kind.kind == Token::Kind::newline)
      context.unexpected(kind, alternatives(known));
    else
      context.unknown(kind, fmt::format("unknown kind of filter {}", spelled(kind)), alternatives(known),
                      known);
    return false;
  }
  statement.expect_end();
  return true;
}

}  // namespace

void read_filter(Statement& statement) {
  Context& context = statement.context();
  const auto name = statement.take_word("the filter's name");
  if (!name) return statement.skip_rest();
  if (const Filter* first = context.configuration.filter(name->text)) {
    context.mistake(*name, fmt::format("a second filter {}", spelled(*name)))
        .notes.push_back("the first is at " + context.place(first->position));
    return statement.skip_rest();
  }
  Filter filter{.position = name->position, .name = name->text, .kind = {}};
  const Token kind = statement.take();
  if (read_kind(statement, kind, filter)) {
    context.configuration.filters.push_back(std::move(filter));
    return;
  }
  context.refused_filters.insert(name->text);
  statement.skip_rest();
}

void read_proc(Statement& statement) {
  Context& context = statement.context();
  const auto name = statement.take_word("the process's name");
  if (!name) return statement.skip_rest();
  if (const Process* first = context.configuration.process(name->text)) {
    context.mistake(*name, fmt::format("a second proc {}", spelled(*name)))
        .notes.push_back("the first is at " + context.place(first->position));
    return statement.skip_rest();
  }
  Process process{.position = name->position, .name = name->text};
  if (read_process(statement, process))
    context.configuration.processes.push_back(std::move(process));
  else
    statement.skip_rest();
}

}  // namespace pillarbox::config
