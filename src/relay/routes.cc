#include "relay/routes.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "base/try.h"
#include "config/statements.h"
#include "tables/pair.h"
#include "tables/passwd_line.h"
#include "tables/value_list.h"

namespace pillarbox::relay {
namespace {

template <class Parsed>
using Shared = std::shared_ptr<tables::Typed<Parsed>>;  // std::function wants to be copied

template <class Parsed>
Shared<Parsed> typed(const tables::Tables& tables, const config::TableRef& table) {
  return std::make_shared<tables::Typed<Parsed>>(tables.get(table.name));
}

TlsPolicy policy_of(config::RelayAction::Tls tls) {
  switch (tls) {
    case config::RelayAction::Tls::opportunistic: return TlsPolicy::opportunistic;
    case config::RelayAction::Tls::required: return TlsPolicy::required;
    case config::RelayAction::Tls::required_unverified: return TlsPolicy::required_unverified;
  }
  return TlsPolicy::required;
}

void use_tables(const config::RelayAction& relay, const tables::Tables& tables, Route& route) {
  if (relay.domains) {
    route.host_of =
        [map = typed<RelayMap>(tables, *relay.domains)](const std::string& domain) -> Lookup<Smarthost> {
      const auto read = map->get();
      if (!read) return std::unexpected(read.error().detail);
      const Smarthost* found = (*read)->find(domain);
      return found == nullptr ? std::nullopt : std::optional(*found);
    };
  }
  if (relay.credentials) {
    route.credentials_of = [users = typed<tables::PasswdMap>(tables, *relay.credentials)](
                               const std::string& label) -> Lookup<Credentials> {
      const auto read = users->get();
      if (!read) return std::unexpected(read.error().detail);
      const auto* found = (*read)->find_label(label);
      if (found == nullptr) return std::nullopt;
      return Credentials{.user = found->login, .password = found->hash};
    };
  }
  if (relay.helo_source) {
    route.helo_of = [names = typed<tables::AddressNames>(tables, *relay.helo_source)](
                        const IpAddress& source) -> Lookup<std::string> {
      const auto read = names->get();
      if (!read) return std::unexpected(read.error().detail);
      const auto found = (*read)->find(source);
      return found ? std::optional<std::string>(*found) : std::nullopt;
    };
  }
}

void use_sources(const config::RelayAction& relay, const tables::Tables& tables, Route& route) {
  if (!relay.source) return;
  if (relay.source->table) {
    route.sources =
        [list = typed<SourceList>(tables, *relay.source->table)]() -> Lookup<std::vector<IpAddress>> {
      const auto read = list->get();
      if (!read) return std::unexpected(read.error().detail);
      return (*read)->addresses;
    };
    return;
  }
  std::vector<IpAddress> addresses;
  for (const std::string& value : relay.source->values) {
    if (const auto address = parse_ip(value)) addresses.push_back(*address);
  }
  route.sources = [addresses]() -> Lookup<std::vector<IpAddress>> { return addresses; };
}

net::TlsClientSettings tls_settings(const config::RelayAction& relay,
                                    const config::Configuration& configuration) {
  net::TlsClientSettings settings;
  if (relay.ca) {
    if (const config::Ca* ca = configuration.ca(relay.ca->text)) settings.authorities = ca->certificate.text;
  }
  if (!relay.pki.empty()) {
    if (const config::Pki* pki = configuration.pki(relay.pki)) {
      settings.certificate = net::TlsCertificate{pki->name, pki->certificate.text, pki->key.text};
    }
  }
  if (relay.ciphers) settings.ciphers = relay.ciphers->text;
  if (relay.protocols) {
    const std::string protocols = to_ascii_lower(relay.protocols->text);
    if (protocols.contains("tlsv1.3") && !protocols.contains("tlsv1.2")) {
      settings.lowest = net::TlsSettings::Lowest::tls_1_3;
    }
  }
  return settings;
}

std::expected<Route, std::string> route_of(const config::Action& action, const config::RelayAction& relay,
                                           const config::Configuration& configuration,
                                           const tables::Tables& tables) {
  auto client = net::TlsClient::load(tls_settings(relay, configuration));
  if (!client) {
    return std::unexpected(
        fmt::format("{}: {}", configuration.sources.place(action.position), client.error()));
  }
  Route route{.action = action.name,
              .hostname = configuration.hostname,
              .tls = policy_of(relay.tls),
              .tls_client = *std::move(client)};
  if (relay.host) route.host = smarthost_of(*relay.host);
  route.is_backup = relay.backup;
  route.backup_mx = relay.backup_mx;
  route.helo = relay.helo;
  route.mail_from = relay.mail_from;
  if (const auto& family = configuration.options.mta.family) {
    route.family = family->text == "inet4" ? IpAddress::Family::ipv4 : IpAddress::Family::ipv6;
  }
  use_tables(relay, tables, route);
  use_sources(relay, tables, route);
  return route;
}

// To a server that delivers for us, which is on this machine or near it: what it shows as a certificate is
// its own affair.
std::expected<Route, std::string> route_of(const config::Action& action, const config::LmtpMethod& lmtp,
                                           const config::Configuration& configuration) {
  Route route{
      .action = action.name, .hostname = configuration.hostname, .tls_client = TRY(net::TlsClient::load({}))};
  route.host = Smarthost{
      .host = lmtp.host, .port = lmtp.port, .socket_path = lmtp.socket_path, .protocol = Protocol::lmtp};
  return route;
}

}  // namespace

Smarthost smarthost_of(const config::RelayUrl& url) {
  Smarthost host{.host = url.host, .port = url.port, .label = url.label};
  switch (url.scheme) {
    case config::RelayUrl::Scheme::smtp: break;
    case config::RelayUrl::Scheme::smtp_tls: host.tls = TlsPolicy::required; break;
    case config::RelayUrl::Scheme::smtp_notls: host.tls = TlsPolicy::never; break;
    case config::RelayUrl::Scheme::lmtp: host.protocol = Protocol::lmtp; break;
    case config::RelayUrl::Scheme::smtps:
      host.is_implicit_tls = true;
      host.tls = TlsPolicy::required;
      break;
  }
  return host;
}

std::expected<std::vector<Route>, std::string> routes_of(const config::Configuration& configuration,
                                                         const tables::Tables& tables) {
  std::vector<Route> routes;
  for (const config::Action& action : configuration.actions) {
    if (const auto* relay = std::get_if<config::RelayAction>(&action.method)) {
      routes.push_back(TRY(route_of(action, *relay, configuration, tables)));
    } else if (const auto* local = std::get_if<config::LocalAction>(&action.method)) {
      const auto* lmtp = std::get_if<config::LmtpMethod>(&local->method);
      if (lmtp != nullptr) routes.push_back(TRY(route_of(action, *lmtp, configuration)));
    }
  }
  return routes;
}

RelayMap RelayMap::parse(const tables::Lines& lines, std::vector<tables::LineError>& errors) {
  RelayMap map;
  for (const tables::Line& line : lines.lines) {
    const auto [domain, text] = tables::split_pair(line, tables::KeyEnds::at_space);
    const auto url = config::parse_relay_url(text);
    if (text.empty() || !url) {
      errors.push_back({line.number, text.empty() ? "a domain without a relay: the line is ignored"
                                                  : url.error() + ": the line is ignored"});
      continue;
    }
    const std::string key = tables::domain_key(domain);
    map.domains_.add(key);
    map.hosts_.try_emplace(key, smarthost_of(*url));
  }
  return map;
}

const Smarthost* RelayMap::find(std::string_view domain) const {
  const auto entry = domains_.find(domain);
  if (!entry) return nullptr;
  const auto found = hosts_.find(*entry);
  return found == hosts_.end() ? nullptr : &found->second;
}

SourceList SourceList::parse(const tables::Lines& lines, std::vector<tables::LineError>& errors) {
  SourceList list;
  for (const tables::Line& line : lines.lines) {
    if (const auto address = parse_ip(tables::list_value(line))) {
      list.addresses.push_back(*address);
    } else {
      errors.push_back({line.number, "not an address: the line is ignored"});
    }
  }
  return list;
}

}  // namespace pillarbox::relay
