// Which hosts to try for a domain, in which order (RFC 5321 §5.1). The only place that turns MX records into
// addresses.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip.h"
#include "base/task.h"
#include "dns/resolver.h"
#include "relay/mx_settings.h"

namespace pillarbox::relay {

// One address to try.
struct Host {
  // What its certificate must name: as in the MX record, lower case; "[192.0.2.1]" for an address literal.
  std::string name;
  IpAddress address;
  std::uint16_t preference = 0;  // lower is better
  // The MX and the address are DNSSEC-validated: where DANE may apply (RFC 7672 §2.2).
  bool is_secure = false;

  friend bool operator==(const Host&, const Host&) = default;
};

// Why there is no host to try.
struct MxError {
  enum class Kind : std::uint8_t {
    no_such_domain,  // 5.1.2
    null_mx,         // 5.1.10, RFC 7505: the domain takes no mail
    no_host,         // 5.4.4: none of its hosts has an address, or none that may be used
    loop,            // 5.4.6: we are its best host
    lookup_failed,   // 4.4.3: the DNS doesn't answer, or what it says can't be believed
    no_route,        // 4.4.1: only addresses that this machine has no route to
    misconfigured,   // 4.3.5: the relay host of the configuration has no address; the mail isn't to blame
  };
  Kind kind = Kind::lookup_failed;
  std::string text;  // one line for the sender and the log

  std::string_view status() const;  // RFC 3463
  bool is_permanent() const { return status().starts_with('5'); }
};

struct MxFindings;
struct MxTarget;

using Hosts = std::expected<std::vector<Host>, MxError>;  // best first, never empty

// Who we are: where mail that came to us must never be sent.
struct Self {
  std::vector<std::string> names;    // lower case
  std::vector<IpAddress> addresses;  // that our SMTP listens on, or is reached by from outside
};

// What it needs beside the DNS; all of it may be called from any thread.
struct MxMachine {
  Self self;
  std::function<bool(const IpAddress&)> has_route;  // net::has_route
  std::function<std::uint64_t()> random;
};

// May be used from any thread.
class MxFinder {
 public:
  // `resolver` outlives it.
  MxFinder(dns::Resolver& resolver, MxMachine machine, MxSettings settings);

  // For `relay` and `relay backup`: of a recipient's domain (lower-case A-labels) or address literal
  // ("[192.0.2.1]",
  // "[IPv6:2001:db8::1]"). Where we are among the domain's hosts, by our names, `backup_mx` or our addresses,
  // only better ones are left (RFC 5321 §5.1); where we are the best, it is a loop. Loopback and the like
  // never come out of the DNS.
  Task<Hosts> find_hosts(std::string domain, std::string backup_mx = "") const;

  // For `relay host` and `relay domain`: a name, in brackets or not, or an address. As in OpenSMTPD there is
  // no MX look-up; hosts(5) is read first, and no address is refused: it was configured.
  Task<Hosts> find_relay_host(std::string name) const;

 private:
  bool is_us(const IpAddress& address) const;
  bool is_ours(const MxTarget& target) const;
  MxFindings drop_unusable(std::vector<MxTarget>& targets) const;
  Hosts literal_host(const std::string& domain) const;

  dns::Resolver& resolver_;
  const MxMachine machine_;
  const MxSettings settings_;
};

}  // namespace pillarbox::relay
