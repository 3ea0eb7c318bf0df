// What the router is asked, and what it answers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/ip.h"
#include "config/source.h"
#include "mail/address.h"

namespace pillarbox::route {

// What is known of a transaction when a recipient comes.
struct EnvelopeContext {
  std::optional<IpAddress> peer;  // none: a Unix socket
  std::string host_name;          // of the peer, by reverse DNS; "" if it has none
  std::string login;              // "" if nobody logged in
  std::string tag;                // the listener's
  std::string helo;
  bool is_tls = false;
  std::optional<mail::Address> sender;  // none: the null reverse path
};

enum class Refusal : std::uint8_t {
  unknown_user,  // 550 5.1.1
  relay_denied,  // 550 5.7.1: no rule takes this recipient from this sender
  rejected,      // 550 5.7.1: a `match … reject` did
  temporary,     // 451 4.3.0: a table can't be read, or aliases run in circles; the sender shall try again
};

// Into the mailbox of one of our users.
struct MailboxDestination {
  std::string login;   // as the user list writes it
  std::string detail;  // of user+detail@, without the separator; "" if there was none
  friend bool operator==(const MailboxDestination&, const MailboxDestination&) = default;
};

// On to another server, by an action of the configuration.
struct RelayDestination {
  std::string action;
  mail::Address address;
  friend bool operator==(const RelayDestination&, const RelayDestination&) = default;
};

using Destination = std::variant<MailboxDestination, RelayDestination>;

struct Decision {
  std::optional<Refusal> refusal;
  std::vector<Destination> destinations;  // none twice; not empty unless refused
  config::Position rule;                  // which rule decided; line 0: none matched
  std::string reason;                     // for the log and `why`: "pillarbox.conf:14 → alias info → anna"
};

}  // namespace pillarbox::route
