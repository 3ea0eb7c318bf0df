// `filter` and `proc`: what looks at sessions and messages before they are accepted (smtpd.conf(5), MAIL
// FILTERING; smtpd-filters(7)).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "config/word.h"

namespace pillarbox::config {

// `proc NAME "COMMAND" [user U] [group G] [chroot PATH]`, or the process of a `filter … proc-exec`.
struct Process {
  Position position;
  std::string name;  // one that no statement can write for `proc-exec`
  Word command;      // split at blanks, not by a shell; without "/" at its start it lies with the filters
  std::optional<Word> user;
  std::optional<Word> group;
  std::optional<Word> chroot;
};

enum class FilterPhase : std::uint8_t { connect, helo, ehlo, auth, mail_from, rcpt_to, data, commit };
std::string_view name_of(FilterPhase phase);  // "mail-from"

struct FilterCondition {
  enum class Kind : std::uint8_t { fcrdns, rdns, src, helo, auth, mail_from, rcpt_to };
  Position position;
  Kind kind = Kind::fcrdns;
  bool negated = false;
  std::optional<Operand> operand;  // not with `fcrdns`, and not with a bare `rdns` or `auth`
};

struct FilterDecision {
  enum class Kind : std::uint8_t {
    bypass,      // no further filters
    disconnect,  // `value` is the last reply: "550 …" or "421 …"
    junk,        // the message is marked with "X-Spam: yes"
    reject,      // `value` is the reply: "550 …" or "451 …"
    rewrite,     // `value` takes the place of the command's parameter
    report,      // `value` is logged, and told to those who listen to reports
  };
  Kind kind = Kind::bypass;
  Position position;
  std::string value;
};

// `filter NAME phase PHASE match CONDITIONS DECISION`: all conditions must hold, and there is at least one.
struct PhaseFilter {
  FilterPhase phase = FilterPhase::connect;
  std::vector<FilterCondition> conditions;
  FilterDecision decision;
};
// `filter NAME proc PROC`, `filter NAME proc-exec "COMMAND" …`.
struct ProcessFilter {
  Word process;  // names a Process
};
// `filter NAME chain { A, B }`: no chain among them.
struct FilterChain {
  std::vector<Word> filters;
};

struct Filter {
  Position position;
  std::string name;
  std::variant<PhaseFilter, ProcessFilter, FilterChain> kind;
};

}  // namespace pillarbox::config
