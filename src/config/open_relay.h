// Whether strangers could relay. A configuration where they could is refused (docs/manual/check.md).
//
// A stranger has not logged in and comes from neither loopback nor the control socket. A rule that relays may
// serve one only if the rule itself lists the recipient (`for domain`, `for rcpt-to`, `rcpt-to`, `for local`)
// or the stranger's network (`from src`). Every other rule that relays must be out of a stranger's reach: by
// its own conditions, or because an earlier rule always decides first. What can't be shown is refused.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip.h"
#include "config/configuration.h"
#include "config/diagnostic.h"

namespace pillarbox::config {

// One diagnostic for each rule through which a stranger could relay. File tables are taken for what they
// should be: lists of some domains, addresses, networks; that they are is checked when they are read
// (is_too_broad).
std::vector<Diagnostic> find_open_relays(const Configuration& configuration);

// Whether the rule itself says for whom it relays to strangers. The router asks before it relays, too.
bool lists_its_strangers(const Rule& rule);

// A domain in a list that would let strangers relay nearly everywhere: "*", "*.com", "mail.*". A wildcard
// must stand for what is below a domain of at least two labels.
bool is_too_broad_domain(std::string_view pattern);
// The same for user@domain, @domain; a bare user is any domain's.
bool is_too_broad_address(std::string_view pattern);
// The same of regular expressions: a narrow one must end in "$" behind a domain, or behind what is below a
// domain of at least two labels.
bool is_too_broad_domain_regex(std::string_view expression);
bool is_too_broad_address_regex(std::string_view expression);
// Networks that together are more than one IPv4 /8 or one IPv6 /16 of the public internet.
bool is_too_broad(const std::vector<IpNetwork>& networks);

}  // namespace pillarbox::config
