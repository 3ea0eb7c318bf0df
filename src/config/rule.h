// `match … action NAME`, `match … reject`: who may send what to whom. OpenSMTPD 5's `accept` and `reject`
// make rules of the same kind.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "config/word.h"

namespace pillarbox::config {

// Where a session comes from. Without `from`, a rule is for local sessions only.
struct From {
  enum class Kind : std::uint8_t {
    any,
    local,          // loopback, or the control socket
    auth,           // logged in, from wherever; `operand` if it matters who
    socket,         // the control socket
    src,            // an address or network of `operand`; as a regex: the address as text
    rdns,           // an address that has a name in the DNS; `operand` if it matters which
    mail_from,      // a sender of `operand`, from wherever
    local_or_auth,  // the default of `accept` rules, whose grammar knows no `from auth`
  };
  Position position;
  Kind kind = Kind::local;
  bool negated = false;
  std::optional<Operand> operand;
};

// Where a message goes. Without `for`, a rule is for local domains only.
struct For {
  enum class Kind : std::uint8_t {
    any,
    local,   // the server's name, localhost, and every `domain` statement's
    domain,  // a domain of `operand`; "*.example.org" matches what is below example.org
    rcpt_to,
  };
  Position position;
  Kind kind = Kind::local;
  bool negated = false;
  std::optional<Operand> operand;
};

// A further condition of a rule; all must hold.
struct Condition {
  enum class Kind : std::uint8_t { tag, auth, mail_from, rcpt_to, helo, tls };
  Position position;
  Kind kind = Kind::tls;
  bool negated = false;
  std::optional<Operand> operand;  // not with `tls`, and not with a bare `auth`
};

// The first rule that matches decides.
struct Rule {
  Position position;
  From from;
  For to;
  std::vector<Condition> conditions;
  std::optional<std::string> action;  // none: reject
  Position action_position;
};

}  // namespace pillarbox::config
