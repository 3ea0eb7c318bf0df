// The routes of a configuration: what its `relay` actions say, and its `lmtp` ones.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "config/configuration.h"
#include "relay/route.h"
#include "tables/domain_list.h"
#include "tables/keys.h"
#include "tables/tables.h"

namespace pillarbox::relay {

// Of all actions that send. The tables must outlive them. The error names the place and the file:
// certificates are read here.
std::expected<std::vector<Route>, std::string> routes_of(const config::Configuration& configuration,
                                                         const tables::Tables& tables);

Smarthost smarthost_of(const config::RelayUrl& url);

// `relay … domain <table>`: "example.org smtp://mx.example.net", "*.example.org lmtp://127.0.0.1:2400", "*
// …".
class RelayMap {
 public:
  static RelayMap parse(const tables::Lines& lines, std::vector<tables::LineError>& errors);
  // Itself first, then the narrowest "*.suffix"; nullptr if there is none.
  const Smarthost* find(std::string_view domain) const;

 private:
  tables::DomainList domains_;
  tables::StringMap<Smarthost> hosts_;  // by the entry of `domains_`
};

// `relay … src <table>`.
struct SourceList {
  std::vector<IpAddress> addresses;
  static SourceList parse(const tables::Lines& lines, std::vector<tables::LineError>& errors);
};

}  // namespace pillarbox::relay
