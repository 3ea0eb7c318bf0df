// Where a relay gets its hosts from: the DNS, or a test's own list.
#pragma once

#include <string>

#include "relay/mx.h"

namespace pillarbox::relay {

// May be used from any thread. See MxFinder.
class HostFinder {
 public:
  virtual ~HostFinder() = default;
  virtual Task<Hosts> find_hosts(std::string domain, std::string backup_mx) = 0;
  virtual Task<Hosts> find_relay_host(std::string name) = 0;
};

class DnsHosts final : public HostFinder {
 public:
  explicit DnsHosts(const MxFinder& finder) : finder_(finder) {}
  Task<Hosts> find_hosts(std::string domain, std::string backup_mx) override {
    return finder_.find_hosts(std::move(domain), std::move(backup_mx));
  }
  Task<Hosts> find_relay_host(std::string name) override { return finder_.find_relay_host(std::move(name)); }

 private:
  const MxFinder& finder_;
};

}  // namespace pillarbox::relay
