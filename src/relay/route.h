// How mail of one action leaves, apart from the configuration's language: `relay` and its options, and LMTP
// to a server that delivers for us (`lmtp host:port`, `lmtp "/socket"`).
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/ip.h"
#include "net/tls_client.h"

namespace pillarbox::relay {

enum class Protocol : std::uint8_t { smtp, lmtp };

enum class TlsPolicy : std::uint8_t {
  never,
  opportunistic,        // with whoever offers it, whatever its certificate; plain with whoever can't
  required_unverified,  // any certificate, but no mail without
  required,             // a certificate of the host's name by an authority we trust
};

// A server that an administrator names, instead of those that the DNS does.
struct Smarthost {
  std::string host;  // a name or an address without brackets
  std::uint16_t port = 25;
  std::string socket_path = {};  // a Unix socket, instead of the two
  Protocol protocol = Protocol::smtp;
  bool is_implicit_tls = false;       // smtps: the handshake comes first
  std::optional<TlsPolicy> tls = {};  // none: the route's
  std::string label = {};             // whose credentials to log in with; "" for no login
};

struct Credentials {
  std::string user;
  std::string password;
};

// What a table says, or nothing; the error says why it can't be read.
template <class T>
using Lookup = std::expected<std::optional<T>, std::string>;

// Immutable; its functions may be called from any thread, and those of options that weren't given are empty.
struct Route {
  std::string action;    // the configuration's name for it
  std::string hostname;  // what we call ourselves in EHLO, if nothing below says otherwise
  TlsPolicy tls = TlsPolicy::opportunistic;
  std::shared_ptr<const net::TlsClient> tls_client;  // whom to trust, and who we are. Not null

  std::optional<Smarthost> host = {};
  std::function<Lookup<Smarthost>(const std::string& domain)> host_of =
      nullptr;                 // `domain <t>`, before `host`
  bool is_backup = false;      // only hosts that the DNS prefers to us (`backup`)
  std::string backup_mx = {};  // by which name we stand in the DNS; "" for the server's own

  std::string helo = {};
  std::function<Lookup<std::string>(const IpAddress& source)> helo_of = nullptr;          // `helo-src <t>`
  std::function<Lookup<std::vector<IpAddress>>()> sources = nullptr;                      // `src`
  std::function<Lookup<Credentials>(const std::string& label)> credentials_of = nullptr;  // `auth <t>`
  // The sender to give, `mail-from`: an address, or "@example.org", which changes its domain only. The null
  // sender stays what it is: a bounce must not be answered with a bounce.
  std::string mail_from = {};
  std::uint16_t port = 25;                       // of hosts that the DNS names
  std::optional<IpAddress::Family> family = {};  // addresses of another one aren't tried (`mta limit inet4`)
};

}  // namespace pillarbox::relay
