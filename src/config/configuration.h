// A configuration as it was understood: macros and includes resolved, interfaces looked up, nothing opened
// yet. Every node keeps the place it was read from. What the statements mean: docs/manual/configuration.md.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/ip.h"
#include "config/source.h"

namespace pillarbox::config {

// A text with the place it was written at.
struct Word {
  Position position;
  std::string text;
};

// `<name>`: the name of a table, known to exist once parse() found no mistake.
struct TableRef {
  Position position;
  std::string name;
};

// What a condition compares with: a word, a list `{ a, b }`, or a table.
struct Operand {
  Position position;
  std::vector<std::string> values;  // empty if a table is named
  std::optional<TableRef> table;
};

// `table NAME file:PATH` or `table NAME { … }`.
struct Table {
  enum class Kind : std::uint8_t { inline_list, inline_map, file };
  Position position;
  std::string name;
  Kind kind = Kind::file;
  std::string path;                                          // file
  std::vector<std::pair<std::string, std::string>> entries;  // inline: a list's values stand in `first`
};

// `pki NAME cert PATH key PATH`, in one statement or several. NAME is a host name or "*", the fallback.
struct Pki {
  Position position;
  std::string name;
  Word certificate;
  Word key;
};

// `ca NAME cert PATH`.
struct Ca {
  Position position;
  std::string name;
  Word certificate;
};

enum class Protocol : std::uint8_t { smtp, submission, submissions, imap, imaps };
std::string_view name_of(Protocol protocol);
constexpr bool is_imap(Protocol p) { return p == Protocol::imap || p == Protocol::imaps; }

enum class TlsMode : std::uint8_t {
  none,
  opportunistic,  // `tls`: STARTTLS is offered
  required,       // `tls-require`: nothing but STARTTLS, NOOP, QUIT and the like before it
  implicit,       // `smtps`, submissions, imaps: the handshake comes first
};

enum class AuthMode : std::uint8_t { none, optional, required };

// Which peers may speak for others with the PROXY protocol; theirs must begin with its header.
struct ProxyPeers {
  Position position;
  std::optional<TableRef> table;  // none: loopback only
};

// One `listen on`.
struct Listener {
  Position position;
  Word on;  // as written: "all", "eth0", "192.0.2.1", a path, "socket"
  std::vector<IpAddress>
      addresses;             // to bind: an interface's, or 0.0.0.0 and :: for `all`; empty for a socket
  std::string socket_path;   // listen on "/a/path"
  bool is_enqueuer = false;  // `listen on socket`: the control socket, for local programs
  std::uint16_t port = 25;
  Protocol protocol = Protocol::smtp;
  TlsMode tls = TlsMode::none;
  std::vector<Word> pkis;  // certificates to choose from, by SNI; empty with TLS on: all of them
  AuthMode auth = AuthMode::none;
  std::optional<TableRef> users;       // `auth <table>`
  bool allows_plaintext_auth = false;  // `no-tls`: passwords in clear were asked for by name
  std::string hostname;                // "" for the server's name
  std::optional<TableRef> hostnames;   // address → name to greet with
  std::string tag;
  bool mask_source = false;         // `mask-src`: no "from" part in Received
  bool announces_dsn = true;        // `no-dsn` turns it off
  bool received_auth = false;       // `received-auth`: name the user in Received
  std::optional<TableRef> senders;  // login → addresses it may send as
  std::optional<ProxyPeers> proxy;
};

// `action NAME mailbox …`: into Pillarbox's own store.
struct MailboxAction {
  std::optional<TableRef> userbase;         // who has a mailbox here
  std::optional<TableRef> virtual_aliases;  // `virtual`: user, user@domain, @domain or @ → recipients
  std::optional<TableRef> aliases;          // `alias`: user → recipients
  std::optional<std::chrono::seconds> ttl;
};

// [proto://[label@]]host[:port], smtpd.conf(5)'s relay-url.
struct RelayUrl {
  enum class Scheme : std::uint8_t { smtp, smtp_tls, smtp_notls, lmtp, smtps };
  Scheme scheme = Scheme::smtp;
  std::string label;  // names a line of the credentials table
  std::string host;   // a name or an address without brackets
  std::uint16_t port = 25;
};

// `action NAME relay …`: to the recipient's MX, or to `host`.
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
  Tls tls = Tls::opportunistic;
  std::optional<TableRef> credentials;  // label → user:password
  std::string mail_from;
  std::optional<Operand> source;  // addresses to connect from
  std::optional<std::chrono::seconds> ttl;
};

struct Action {
  Position position;
  std::string name;
  std::variant<MailboxAction, RelayAction> method;
};

// Where a session comes from. Without `from`, a rule is for local sessions only.
struct From {
  enum class Kind : std::uint8_t {
    any,
    local,          // loopback, or the control socket
    auth,           // logged in, from wherever; `users` if it matters who
    socket,         // the control socket
    src,            // an address or network of `operand`
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

// `match … action NAME`, `match … reject`. The first rule that matches decides.
struct Rule {
  Position position;
  From from;
  For to;
  std::vector<Condition> conditions;
  std::optional<std::string> action;  // none: reject
  Position action_position;
};

// `domain NAME`: a domain that is ours.
struct Domain {
  Position position;
  std::string name;  // lower case
};

// `resolver "ADDRESS[:PORT]"`.
struct ResolverServer {
  Position position;
  IpAddress address;
  std::uint16_t port = 53;
};

// A setting as written: config/field.h turns it into a member of the owner's Settings.
struct Setting {
  Position position;
  Position value_position;
  std::string word;   // the statement's first word: "smtp"
  std::string field;  // as declared: "max_recipients"
  std::string value;
};

struct Configuration {
  Sources sources;
  std::string hostname;  // the server's name: `hostname NAME`, else the system's
  std::vector<Table> tables;
  std::vector<Pki> pkis;
  std::vector<Ca> cas;
  std::vector<Listener> listeners;
  std::vector<Action> actions;
  std::vector<Rule> rules;
  std::vector<Domain> domains;
  std::vector<ResolverServer> resolvers;
  std::vector<Setting> settings;

  // By name, exactly; nullptr if there is none.
  const Table* table(std::string_view name) const;
  const Pki* pki(std::string_view name) const;
  const Action* action(std::string_view name) const;
};

}  // namespace pillarbox::config
