// What the conditions of rules and filters compare with, each checked as it is read. Behind the word `regex`
// they are regular expressions. Private to this folder.
#pragma once

#include <optional>
#include <string_view>

#include "config/statement.h"

namespace pillarbox::config {

// Addresses and networks: 192.0.2.1, 2001:db8::/32.
std::optional<Operand> take_networks(Statement& statement);
// Domains: example.org, *.example.org.
std::optional<Operand> take_domains(Statement& statement);
// user, user@domain, @domain, user@*.domain.
std::optional<Operand> take_addresses(Statement& statement, std::string_view what);
// Anything: tags, logins, names of hosts.
std::optional<Operand> take_names(Statement& statement, std::string_view what);

}  // namespace pillarbox::config
