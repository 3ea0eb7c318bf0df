#include "route/expansion.h"

#include <fmt/format.h>

#include <utility>

#include "base/log.h"

namespace pillarbox::route {
namespace {

constexpr std::size_t trail_bytes = 300;  // of the way shown in the log; the rest is left out

}  // namespace

void Expansion::note(std::string_view step) {
  if (trail_.size() + step.size() > trail_bytes) {
    if (!trail_.ends_with("…")) trail_ += " …";
    return;
  }
  if (!trail_.empty()) trail_ += " → ";
  trail_ += step;
}

// The gravest failure counts: what may be mended later must not be refused for good.
void Expansion::fail(Refusal refusal, std::string detail) {
  if (failure_ == Refusal::temporary) return;
  failure_ = refusal;
  detail_ = std::move(detail);
}

void Expansion::add(Way way, const mail::Address& address, std::string key) {
  if (!seen_.insert(std::move(key)).second) return;
  if (destinations_.size() >= plan_.settings.max_expansion) {
    return fail(Refusal::temporary,
                fmt::format("aliases lead to more than {} recipients", plan_.settings.max_expansion));
  }
  destinations_.push_back(
      {.way = std::move(way), .address = address, .ttl = {}, .sender = {}, .trail = trail_});
}

void Expansion::relay(const config::Rule& rule, const mail::Address& address, Origin origin) {
  if (!plan_.rules.may_relay(rule, envelope_, address, origin)) {
    // The configuration was checked, so a table must have changed since: to a list that lists nearly
    // everything.
    return fail(Refusal::relay_denied, "the rule's lists are too broad to relay for strangers");
  }
  note(fmt::format("relay {} to {}", *rule.action, address.to_string()));
  std::string key =
      fmt::format("relay\n{}\n{}", *rule.action, tables::address_key(address.local_part, address.domain));
  add(RelayDestination{*rule.action}, address, std::move(key));
}

const tables::AliasMap* Expansion::open(const List<tables::AliasMap>* list) {
  if (list == nullptr) return nullptr;
  auto map = list->get(freshness_);
  if (!map) {
    fail(Refusal::temporary, map.error().detail);
    return nullptr;
  }
  // Usually the same one as a moment ago.
  for (const auto& known : opened_) {
    if (known == *map) return known.get();
  }
  return opened_.emplace_back(*std::move(map)).get();
}

Expansion::Found Expansion::follow(const MailboxPlan& mailbox,
                                   const std::vector<tables::AliasTarget>* targets, std::string key,
                                   std::string_view domain, std::size_t depth) {
  // An alias that leads back to itself means the user of that name, if there is one.
  if (targets == nullptr || !followed_.insert(std::move(key)).second) return Found::no;
  if (depth >= plan_.settings.max_depth) {
    fail(Refusal::temporary,
         fmt::format("aliases lead to aliases more than {} times", plan_.settings.max_depth));
    return Found::yes;
  }
  for (const tables::AliasTarget& target : *targets) {
    if (is_over()) break;
    if (++expanded_ > plan_.settings.max_expansion) {
      fail(Refusal::temporary,
           fmt::format("aliases lead to more than {} recipients", plan_.settings.max_expansion));
      break;
    }
    if (target.address)
      to_address(*target.address, depth + 1);
    else
      to_name(mailbox, domain, target, depth + 1);
  }
  return Found::yes;
}

Expansion::Found Expansion::try_alias(const MailboxPlan& mailbox, std::string_view local_part,
                                      std::string_view domain, std::size_t depth) {
  const tables::AliasMap* virtuals = open(mailbox.virtual_aliases);
  const tables::AliasMap* aliases = open(mailbox.aliases);
  if (is_over()) return Found::yes;
  const auto key = [&](std::string_view kind, std::string_view what) {
    return fmt::format("{}\n{}\n{}", mailbox.name, kind, what);
  };
  const std::string name = tables::folded(local_part);
  if (virtuals != nullptr && !domain.empty()) {
    const auto* targets = virtuals->find_address(local_part, domain);
    if (targets != nullptr) note(fmt::format("virtual {}@{}", local_part, domain));
    if (follow(mailbox, targets, key("address", tables::address_key(local_part, domain)), domain, depth) ==
        Found::yes) {
      return Found::yes;
    }
  }
  for (const tables::AliasMap* map : {virtuals, aliases}) {
    const auto* targets = map == nullptr ? nullptr : map->find_name(name);
    if (targets != nullptr) note(fmt::format("alias {}", local_part));
    const std::string_view kind = map == virtuals ? "virtual" : "alias";
    if (follow(mailbox, targets, key(kind, name), domain, depth) == Found::yes) return Found::yes;
  }
  return Found::no;
}

Expansion::Found Expansion::try_user(const MailboxPlan& mailbox, std::string_view login,
                                     std::string_view detail, std::string_view domain) {
  auto user = plan_.users.find(mailbox.users, login);
  if (!user) {
    fail(Refusal::temporary, std::move(user).error().detail);
    return Found::yes;
  }
  if (!*user) return Found::no;
  note(fmt::format("user {}", **user));
  std::string key = fmt::format("mailbox\n{}", tables::folded(**user));
  const mail::Address address{std::string(login.substr(0, login.rfind('@'))), std::string(domain)};
  add(MailboxDestination{mailbox.name, std::move(**user), std::string(detail)}, address, std::move(key));
  return Found::yes;
}

Expansion::Found Expansion::try_rest(const MailboxPlan& mailbox, std::string_view domain, std::size_t depth) {
  const tables::AliasMap* virtuals = open(mailbox.virtual_aliases);
  if (is_over()) return Found::yes;
  if (virtuals == nullptr) return Found::no;
  const auto* of_domain = virtuals->find_domain(domain);
  if (of_domain != nullptr) {
    note(fmt::format("the rest of {}", domain));
    if (follow(mailbox, of_domain, fmt::format("{}\nrest\n{}", mailbox.name, domain), domain, depth) ==
        Found::yes) {
      return Found::yes;
    }
  }
  const auto* rest = virtuals->find_rest();
  if (rest != nullptr) note("the rest");
  return follow(mailbox, rest, fmt::format("{}\nrest\n", mailbox.name), domain, depth);
}

Expansion::Found Expansion::try_local_part(const MailboxPlan& mailbox, const mail::Address& recipient,
                                           std::string_view local_part, std::string_view detail, bool is_ours,
                                           std::size_t depth) {
  if (try_alias(mailbox, local_part, recipient.domain, depth) == Found::yes) return Found::yes;
  const std::string login = fmt::format("{}@{}", local_part, recipient.domain);
  if (try_user(mailbox, login, detail, recipient.domain) == Found::yes) return Found::yes;
  return is_ours ? try_user(mailbox, local_part, detail, recipient.domain) : Found::no;
}

void Expansion::to_mailbox(const MailboxPlan& mailbox, const config::Rule& rule,
                           const mail::Address& recipient, std::size_t depth) {
  const bool is_ours = plan_.rules.is_ours(rule, recipient.domain);
  const std::string_view local_part = recipient.local_part;
  if (try_local_part(mailbox, recipient, local_part, "", is_ours, depth) == Found::yes) return;
  const auto parts = mail::split_detail(local_part, plan_.settings.sub_addr_delim);
  if (parts.detail) {
    if (try_local_part(mailbox, recipient, parts.user, *parts.detail, is_ours, depth) == Found::yes) return;
  }
  if (try_rest(mailbox, recipient.domain, depth) == Found::yes) return;
  const bool is_foreign = depth == 0 && !is_ours;
  fail(is_foreign ? Refusal::relay_denied : Refusal::unknown_user,
       fmt::format("{} is neither a user nor an alias", recipient.to_string()));
}

void Expansion::to_name(const MailboxPlan& mailbox, std::string_view domain,
                        const tables::AliasTarget& target, std::size_t depth) {
  const auto parts = mail::split_detail(target.name, plan_.settings.sub_addr_delim);
  struct Candidate {
    std::string_view name;
    std::string_view detail;
  };
  const Candidate candidates[] = {{target.name, ""}, {parts.user, parts.detail.value_or("")}};
  for (const Candidate& candidate : candidates) {
    if (!target.is_final && try_alias(mailbox, candidate.name, "", depth) == Found::yes) return;
    if (try_user(mailbox, candidate.name, candidate.detail, domain) == Found::yes) return;
    // Where users are whole addresses, a bare name is one of the same domain.
    if (try_user(mailbox, fmt::format("{}@{}", candidate.name, domain), candidate.detail, domain) ==
        Found::yes) {
      return;
    }
    if (!parts.detail) break;
  }
  note(fmt::format("{}: nobody", target.name));
  fail(Refusal::unknown_user,
       fmt::format("the alias' target {} is neither a user nor an alias", target.name));
}

void Expansion::to_address(const mail::Address& address, std::size_t depth) {
  const auto rule = plan_.rules.find(envelope_, address, Origin::alias, freshness_);
  if (!rule) return fail(Refusal::temporary, rule.error().detail);
  if (*rule == nullptr || !(*rule)->action) {
    note(fmt::format("{}: no rule", address.to_string()));
    return fail(Refusal::unknown_user,
                fmt::format("no rule takes the alias' target {}", address.to_string()));
  }
  const auto mailbox = plan_.mailboxes.find(*(*rule)->action);
  if (mailbox != plan_.mailboxes.end())
    to_mailbox(mailbox->second, **rule, address, depth);
  else
    relay(**rule, address, Origin::alias);
}

void Expansion::start(const config::Rule& rule, const mail::Address& recipient) {
  const auto mailbox = plan_.mailboxes.find(*rule.action);
  if (mailbox != plan_.mailboxes.end())
    to_mailbox(mailbox->second, rule, recipient, 0);
  else
    relay(rule, recipient, Origin::session);
}

Decision Expansion::take(const config::Rule& rule, const mail::Address& recipient,
                         const config::Sources& sources) {
  Decision decision{.recipient = recipient, .rule = rule.position};
  decision.reason = fmt::format("{}: {}", sources.place(rule.position), trail_);
  if (failure_ && !detail_.empty()) decision.reason += fmt::format(" ({})", detail_);
  // One target of many that leads nowhere doesn't keep the mail from the others; but nothing is delivered in
  // part when trying again may deliver it whole.
  if (is_over() || destinations_.empty()) {
    decision.refusal = failure_.value_or(Refusal::unknown_user);
    return decision;
  }
  if (failure_) log::warning("route", "{} goes only to some: {}", recipient.to_string(), detail_);
  decision.destinations = std::move(destinations_);
  return decision;
}

}  // namespace pillarbox::route
