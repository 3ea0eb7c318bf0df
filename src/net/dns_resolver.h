// Look-ups by libunbound: its cache, its DNSSEC validation, one thread of ours between it and those who ask.
#pragma once

#include <expected>
#include <memory>
#include <string>
#include <vector>

#include "config/configuration.h"
#include "dns/resolver.h"
#include "net/dns_settings.h"
#include "net/endpoint.h"

namespace pillarbox::net {

struct DnsOptions {
  std::vector<Endpoint> servers;  // to ask; empty: those of resolv.conf(5), else from the root on our own
  DnsSettings settings;
  // Files of the system; "" leaves one out.
  std::string resolv_conf = "/etc/resolv.conf";
  std::string hosts = "/etc/hosts";
};

// As configured: the `resolver` statements and the settings of dns_settings.h. Requires: parse() was given
// dns_setting_table and found no mistake.
DnsOptions dns_options_of(const config::Configuration& configuration);

// Starts it, with its threads: after every fork. Says in the log, once, if answers will not be validated and
// why. The error names what is wrong with the settings or files. Whoever waits for it when it ends gets a
// temporary failure; it must end before the reactor whose tasks ask it does.
std::expected<std::unique_ptr<dns::Resolver>, std::string> make_dns_resolver(const DnsOptions& options);

// Whether it would start, without asking anybody: for `pillarbox check`. Errors as above.
std::expected<void, std::string> check_dns_options(const DnsOptions& options);

}  // namespace pillarbox::net
