// What each table of a configuration is used for. Private to this folder.
#pragma once

#include <map>
#include <set>
#include <string>

#include "config/configuration.h"

namespace pillarbox::route {

enum class Role : std::uint8_t {
  users,      // auth, userbase, relay … auth
  aliases,    // alias, virtual
  domains,    // for domain, helo
  networks,   // from src, proxy, relay … src
  addresses,  // mail-from, rcpt-to
  senders,
  host_names,   // hostnames, helo-src
  expressions,  // regex
  values,       // tag, auth <table> in rules, relay … domain: any line will do
};

// By the table's name.
std::map<std::string, std::set<Role>> table_roles(const config::Configuration& configuration);

}  // namespace pillarbox::route
