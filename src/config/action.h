// `action NAME method options`: what becomes of a message. OpenSMTPD 5's `accept … deliver to …` and
// `accept … relay` make actions of the same kinds.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "config/word.h"

namespace pillarbox::config {

// The methods that end on this machine.
struct MailboxMethod {};  // `mailbox`: into Pillarbox's own store
struct MboxMethod {};     // `mbox`: appended to the system's mail file of the user
// `maildir [PATH] [junk]`. PATH may hold format specifiers (%{user.username}, …) and begin with "~/", the
// user's home; "" is ~/Maildir. A path that doesn't begin with "/" lies in the home.
struct MaildirMethod {
  Word path;
  bool sorts_junk = false;  // `junk`: what has "X-Spam: yes" goes into the folder Junk
};
// `lmtp DESTINATION [rcpt-to]`.
struct LmtpMethod {
  Word destination;            // as written
  std::string socket_path;     // DESTINATION is a path, or
  std::string host;            // a name or an address without brackets, and
  std::uint16_t port = 0;      // its port
  bool gives_address = false;  // `rcpt-to`: RCPT names the address after expansion, not the user
};
// `mda "COMMAND"`: it gets the message on its standard input. May hold format specifiers.
struct MdaMethod {
  Word command;
};
struct ForwardOnlyMethod {};  // `forward-only`: only what aliases or .forward lead to another server
struct ExpandOnlyMethod {};   // `expand-only`: only what aliases or .forward name a way of delivery for

using LocalMethod = std::variant<MailboxMethod, MboxMethod, MaildirMethod, LmtpMethod, MdaMethod,
                                 ForwardOnlyMethod, ExpandOnlyMethod>;

// A method that ends here, and for whom.
struct LocalAction {
  LocalMethod method;
  Position method_position;
  std::optional<TableRef> userbase;         // who has mail here; none: the system's users
  std::optional<TableRef> virtual_aliases;  // `virtual`: user, user@domain, @domain or @ → recipients
  std::optional<TableRef> aliases;          // `alias`: user → recipients
  std::optional<Word> user;                 // `user NAME`: whose rights a delivery has, for all users
  std::optional<Word> wrapper;              // `wrapper NAME`: the command that the delivery runs within
  std::optional<std::chrono::seconds> ttl;

  template <class Method>
  bool is() const {
    return std::holds_alternative<Method>(method);
  }
};

// [proto://[label@]]host[:port], smtpd.conf(5)'s relay-url.
struct RelayUrl {
  enum class Scheme : std::uint8_t { smtp, smtp_tls, smtp_notls, lmtp, smtps };
  Scheme scheme = Scheme::smtp;
  std::string label;  // names a line of the credentials table
  std::string host;   // a name or an address without brackets
  std::uint16_t port = 25;
};

// `relay`: to the recipient's MX, or to `host`.
struct RelayAction {
  enum class Tls : std::uint8_t { opportunistic, required, required_unverified };
  bool backup = false;
  std::string backup_mx;  // `backup mx NAME`: "" for the server's own name
  std::string helo;
  std::optional<TableRef> helo_source;  // source address → name for EHLO
  std::optional<TableRef> domains;      // domain → relay-url
  std::optional<RelayUrl> host;
  std::string pki;
  Position pki_position;
  std::optional<Word> ca;  // `ca NAME`: the authority that the other server's certificate must be of
  Tls tls = Tls::opportunistic;
  std::optional<Word> protocols;        // as in `listen on`
  std::optional<Word> ciphers;          // as in `listen on`
  std::optional<TableRef> credentials;  // label → user:password
  std::string mail_from;                // the sender to give; "@example.org" changes its domain only
  std::optional<Operand> source;        // addresses to connect from
  std::optional<Word> srs;              // `srs`: the sender of forwarded mail is rewritten
  std::optional<Word> filter;           // a filter, or chain, that sees the message as it leaves
  std::optional<std::chrono::seconds> ttl;
};

struct Action {
  Position position;
  std::string name;  // one that no statement can write for an `accept` rule
  std::variant<LocalAction, RelayAction> method;
};

// `mda wrapper NAME "COMMAND"`: %{mda} in it stands for the command of the delivery.
struct MdaWrapper {
  Position position;
  std::string name;
  Word command;
};

}  // namespace pillarbox::config
