#include "relay/targets.h"

#include <fmt/format.h>

namespace pillarbox::relay {
namespace {

std::unexpected<Trouble> trouble(std::string_view status, std::string_view text) {
  return std::unexpected(Trouble{.status = std::string(status), .diagnostic = one_line(text)});
}

std::expected<std::optional<Credentials>, Trouble> credentials_of(const Route& route,
                                                                  const std::string& label) {
  if (label.empty()) return std::nullopt;
  if (!route.credentials_of)
    return trouble("4.3.5", fmt::format("no table has credentials for \"{}\"", label));
  auto found = route.credentials_of(label);
  if (!found) return trouble("4.3.0", found.error());
  if (!*found) return trouble("4.3.5", fmt::format("there are no credentials for \"{}\"", label));
  return *std::move(found);
}

}  // namespace

TlsPolicy policy_of(const Route& route, const Smarthost& smarthost) {
  const TlsPolicy policy = smarthost.tls.value_or(route.tls);
  if (policy == TlsPolicy::never) return policy;
  // `tls no-verify` says it for all of the action, also for smtp+tls:// and smtps://.
  if (route.tls == TlsPolicy::required_unverified) return route.tls;
  return smarthost.label.empty() || policy != TlsPolicy::opportunistic ? policy : TlsPolicy::required;
}

std::expected<std::vector<Target>, Trouble> make_targets(const Route& route,
                                                         const std::optional<Smarthost>& smarthost,
                                                         const std::vector<Host>& hosts, std::uint64_t turn,
                                                         bool requires_tls) {
  Target pattern{
      .tls = route.tls, .tls_client = route.tls_client, .helo = route.hostname, .action = route.action};
  if (!route.helo.empty()) pattern.helo = route.helo;
  pattern.helo_of = route.helo_of;
  std::uint16_t port = route.port;
  if (smarthost) {
    port = smarthost->port;
    pattern.protocol = smarthost->protocol;
    pattern.is_implicit_tls = smarthost->is_implicit_tls;
    pattern.tls = policy_of(route, *smarthost);
    auto credentials = credentials_of(route, smarthost->label);
    if (!credentials) return std::unexpected(std::move(credentials).error());
    pattern.credentials = *std::move(credentials);
    pattern.where.socket_path = smarthost->socket_path;
    pattern.name = smarthost->host;
  }
  if (requires_tls) pattern.tls = TlsPolicy::required;
  if (!pattern.where.socket_path.empty()) return std::vector<Target>{std::move(pattern)};

  std::vector<IpAddress> sources;
  if (route.sources) {
    auto found = route.sources();
    if (!found) return trouble("4.3.0", found.error());
    sources = found->value_or(std::vector<IpAddress>());
    if (sources.empty()) return trouble("4.3.5", "there is no address to connect from");
  }
  std::vector<Target> targets;
  for (const Host& host : hosts) {
    if (route.family && *route.family != host.address.family) continue;
    Target target = pattern;
    target.where.endpoint = net::Endpoint::of(host.address, port);
    target.name = host.name.starts_with('[') ? host.address.text() : host.name;
    if (!sources.empty()) {
      std::vector<IpAddress> fitting;
      for (const IpAddress& source : sources) {
        if (source.family == host.address.family) fitting.push_back(source);
      }
      if (fitting.empty()) continue;
      target.where.source = fitting[turn % fitting.size()];
    }
    targets.push_back(std::move(target));
  }
  if (targets.empty()) return trouble("4.4.1", "none of its hosts can be reached from our addresses");
  return targets;
}

}  // namespace pillarbox::relay
