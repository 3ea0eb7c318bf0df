// `listen on`: the doors of the server.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip.h"
#include "config/word.h"

namespace pillarbox::config {

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
  std::vector<Word> pkis;         // certificates to choose from, by SNI; empty with TLS on: all of them
  std::optional<Word> ca;         // `ca NAME`: the authority of clients' certificates
  std::optional<Word> verify;     // `tls-require verify`: clients must show a certificate that is valid
  std::optional<Word> protocols;  // `protocols`, as tls_config_set_protocols(3) writes them: "tlsv1.3"
  std::optional<Word> ciphers;    // `ciphers`, as OpenSSL writes them
  AuthMode auth = AuthMode::none;
  Position auth_position;
  std::optional<TableRef> users;       // `auth <table>`; none with auth on: the system's users
  bool allows_plaintext_auth = false;  // `no-tls`: passwords in clear were asked for by name
  std::string hostname;                // "" for the server's name
  std::optional<TableRef> hostnames;   // address → name to greet with
  std::string tag;
  bool mask_source = false;         // `mask-src`: no "from" part in Received
  bool announces_dsn = true;        // `no-dsn` turns it off
  bool received_auth = false;       // `received-auth`: name the user in Received
  std::optional<TableRef> senders;  // login → addresses it may send as
  std::optional<Word> masquerade;   // `senders <table> masquerade`: From is made the envelope's sender
  std::optional<ProxyPeers> proxy;
  std::vector<Word> filters;  // `filter NAME`, `filter { A, B }`: in this order; names of filters or chains
};

}  // namespace pillarbox::config
