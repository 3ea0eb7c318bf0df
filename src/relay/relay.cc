#include "relay/relay.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/log.h"
#include "mail/address.h"
#include "relay/targets.h"

namespace pillarbox::relay {
namespace {

using queue::Outcome;

std::string domain_of(std::string_view address) {
  const auto at = address.rfind('@');
  return std::string(at == std::string_view::npos ? "" : address.substr(at + 1));
}

// What has become of an attempt's recipients so far, and who is left.
class Progress {
 public:
  explicit Progress(std::size_t recipients) : outcomes_(recipients) {}

  void decide(std::size_t recipient, Outcome outcome) { outcomes_[recipient] = std::move(outcome); }
  void decide_rest(const Outcome& outcome) {
    for (auto& place : outcomes_) {
      if (!place) place = outcome;
    }
  }
  std::vector<std::size_t> left() const {
    std::vector<std::size_t> result;
    for (std::size_t i = 0; i < outcomes_.size(); ++i) {
      if (!outcomes_[i]) result.push_back(i);
    }
    return result;
  }
  std::vector<Outcome> finish() {
    std::vector<Outcome> result;
    for (auto& outcome : outcomes_) result.push_back(*std::move(outcome));
    return result;
  }

 private:
  std::vector<std::optional<Outcome>> outcomes_;
};

// The sender that MAIL gives.
std::string reverse_path_of(const Route& route, const std::string& reverse_path) {
  if (route.mail_from.empty() || reverse_path.empty()) return reverse_path;
  if (!route.mail_from.starts_with('@')) return route.mail_from;
  return reverse_path.substr(0, reverse_path.rfind('@')) + route.mail_from;
}

// Addresses were checked when they came in; but between then and now lie tables, disks and rewriting, and
// what goes into a command must not hold another one.
// LMTP servers may be told a user's name alone.
bool is_fit_for_a_command(const std::string& address, const Route& route) {
  if (mail::parse_address(address)) return true;
  const bool is_lmtp = route.host && route.host->protocol == Protocol::lmtp;
  return is_lmtp && mail::parse_address(address + "@localhost").has_value();
}

std::shared_ptr<const Job> make_job(const queue::Attempt& attempt, const std::string& reverse_path,
                                    const std::vector<std::size_t>& recipients,
                                    const std::shared_ptr<store::BodyReader>& body) {
  auto job =
      std::make_shared<Job>(Job{.envelope = attempt.envelope, .reverse_path = reverse_path, .body = body});
  for (const std::size_t i : recipients) job->recipients.push_back(attempt.recipients[i]);
  return job;
}

// What all hosts together were of no use for, as one outcome.
class Troubles {
 public:
  void add(const Target& target, const Trouble& trouble) {
    if (!text_.empty()) text_ += fmt::format(" ({}); ", remote_);
    text_ += trouble.diagnostic;
    status_ = trouble.status;
    remote_ = target.text();
    is_permanent_ = is_permanent_ && trouble.is_permanent;
  }
  Outcome outcome(bool was_reached) const {
    std::string status = status_;
    if (!is_permanent_) status[0] = '4';  // one of many may have been for good
    Outcome outcome = of_destination(
        {.status = status, .diagnostic = one_line(text_), .is_permanent = is_permanent_}, remote_);
    // A server that talks and then fails may do so for this message alone.
    if (was_reached) outcome.is_of_destination = false;
    return outcome;
  }

 private:
  std::string text_;
  std::string status_ = "4.4.1";
  std::string remote_;
  bool is_permanent_ = true;
};

}  // namespace

Relay::Relay(std::vector<Route> routes, HostFinder& hosts, net::Connector& connector, const Clock& clock,
             const Settings& settings)
    : hosts_(hosts), pool_(connector, clock, settings) {
  for (Route& route : routes) {
    const std::string action = route.action;
    routes_.emplace(action, std::move(route));
  }
}

const Route* Relay::find(const std::string& action) const {
  const auto found = routes_.find(action);
  return found == routes_.end() ? nullptr : &found->second;
}

Lookup<Smarthost> Relay::smarthost_of(const Route& route, const std::string& domain) {
  if (route.host_of) {
    auto found = route.host_of(domain);
    if (!found || *found) return found;
  }
  return route.host;
}

std::string Relay::destination(const std::string& action, const std::string& recipient) const {
  const std::string domain = domain_of(recipient);
  const Route* route = find(action);
  if (route == nullptr) return domain;
  const auto smarthost = smarthost_of(*route, domain);
  if (!smarthost || !*smarthost) return domain;
  const Smarthost& host = **smarthost;
  return host.socket_path.empty() ? fmt::format("{}:{}", host.host, host.port) : host.socket_path;
}

Task<Relay::Targets> Relay::targets_of(const Route& route, std::string domain, bool requires_tls) {
  const auto smarthost = smarthost_of(route, domain);
  if (!smarthost)
    co_return std::unexpected(Trouble{.status = "4.3.0", .diagnostic = one_line(smarthost.error())});
  Hosts hosts;
  if (!*smarthost) {
    hosts = co_await hosts_.find_hosts(domain, route.is_backup ? route.backup_mx : "");
  } else if ((*smarthost)->socket_path.empty()) {
    hosts = co_await hosts_.find_relay_host((*smarthost)->host);
  }
  if (!hosts) {
    co_return std::unexpected(Trouble{.status = std::string(hosts.error().status()),
                                      .diagnostic = one_line(hosts.error().text),
                                      .is_permanent = hosts.error().is_permanent()});
  }
  co_return make_targets(route, *smarthost, *hosts, turns_++, requires_tls);
}

Task<Report> Relay::send(const Target& target, std::shared_ptr<const Job> job) {
  const std::string key = target.key();
  if (pool_.may_have(key)) {
    const auto sent = co_await pool_.send(key, job);
    if (sent && (!sent->trouble || sent->was_heard)) co_return *sent;
  }
  auto session = co_await Session::open(target, pool_.services());
  if (!session) co_return Report{.outcomes{job->recipients.size()}, .trouble = std::move(session).error()};
  Report report = co_await (*session)->send(std::move(job));
  report.was_heard = true;
  co_await pool_.keep(key, *std::move(session));
  co_return report;
}

Task<std::vector<Outcome>> Relay::deliver(queue::Attempt attempt, std::shared_ptr<store::BodyReader> body) {
  Progress progress(attempt.recipients.size());
  const Route* route = find(attempt.action);
  if (route == nullptr || attempt.recipients.empty()) {
    progress.decide_rest(
        deferred("4.3.5", fmt::format("there is no action {} in the configuration", attempt.action), ""));
    co_return progress.finish();
  }
  const std::string reverse_path = reverse_path_of(*route, attempt.envelope.reverse_path);
  if (!reverse_path.empty() && !is_fit_for_a_command(reverse_path, *route)) {
    progress.decide_rest(failed("5.1.7", "the sender's address isn't one", ""));
  }
  for (std::size_t i = 0; i < attempt.recipients.size(); ++i) {
    if (is_fit_for_a_command(attempt.recipients[i].address, *route)) continue;
    progress.decide(i, failed("5.1.3", "the address isn't one", ""));
  }
  std::vector<std::size_t> left = progress.left();
  if (left.empty()) co_return progress.finish();

  const auto targets = co_await targets_of(*route, domain_of(attempt.recipients[left.front()].address),
                                           attempt.envelope.requires_tls);
  if (!targets) {
    progress.decide_rest(of_destination(targets.error(), ""));
    co_return progress.finish();
  }
  Troubles troubles;
  bool was_reached = false;
  const std::size_t most =
      std::min<std::size_t>(targets->size(), pool_.services().settings.max_connections_tried);
  // A server that takes few at a time has decided about some of them each time, and is asked again.
  for (std::size_t t = 0; t < most && !left.empty();) {
    const Target& target = (*targets)[t];
    const Report report = co_await send(target, make_job(attempt, reverse_path, left, body));
    was_reached = was_reached || report.was_heard;
    for (std::size_t i = 0; i < left.size(); ++i) {
      if (report.outcomes[i]) progress.decide(left[i], *report.outcomes[i]);
    }
    const std::size_t before = left.size();
    left = progress.left();
    if (!report.trouble && left.size() < before) continue;
    ++t;
    const Trouble trouble =
        report.trouble.value_or(Trouble{.status = "4.5.0", .diagnostic = "it decided nothing"});
    log::debug("relay", "{}: {}: {}", attempt.envelope.trace_id, target.text(), trouble.diagnostic);
    troubles.add(target, trouble);
    if (trouble.kind == Trouble::Kind::shut_down) break;
  }
  progress.decide_rest(troubles.outcome(was_reached));
  co_return progress.finish();
}

}  // namespace pillarbox::relay
