#include "route/expansion.h"

#include <fmt/format.h>

#include <utility>

#include "base/log.h"
#include "base/text.h"
#include "route/limits.h"

namespace pillarbox::route {
namespace {

// A label or key is named after what stands in the tables: "info@example.org".
std::string named(std::string_view local_part, std::string_view domain) {
  return domain.empty() ? std::string(local_part) : fmt::format("{}@{}", local_part, domain);
}

}  // namespace

// --- what comes of it

std::string Expansion::trail(std::string_view last_step) const {
  std::string text;
  for (const std::string& label : way_) {
    if (text.size() + label.size() > limits::trail) {
      text += "… → ";
      break;
    }
    text += label + " → ";
  }
  return text += last_step;
}

std::string Expansion::circle(std::string_view back_to) const {
  return fmt::format("alias loop: {}{}", trail(""), back_to);
}

void Expansion::give_up(std::string detail) {
  if (has_given_up_) return;
  has_given_up_ = true;
  failure_ = Refusal::temporary;
  detail_ = std::move(detail);
}

// What may be mended later must not be refused for good.
void Expansion::dead_end(Refusal refusal, std::string detail) {
  if (failure_ && (*failure_ == Refusal::temporary || refusal != Refusal::temporary)) return;
  failure_ = refusal;
  detail_ = std::move(detail);
}

void Expansion::add(Way way, const mail::Address& address, std::optional<std::chrono::seconds> ttl,
                    std::string last_step, std::string key) {
  if (!seen_.insert(std::move(key)).second) return;
  if (destinations_.size() >= plan_.settings.max_expansion) {
    return give_up(fmt::format("aliases lead to more than {} recipients", plan_.settings.max_expansion));
  }
  destinations_.push_back(
      {.way = std::move(way), .address = address, .ttl = ttl, .sender = {}, .trail = trail(last_step)});
}

Decision Expansion::decide(const config::Rule& rule, const mail::Address& recipient,
                           const config::Sources& sources) {
  recipient_ = recipient;
  if (const auto local = plan_.locals.find(*rule.action); local != plan_.locals.end())
    to_local(local->second, rule, recipient, 0);
  else
    relay(rule, recipient, Origin::session);

  Decision decision{.recipient = recipient, .rule = rule.position};
  decision.reason = sources.place(rule.position) + ":";
  if (!destinations_.empty()) decision.reason += " " + destinations_.front().trail;
  if (destinations_.size() > 1) decision.reason += fmt::format(" and {} more", destinations_.size() - 1);
  if (failure_ && !detail_.empty()) decision.reason += fmt::format(" ({})", detail_);
  if (reply_) {
    decision.refusal = Refusal::by_alias;
    decision.reason += fmt::format(" (an alias says error:{} {})", reply_->code, reply_->text);
    decision.reply = std::move(reply_);
    return decision;
  }
  // One target of many that leads nowhere doesn't keep the mail from the others; but nothing is delivered in
  // part when trying again may deliver it whole.
  if (has_given_up_ || destinations_.empty()) {
    decision.refusal = failure_.value_or(Refusal::unknown_user);
    return decision;
  }
  if (failure_ && knowledge_.open().empty())
    log::warning("route", "{} goes only to some: {}", recipient.to_string(), detail_);
  decision.destinations = std::move(destinations_);
  return decision;
}

// --- asking

const Answer* Expansion::ask(const Question& question) {
  const Answer* answer = knowledge_.get(question);
  if (answer == nullptr || !answer->failure) return answer;
  give_up(answer->failure->detail);
  return nullptr;
}

std::optional<LocalUser> Expansion::find_user(const LocalPlan& plan, std::string_view login) {
  if (plan.users) {
    auto user = plan_.users.find(*plan.users, login);
    if (!user) {
      give_up(std::move(user).error().detail);
      return std::nullopt;
    }
    return *std::move(user);
  }
  const Answer* answer = ask({.kind = Question::Kind::user, .name = std::string(login), .user = {}});
  return answer == nullptr ? std::nullopt : answer->user;
}

std::optional<LocalUser> Expansion::run_as(const LocalPlan& plan) {
  if (plan.run_as.empty()) return std::nullopt;
  const Answer* answer = ask({.kind = Question::Kind::user, .name = plan.run_as, .user = {}});
  if (answer == nullptr) return std::nullopt;
  if (!answer->user) give_up(fmt::format("the system has no user {}, as whom to deliver", plan.run_as));
  return answer->user;
}

const tables::AliasMap* Expansion::open(const List<tables::AliasMap>* list) {
  if (list == nullptr) return nullptr;
  auto map = list->get(freshness_);
  if (!map) {
    give_up(map.error().detail);
    return nullptr;
  }
  // Usually the same one as a moment ago.
  for (const auto& known : opened_) {
    if (known == *map) return known.get();
  }
  return opened_.emplace_back(*std::move(map)).get();
}

// --- aliases

Expansion::Found Expansion::follow(const Place& place, const Targets& targets, std::string key,
                                   std::string label) {
  if (on_way_.contains(key)) return Found::itself;
  if (!followed_.insert(key).second) return Found::yes;  // its targets are among the others already
  if (place.depth >= plan_.settings.max_depth) {
    give_up(fmt::format("aliases lead to aliases more than {} times", plan_.settings.max_depth));
    return Found::yes;
  }
  if (targets.empty()) dead_end(Refusal::temporary, label + " has no target that could be read");
  const Place next{place.plan, place.address, place.of_user, place.depth + 1};
  way_.push_back(std::move(label));
  on_way_.insert(key);
  for (const tables::AliasTarget& target : targets) {
    if (is_over()) break;
    if (++expanded_ > plan_.settings.max_expansion) {
      give_up(fmt::format("aliases lead to more than {} recipients", plan_.settings.max_expansion));
      break;
    }
    to_target(next, target);
  }
  on_way_.erase(key);
  way_.pop_back();
  return Found::yes;
}

void Expansion::to_target(const Place& place, const tables::AliasTarget& target) {
  struct Visit {
    Expansion& self;
    const Place& place;
    void operator()(const tables::AliasName& t) const { self.to_name(place, t); }
    void operator()(const tables::AliasAddress& t) const { self.to_address(t.address, place.depth); }
    void operator()(const tables::AliasDomain& t) const {
      self.to_address({place.address.local_part, t.domain}, place.depth);
    }
    void operator()(const tables::AliasCommand& t) const {
      self.deliver_by(place, DeliveryDestination::Means::command, t.line);
    }
    void operator()(const tables::AliasFile& t) const {
      self.deliver_by(place, DeliveryDestination::Means::file, t.path);
    }
    void operator()(const tables::AliasInclude& t) const { self.to_included(place, t.path); }
    void operator()(const tables::AliasError& t) const {
      self.reply_ = AliasReply{t.code, t.subject, t.detail, t.text};
    }
  };
  std::visit(Visit{*this, place}, target);
}

void Expansion::to_included(const Place& place, const std::string& path) {
  const Answer* answer = ask({.kind = Question::Kind::included, .name = path, .user = {}});
  if (answer == nullptr) return;
  const auto list = answer->targets;  // shared: what is learnt later may move the answer
  // A file that includes itself adds nothing.
  follow(place, list->targets, "included\n" + path, "list " + path);
}

Expansion::Found Expansion::try_alias(const Place& place, std::string_view local_part,
                                      std::string_view domain) {
  const tables::AliasMap* virtuals = open(place.plan.virtual_aliases);
  const tables::AliasMap* aliases = open(place.plan.aliases);
  if (is_over()) return Found::yes;
  const auto key = [&](std::string_view kind, std::string_view what) {
    return fmt::format("{}\n{}\n{}", place.plan.name, kind, what);
  };
  const Place from{place.plan, place.address, nullptr, place.depth};
  Found found = Found::no;
  const auto* of_address =
      virtuals == nullptr || domain.empty() ? nullptr : virtuals->find_address(local_part, domain);
  if (of_address != nullptr) {
    found = follow(from, *of_address, key("address", tables::address_key(local_part, domain)),
                   "virtual " + named(local_part, domain));
  }
  for (const tables::AliasMap* map : {virtuals, aliases}) {
    if (found != Found::no || map == nullptr) continue;
    const auto* of_name = map->find_name(local_part);
    if (of_name == nullptr) continue;
    found = follow(from, *of_name, key(map == virtuals ? "virtual" : "alias", tables::folded(local_part)),
                   fmt::format("alias {}", local_part));
  }
  return found;
}

Expansion::Found Expansion::try_rest(const Place& place) {
  const tables::AliasMap* virtuals = open(place.plan.virtual_aliases);
  if (is_over()) return Found::yes;
  if (virtuals == nullptr) return Found::no;
  const std::string& domain = place.address.domain;
  const Place from{place.plan, place.address, nullptr, place.depth};
  if (const auto* of_domain = virtuals->find_domain(domain)) {
    return follow(from, *of_domain, fmt::format("{}\nrest\n{}", place.plan.name, domain),
                  "the rest of " + domain);
  }
  const auto* of_all = virtuals->find_rest();
  if (of_all == nullptr) return Found::no;
  return follow(from, *of_all, fmt::format("{}\nrest\n", place.plan.name), "the rest");
}

// --- names and addresses

Expansion::Found Expansion::try_user(const Place& place, std::string_view login, std::string_view detail,
                                     Forward forward) {
  const auto user = find_user(place.plan, login);
  if (is_over()) return Found::yes;
  if (!user) return Found::no;
  to_user(place, *user, detail, forward);
  return Found::yes;
}

Expansion::Found Expansion::try_local_part(const Place& place, std::string_view local_part,
                                           std::string_view detail, bool is_ours) {
  const std::string& domain = place.address.domain;
  const Found alias = try_alias(place, local_part, domain);
  if (alias == Found::yes) return Found::yes;
  if (alias == Found::itself || place.plan.takes_unlisted_users()) {
    const bool has_addresses = place.plan.users.has_value();  // the system's logins have no "@"
    if (has_addresses && try_user(place, named(local_part, domain), detail) == Found::yes) return Found::yes;
    if (is_ours && try_user(place, local_part, detail) == Found::yes) return Found::yes;
  }
  if (alias == Found::no) return Found::no;
  if (place.plan.needs_no_user)
    deliver(place, std::nullopt, detail);
  else
    dead_end(Refusal::temporary, circle(named(local_part, domain)));
  return Found::yes;
}

void Expansion::to_local(const LocalPlan& plan, const config::Rule& rule, const mail::Address& address,
                         std::size_t depth) {
  if (plan_.srs != nullptr && Srs::is_srs(address.local_part)) return to_sender(address, depth);
  const Place place{plan, address, nullptr, depth};
  const bool is_ours = plan_.rules.is_ours(rule, address.domain);
  const std::string_view local_part = address.local_part;
  if (try_local_part(place, local_part, "", is_ours) != Found::no) return;
  const auto parts = mail::split_detail(local_part, plan_.settings.sub_addr_delim);
  if (parts.detail && try_local_part(place, parts.user, *parts.detail, is_ours) != Found::no) return;
  const Found rest = try_rest(place);
  if (rest == Found::yes) return;
  if (rest == Found::itself) {
    // The catch-all names an address that it catches itself: that is a user's, or nobody's.
    for (const auto& [name, detail] :
         {std::pair{local_part, std::string_view()}, std::pair{parts.user, parts.detail.value_or("")}}) {
      if (plan.users && try_user(place, named(name, address.domain), detail) == Found::yes) return;
      if (is_ours && try_user(place, name, detail) == Found::yes) return;
    }
    if (plan.needs_no_user) return deliver(place, std::nullopt, "");
    return dead_end(Refusal::temporary, circle(address.to_string()));
  }
  const bool is_foreign = depth == 0 && !is_ours;
  dead_end(is_foreign ? Refusal::relay_denied : Refusal::unknown_user,
           fmt::format("{} is neither a user nor an alias", address.to_string()));
}

// A bounce on its way back through us.
void Expansion::to_sender(const mail::Address& recipient, std::size_t depth) {
  const auto sender = plan_.srs->reverse(recipient, now_);
  if (!sender) {
    return dead_end(Refusal::unknown_user,
                    fmt::format("{}: {}", recipient.to_string(), describe(sender.error())));
  }
  if (depth >= plan_.settings.max_depth) return give_up("SRS addresses lead to SRS addresses");
  way_.emplace_back("SRS");
  to_address(*sender, depth + 1);
  way_.pop_back();
}

void Expansion::to_name(const Place& place, const tables::AliasName& target) {
  const auto parts = mail::split_detail(target.name, plan_.settings.sub_addr_delim);
  struct Candidate {
    std::string_view name;
    std::string_view detail;
  };
  const Candidate candidates[] = {{target.name, ""}, {parts.user, parts.detail.value_or("")}};
  bool is_circle = false;
  for (const auto& [name, detail] : candidates) {
    if (!target.is_final) {
      const Found alias = try_alias(place, name, "");
      if (alias == Found::yes) return;
      is_circle |= alias == Found::itself;
    }
    const Forward forward = target.is_final ? Forward::keep : Forward::follow;
    if (try_user(place, name, detail, forward) == Found::yes) return;
    // Where users are whole addresses, a bare name is one of the same domain.
    const std::string whole = named(name, place.address.domain);
    if (place.plan.users && try_user(place, whole, detail, forward) == Found::yes) return;
    if (!parts.detail) break;
  }
  if (is_circle) return dead_end(Refusal::temporary, circle(target.name));
  dead_end(Refusal::unknown_user,
           fmt::format("{}{}, who is neither a user nor an alias", trail(""), target.name));
}

void Expansion::to_address(const mail::Address& address, std::size_t depth) {
  const auto rule = plan_.rules.find(envelope_, address, Origin::alias, freshness_);
  if (!rule) return give_up(rule.error().detail);
  if (*rule == nullptr || !(*rule)->action) {
    return dead_end(Refusal::unknown_user,
                    fmt::format("{}{}, whom no rule takes", trail(""), address.to_string()));
  }
  const auto local = plan_.locals.find(*(*rule)->action);
  if (local != plan_.locals.end())
    to_local(local->second, **rule, address, depth);
  else
    relay(**rule, address, Origin::alias);
}

// --- ends

void Expansion::to_user(const Place& place, const LocalUser& user, std::string_view detail, Forward forward) {
  // Mail in our own store has Sieve for that.
  const bool is_in_store = place.plan.kind == LocalPlan::Kind::mailbox;
  if (is_in_store || user.home.empty() || forward == Forward::keep) return deliver(place, user, detail);
  std::string key = fmt::format("{}\n.forward\n{}", place.plan.name, tables::folded(user.login));
  // He has named himself in it: his mail is kept too.
  if (on_way_.contains(key)) return deliver(place, user, detail);
  const Answer* answer = ask({.kind = Question::Kind::forward, .name = "", .user = user});
  if (answer == nullptr) return;
  if (!answer->targets) return deliver(place, user, detail);
  const auto list = answer->targets;  // shared: what is learnt later may move the answer
  const Place from{place.plan, place.address, &user, place.depth};
  follow(from, list->targets, std::move(key), fmt::format("user {} → .forward", user.login));
}

void Expansion::deliver(const Place& place, std::optional<LocalUser> user, std::string_view detail) {
  const LocalPlan& plan = place.plan;
  const std::string login = user ? user->login : "";
  std::string step = user ? fmt::format("user {}", login) : place.address.to_string();
  switch (plan.kind) {
    case LocalPlan::Kind::mailbox:
      return add(MailboxDestination{plan.name, login, std::string(detail)}, place.address, plan.ttl,
                 std::move(step), "mailbox\n" + tables::folded(login));
    case LocalPlan::Kind::forward_only:
      return dead_end(Refusal::unknown_user,
                      trail(step) + ", and only what goes on to other servers is taken here");
    case LocalPlan::Kind::expand_only:
      return dead_end(Refusal::unknown_user,
                      trail(step) + ", and only what an alias names a way for is taken here");
    case LocalPlan::Kind::delivery: break;
  }
  DeliveryDestination delivery{.action = plan.name,
                               .argument = "",
                               .user = std::move(user),
                               .run_as = run_as(plan),
                               .detail = std::string(detail)};
  if (is_over()) return;
  std::string key = fmt::format("delivery\n{}\n{}", plan.name, tables::folded(login));
  if (plan.is_by_address) key += "\n" + tables::address_key(place.address.local_part, place.address.domain);
  add(std::move(delivery), place.address, plan.ttl, std::move(step), std::move(key));
}

void Expansion::deliver_by(const Place& place, DeliveryDestination::Means means,
                           const std::string& argument) {
  const bool is_command = means == DeliveryDestination::Means::command;
  std::string step = (is_command ? "|" : "") + argument;
  if (place.plan.kind == LocalPlan::Kind::forward_only) {
    return dead_end(Refusal::unknown_user,
                    trail(step) + ", and only what goes on to other servers is taken here");
  }
  DeliveryDestination delivery{.action = place.plan.name,
                               .means = means,
                               .argument = argument,
                               .user = {},
                               .run_as = {},
                               .detail = ""};
  if (place.of_user != nullptr) delivery.user = *place.of_user;
  std::string key = fmt::format("{}\n{}\n{}", is_command ? "command" : "file",
                                place.of_user == nullptr ? "" : place.of_user->login, argument);
  add(std::move(delivery), place.address, place.plan.ttl, std::move(step), std::move(key));
}

void Expansion::relay(const config::Rule& rule, const mail::Address& address, Origin origin) {
  if (!plan_.rules.may_relay(rule, envelope_, address, origin)) {
    // The configuration was checked, so a table must have changed since: to a list that lists nearly
    // everything.
    return dead_end(Refusal::relay_denied, "the rule's lists are too broad to relay for strangers");
  }
  const RelayPlan& plan = plan_.relays.find(*rule.action)->second;
  const std::size_t count = destinations_.size();
  add(RelayDestination{plan.name}, address, plan.ttl,
      fmt::format("relay {} to {}", plan.name, address.to_string()),
      fmt::format("relay\n{}\n{}", plan.name, tables::address_key(address.local_part, address.domain)));
  const bool is_forwarded = origin == Origin::alias && envelope_.sender.has_value();
  if (destinations_.size() == count || !is_forwarded || !plan.rewrites_sender || plan_.srs == nullptr) return;
  destinations_.back().sender = plan_.srs->forward(*envelope_.sender, recipient_.domain, now_);
}

}  // namespace pillarbox::route
