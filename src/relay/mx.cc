#include "relay/mx.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "base/try.h"
#include "dns/name.h"
#include "mail/domain.h"
#include "relay/mx_order.h"

namespace pillarbox::relay {
namespace {

using Kind = MxError::Kind;

// The MX names whose addresses are asked for, the best ones: a zone mustn't make us ask for hundreds.
constexpr std::size_t most_names = 20;

std::unexpected<MxError> error(Kind kind, std::string text) {
  return std::unexpected(MxError{kind, std::move(text)});
}

template <class Record>
std::unexpected<MxError> look_up_failed(const std::string& name, const dns::Answer<Record>& answer) {
  return error(Kind::lookup_failed,
               fmt::format("the look-up of {} failed for now ({})", name,
                           answer.outcome == dns::Outcome::bogus ? "its DNSSEC signatures don't hold"
                                                                 : answer.reason));
}

// "[192.0.2.1]", "[IPv6:2001:db8::1]".
std::optional<IpAddress> address_in_brackets(std::string_view text) {
  if (!text.starts_with('[') || !text.ends_with(']')) return std::nullopt;
  text = text.substr(1, text.size() - 2);
  constexpr std::string_view tag = "IPv6:";
  if (starts_with_ignoring_case(text, tag)) text.remove_prefix(tag.size());
  return parse_ip(text);
}

std::string in_brackets(const IpAddress& address) {
  return fmt::format("[{}{}]", address.family == IpAddress::Family::ipv6 ? "IPv6:" : "", address.text());
}

void add_addresses(MxTarget& target, const dns::HostAnswer& answer, bool is_secure) {
  const auto add = [&](const dns::Answer<IpAddress>& family, std::vector<Host>& hosts) {
    target.has_failed |= family.is_failure();
    for (const IpAddress& address : family.records) {
      hosts.push_back({target.name, address, target.preference, is_secure && family.is_secure});
    }
  };
  add(answer.ipv4, target.ipv4);
  add(answer.ipv6, target.ipv6);
}

// RFC 5321 §5.1: hosts of our own preference and worse ones would send it back to us. True if we are the
// best. Requires: `targets` are sorted.
template <class IsOurs>
bool drop_ours_and_worse(std::vector<MxTarget>& targets, const IsOurs& is_ours) {
  const auto ours = std::ranges::find_if(targets, is_ours);
  if (ours == targets.end()) return false;
  std::erase_if(targets, [preference = ours->preference](const MxTarget& target) {
    return target.preference >= preference;
  });
  return targets.empty();
}

// Those that can be asked for: each name once, with its best preference.
std::vector<MxTarget> targets_of(const std::vector<dns::Mx>& records) {
  std::vector<MxTarget> targets;
  for (const dns::Mx& record : records) {
    if (!dns::is_host_name(record.exchange) || parse_ip(record.exchange)) continue;
    const auto same = std::ranges::find(targets, record.exchange, &MxTarget::name);
    if (same == targets.end()) {
      targets.push_back({record.exchange, record.preference, {}, {}});
    } else {
      same->preference = std::min(same->preference, record.preference);
    }
  }
  return targets;
}

bool is_null_mx(const std::vector<dns::Mx>& records) {
  return std::ranges::all_of(records, [](const dns::Mx& record) { return record.exchange.empty(); });
}

// Before their addresses are known. Without MX records the domain itself is its mail host, with preference 0.
std::expected<std::vector<MxTarget>, MxError> targets_in(const std::string& domain,
                                                         const dns::Answer<dns::Mx>& mx) {
  if (mx.is_failure()) return look_up_failed(domain, mx);
  if (mx.outcome == dns::Outcome::no_such_name) {
    return error(Kind::no_such_domain, fmt::format("there is no domain {}", domain));
  }
  if (!mx.is_found()) return std::vector{MxTarget{domain, 0, {}, {}}};
  if (is_null_mx(mx.records)) {
    return error(Kind::null_mx, fmt::format("{} takes no mail, says its null MX", domain));
  }
  return targets_of(mx.records);
}

std::unexpected<MxError> why_none(const std::string& domain, const std::vector<MxTarget>& targets,
                                  const MxFindings& findings) {
  const auto failed = std::ranges::find(targets, true, &MxTarget::has_failed);
  if (failed != targets.end()) {
    return error(Kind::lookup_failed,
                 fmt::format("the look-up of {}, a mail host of {}, failed for now", failed->name, domain));
  }
  if (findings.is_unreachable) {
    return error(Kind::no_route, fmt::format("this server has no route to the mail hosts of {}", domain));
  }
  if (findings.is_refused) {
    return error(Kind::no_host, fmt::format("the mail hosts of {} have addresses that are nobody's", domain));
  }
  return error(Kind::no_host, fmt::format("{} has no mail host with an address", domain));
}

std::unexpected<MxError> loops(const std::string& domain) {
  return error(Kind::loop,
               fmt::format("mail for {} loops back to this server, which is its best mail host and "
                           "isn't set up to take it",
                           domain));
}

}  // namespace

std::string_view MxError::status() const {
  switch (kind) {
    case Kind::no_such_domain: return "5.1.2";
    case Kind::null_mx: return "5.1.10";
    case Kind::no_host: return "5.4.4";
    case Kind::loop: return "5.4.6";
    case Kind::lookup_failed: return "4.4.3";
    case Kind::no_route: return "4.4.1";
    case Kind::misconfigured: return "4.3.5";
  }
  return "4.0.0";
}

MxFinder::MxFinder(dns::Resolver& resolver, MxMachine machine, MxSettings settings)
    : resolver_(resolver), machine_(std::move(machine)), settings_(settings) {}

bool MxFinder::is_us(const IpAddress& address) const {
  return std::ranges::find(machine_.self.addresses, address) != machine_.self.addresses.end();
}

Hosts MxFinder::literal_host(const std::string& domain) const {
  const auto address = address_in_brackets(domain);
  if (!address) return error(Kind::no_such_domain, fmt::format("{} isn't an address", domain));
  if (is_us(*address)) return loops(domain);
  if (!settings_.allow_loopback && !may_be_a_strangers(*address)) {
    return error(Kind::no_host, fmt::format("no mail can be sent to {}", domain));
  }
  if (!machine_.has_route(*address)) {
    return error(Kind::no_route, fmt::format("this server has no route to {}", domain));
  }
  return std::vector{Host{domain, *address}};
}

bool MxFinder::is_ours(const MxTarget& target) const {
  const auto has_our_address = [this](const Host& host) { return is_us(host.address); };
  return std::ranges::any_of(target.ipv4, has_our_address) ||
         std::ranges::any_of(target.ipv6, has_our_address);
}

// Leaves the addresses that may be tried.
MxFindings MxFinder::drop_unusable(std::vector<MxTarget>& targets) const {
  MxFindings findings;
  const auto is_unusable = [&](const Host& host) {
    const bool is_refused = !settings_.allow_loopback && !may_be_a_strangers(host.address);
    const bool is_unreachable = !is_refused && !machine_.has_route(host.address);
    findings.is_refused |= is_refused;
    findings.is_unreachable |= is_unreachable;
    return is_refused || is_unreachable;
  };
  for (MxTarget& target : targets) {
    std::erase_if(target.ipv4, is_unusable);
    std::erase_if(target.ipv6, is_unusable);
  }
  return findings;
}

Task<Hosts> MxFinder::find_hosts(std::string domain, std::string backup_mx) const {
  if (domain.starts_with('[')) co_return literal_host(domain);
  const auto mx = co_await resolver_.mx(domain);
  auto found = targets_in(domain, mx);
  if (!found) co_return std::unexpected(std::move(found).error());
  std::vector<MxTarget> targets = std::move(*found);
  sort_targets(targets, machine_.random);

  // By name first: our own names need no look-up, and may mean another address inside than outside.
  const auto& names = machine_.self.names;
  const auto has_our_name = [&](const MxTarget& target) {
    return equals_ignoring_case(target.name, backup_mx) ||
           std::ranges::find(names, target.name) != names.end();
  };
  if (drop_ours_and_worse(targets, has_our_name)) co_return loops(domain);
  targets.resize(std::min(targets.size(), most_names));

  std::vector<std::string> asked;
  for (const MxTarget& target : targets) asked.push_back(target.name);
  const auto answers = co_await resolver_.hosts(std::move(asked));
  for (std::size_t i = 0; i < answers.size(); ++i) add_addresses(targets[i], answers[i], mx.is_secure);
  if (drop_ours_and_worse(targets, [this](const MxTarget& target) { return is_ours(target); })) {
    co_return loops(domain);
  }
  const MxFindings findings = drop_unusable(targets);
  auto hosts = take_turns(targets, settings_.max_hosts, machine_.random);
  if (hosts.empty()) co_return why_none(domain, targets, findings);
  co_return hosts;
}

Task<Hosts> MxFinder::find_relay_host(std::string name) const {
  if (name.starts_with('[') && name.ends_with(']')) {
    if (const auto address = address_in_brackets(name))
      co_return std::vector{Host{in_brackets(*address), *address}};
    name = name.substr(1, name.size() - 2);
  }
  if (const auto address = parse_ip(name)) co_return std::vector{Host{in_brackets(*address), *address}};
  if (auto ascii = mail::parse_domain(name)) name = std::move(*ascii);

  std::vector<MxTarget> targets{{name, 0, {}, {}}};
  MxTarget& target = targets.front();
  for (const IpAddress& address : resolver_.hosts_file(name)) {
    auto& family = address.family == IpAddress::Family::ipv4 ? target.ipv4 : target.ipv6;
    family.push_back({name, address});
  }
  if (target.ipv4.empty() && target.ipv6.empty()) {
    std::vector<std::string> asked;
    asked.push_back(name);
    const auto answers = co_await resolver_.hosts(std::move(asked));
    const dns::HostAnswer& answer = answers.front();
    add_addresses(target, answer, true);
    if (target.ipv4.empty() && target.ipv6.empty()) {
      if (answer.ipv4.is_failure()) co_return look_up_failed(name, answer.ipv4);
      if (answer.ipv6.is_failure()) co_return look_up_failed(name, answer.ipv6);
      co_return error(Kind::misconfigured, fmt::format("the relay host {} has no address", name));
    }
  }
  co_return take_turns(targets, settings_.max_hosts, machine_.random);
}

}  // namespace pillarbox::relay
