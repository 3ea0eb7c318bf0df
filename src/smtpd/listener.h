// What a session must know of the `listen on` statement that it came in by.
#pragma once

#include <expected>
#include <functional>
#include <string>

#include "base/ip.h"
#include "config/configuration.h"
#include "mail/address.h"

namespace pillarbox::net {
class TlsServer;
}

namespace pillarbox::smtpd {

struct Listener {
  // mx takes mail for us from anybody; submission takes mail from our users, and mends it (RFC 6409 §8).
  enum class Flavour { mx, submission };
  enum class SenderCheck { allowed, not_allowed, unavailable };

  Flavour flavour = Flavour::mx;
  std::string hostname;
  std::string tag;

  config::TlsMode tls = config::TlsMode::none;
  const net::TlsServer* tls_server = nullptr;  // not owned; set unless tls is none

  config::AuthMode auth = config::AuthMode::none;
  std::string users_table;             // whose passwords count
  bool allows_plaintext_auth = false;  // passwords may come without TLS

  bool mask_source = false;    // don't say in Received where the message came from
  bool received_auth = false;  // say in Received who logged in

  // Optional: another name for some of our addresses (`hostnames`); "" if it has none.
  std::function<std::string(const IpAddress& local)> hostname_of;
  // Optional: whether a peer speaks for others with the PROXY protocol. Those who do must.
  std::function<bool(const IpAddress& peer)> is_proxy;
  // Optional: whether a user may send as an address (`senders`).
  std::function<SenderCheck(const std::string& login, const mail::Address& sender)> check_sender;
};

}  // namespace pillarbox::smtpd
