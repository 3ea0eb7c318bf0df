// From hosts to servers to talk to: addresses to connect from, names to give, passwords, how much TLS. Pure,
// but for what the route's tables say.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <vector>

#include "relay/mx.h"
#include "relay/outcome.h"
#include "relay/route.h"
#include "relay/target.h"

namespace pillarbox::relay {

// In the order of `hosts`; at least one. `smarthost`: what the hosts are those of, if not of the DNS; with a
// socket there are none. `turn` chooses among source addresses. `requires_tls`: RFC 8689.
std::expected<std::vector<Target>, Trouble> make_targets(const Route& route,
                                                         const std::optional<Smarthost>& smarthost,
                                                         const std::vector<Host>& hosts, std::uint64_t turn,
                                                         bool requires_tls);

// What a smarthost's own wish and the route's come to. A password never goes to a server that could be
// anybody: with a label TLS is required, unless it was forbidden by name.
TlsPolicy policy_of(const Route& route, const Smarthost& smarthost);

}  // namespace pillarbox::relay
