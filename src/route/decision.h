// What the router is asked, and what it answers.
#pragma once

#include <chrono>
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
  by_alias,      // Decision::reply: an alias of ours says so, "error:550 She has left"
  temporary,     // 451 4.3.0: a table can't be read, or aliases run in circles; the sender shall try again
};

// What an alias' `error:` tells the sender.
struct AliasReply {
  int code = 550;            // 400 to 459, 500 to 559
  std::uint8_t subject = 0;  // of RFC 3463's status; its class is the code's first digit
  std::uint16_t detail = 0;
  std::string text;  // printable ASCII, at most 400 bytes
  friend bool operator==(const AliasReply&, const AliasReply&) = default;
};

// A user as a delivery needs him: of the action's userbase, or of the system.
struct LocalUser {
  std::string login;  // as the user list writes it
  std::optional<std::uint32_t> uid;
  std::optional<std::uint32_t> gid;
  std::string home;   // "" if the list doesn't say
  std::string extra;  // passwd-file's last field: "userdb_mail=maildir:~/"
  friend bool operator==(const LocalUser&, const LocalUser&) = default;
};

// Into the mailbox of one of our users, by an action `mailbox`.
struct MailboxDestination {
  std::string action;
  std::string login;   // as the user list writes it
  std::string detail;  // of user+detail@, without the separator; "" if there was none
  friend bool operator==(const MailboxDestination&, const MailboxDestination&) = default;
};

// By an action mbox, maildir, lmtp or mda; or, whatever the action, to a command or a file that an alias or a
// user's .forward names.
struct DeliveryDestination {
  enum class Means : std::uint8_t {
    action,   // what the action says
    command,  // the message is the standard input of `argument`, a command line; never through a shell
    file,     // appended to the mbox file `argument`, an absolute path
  };
  std::string action;
  Means means = Means::action;
  std::string argument;
  // Whose mail it is, and with whose rights it is delivered: nobody's with a command or file that an alias of
  // the admin's names (run it as the server's unprivileged user), nor where an LMTP server knows its users
  // itself (`lmtp … rcpt-to`, and an alias that leads to its own address).
  std::optional<LocalUser> user;
  std::optional<LocalUser> run_as;  // the action's `user NAME`, of the system: his rights instead of `user`'s
  std::string detail;               // of user+detail@, without the separator; "" if there was none
  friend bool operator==(const DeliveryDestination&, const DeliveryDestination&) = default;
};

// On to another server, by an action `relay`.
struct RelayDestination {
  std::string action;
  friend bool operator==(const RelayDestination&, const RelayDestination&) = default;
};

using Way = std::variant<MailboxDestination, DeliveryDestination, RelayDestination>;

// One place that a recipient's mail goes to.
struct Destination {
  Way way;
  mail::Address address;  // the recipient as routed: %{dest}, and whom the queue and the next server know
  std::optional<std::chrono::seconds> ttl;  // how long to try; none: the queue's own time
  // The reverse path to send with, where it isn't the sender's own (SRS). Never set for a null sender.
  std::optional<mail::Address> sender;
  std::string trail;  // the way here, for `why`: "alias info → anna → .forward → relay out"

  const std::string& action() const {
    return std::visit([](const auto& one) -> const std::string& { return one.action; }, way);
  }
};

struct Decision {
  std::optional<Refusal> refusal;
  std::optional<AliasReply> reply;  // with Refusal::by_alias
  mail::Address recipient;          // as asked for, <Postmaster> with a domain: ORCPT's and Delivered-To's
  std::vector<Destination> destinations;  // none twice; not empty unless refused
  config::Position rule;                  // which rule decided; line 0: none matched
  std::string reason;                     // for the log and `why`: "pillarbox.conf:14 → alias info → anna"
};

}  // namespace pillarbox::route
