// One attempt to send or deliver a message, and what came of it: between the queue, which decides when, and
// those who do it (relay, delivery).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/task.h"
#include "store/store.h"

namespace pillarbox::queue {

// RFC 3461 §4.1; bits.
struct Notify {
  static constexpr std::uint8_t never = 1;
  static constexpr std::uint8_t success = 2;
  static constexpr std::uint8_t failure = 4;
  static constexpr std::uint8_t delay = 8;
  static constexpr std::uint8_t usual = failure | delay;  // when the sender asked for nothing
};

struct Recipient {
  std::string address;   // as routed: where it goes now
  std::string original;  // ORCPT, "rfc822;anna@example.org"; "" if none was given (RFC 3461 §4.2)
  std::optional<std::uint8_t> notify;  // what the sender asked for; none: nothing
  // How it is delivered, where that isn't a relay's business: written and read by `delivery`, kept by the
  // queue as it is; at most 4 KiB.
  std::string way;
};

enum class Return : std::uint8_t { unsaid, full, headers };                     // RET, RFC 3461 §4.3
enum class BodyKind : std::uint8_t { seven_bit, eight_bit_mime, binary_mime };  // RFC 6152, RFC 3030

// What travels with a message beside its bytes. Words as in the RFCs.
struct Envelope {
  std::string trace_id;
  std::string reverse_path;  // "" is the null path
  Return ret = Return::unsaid;
  std::string envelope_id;  // ENVID, xtext decoded; "" if none
  BodyKind body = BodyKind::seven_bit;
  bool is_smtputf8 = false;        // RFC 6531
  bool requires_tls = false;       // RFC 8689
  std::optional<int> priority;     // MT-PRIORITY, RFC 6710
  std::optional<Time> deliver_by;  // RFC 2852
  std::string login;               // who submitted it, "" for strangers
  Time accepted;
};

// All recipients of it go the same way: one action, one destination.
struct Attempt {
  Envelope envelope;
  std::string action;       // the configuration's
  std::string destination;  // what Deliverer::destination() said
  std::vector<Recipient> recipients;
  unsigned number = 1;  // which attempt this is, from 1
};

// What became of one recipient.
struct Outcome {
  enum class Kind : std::uint8_t {
    delivered,  // kept, or accepted by a server that sees to the sender's DSN wishes
    relayed,    // accepted by a server that knows no DSN (RFC 3461 §5.2.2): success notices are ours to send
    deferred,   // try again later
    failed,     // never
  };
  Kind kind = Kind::deferred;
  std::string status;      // RFC 3463: "4.4.1"
  std::string diagnostic;  // what the other side said, or what happened: one line, escaped, at most 1 KiB
  std::string remote;      // who said it: "mx.example.org [192.0.2.1]"; "" if it was us
  bool is_of_destination =
      false;  // deferred: the whole destination doesn't work (no connection), so others needn't try now
};

// May be used from any thread.
class Deliverer {
 public:
  virtual ~Deliverer() = default;

  // What recipients must share to be sent together, and what concurrency and back-off count by: a domain, a
  // smarthost, a command. Fast, no look-ups.
  virtual std::string destination(const std::string& action, const std::string& recipient) const = 0;

  // One outcome a recipient, in their order; never throws, ends within its own deadlines. A recipient whose
  // acceptance was not heard of is deferred.
  virtual Task<std::vector<Outcome>> deliver(Attempt attempt, std::shared_ptr<store::BodyReader> body) = 0;
};

}  // namespace pillarbox::queue
