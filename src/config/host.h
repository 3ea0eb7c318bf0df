// What a configuration must ask the machine. config does no I/O itself: `app` hands it the real thing, tests
// a fake.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/ip.h"

namespace pillarbox::config {

// For reading a configuration.
class Host {
 public:
  virtual ~Host() = default;

  // The whole file, or why it can't be read ("No such file or directory"). Reads at most `most` bytes; a
  // longer file is an error.
  virtual std::expected<std::string, std::string> read_file(const std::string& path, std::size_t most) = 0;
  // Of an interface ("eth0"); empty if it has none; nothing if there is no such interface.
  virtual std::optional<std::vector<IpAddress>> interface_addresses(const std::string& name) = 0;
  virtual std::vector<std::string> interface_names() = 0;
  // Of a host name, as the system resolves it; empty if it doesn't.
  virtual std::vector<IpAddress> resolve(const std::string& name) = 0;
  // The machine's name, fully qualified if it has such a one.
  virtual std::string hostname() = 0;
};

// A certificate file with its key, as far as a check cares.
struct CertificateFacts {
  Time not_before;
  Time not_after;
  std::vector<std::string> names;  // subjectAltName's DNS names and addresses, else the common name
  bool matches_key = false;
};

// For checking that what a configuration names is there and fits.
class CheckHost : public Host {
 public:
  // The first certificate of `certificate`, a PEM file, and whether the private key in `key` is its own. The
  // error says which file is wrong and how.
  virtual std::expected<CertificateFacts, std::string> certificate(const std::string& certificate,
                                                                   const std::string& key) = 0;
  // Why a server can't listen there ("Address already in use"), or nothing if it can.
  virtual std::optional<std::string> why_not_bind(const IpAddress& address, std::uint16_t port) = 0;
  virtual Time now() = 0;
};

}  // namespace pillarbox::config
