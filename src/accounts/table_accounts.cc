#include "accounts/table_accounts.h"

#include <algorithm>
#include <unordered_map>

#include "accounts/limits.h"
#include "base/log.h"
#include "crypto/secret.h"

namespace pillarbox::accounts {
namespace {

using crypto::PasswordHash;

// Of how many users the usual scheme is found out.
constexpr std::size_t sampled_users = 100;

// yescrypt at crypt(3)'s default cost, of no password at all: the decoy where no user has a hash.
constexpr std::string_view default_decoy = "$y$j9T$abcdefgh$53HXNxZB2a7VoI7YjlXnuqZl44ziJZfXwvfzovUJ6J6";

// A password on its way to a worker thread: one copy, wiped.
struct Secret {
  explicit Secret(std::string text) : text(std::move(text)) {}
  ~Secret() { crypto::wipe(text); }
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  std::string text;
};

bool is_plausible(const PasswordLogin& login) {
  return !login.authentication.empty() && login.authentication.size() <= limits::login_bytes &&
         !login.password.empty() && login.password.size() <= limits::password_bytes;
}

bool is_for_another(const PasswordLogin& login) {
  return !login.authorization.empty() &&
         tables::login_key(login.authorization) != tables::login_key(login.authentication);
}

User user_of(const tables::PasswdEntry& entry) {
  return {.login = entry.login, .home = entry.home, .uid = entry.uid, .gid = entry.gid, .extra = entry.extra};
}

// What is hashed for a log-in, and what a match means.
struct Check {
  PasswordHash hash;         // the user's, or a decoy
  std::optional<User> user;  // who is let in then: nobody, where no password can be right
  std::string stored;
  std::string reason;  // why it was refused, for the log
};

// A hash that takes as long to check as most users' hashes do.
PasswordHash usual_hash(const tables::PasswdMap& users) {
  std::unordered_map<std::string, std::size_t> counts;
  std::size_t best_count = 0;
  auto best = PasswordHash::parse(default_decoy);
  const auto& entries = users.entries();
  for (std::size_t i = 0; i < std::min(entries.size(), sampled_users); ++i) {
    auto hash = PasswordHash::parse(entries[i].hash);
    if (!hash) continue;
    const std::size_t count = ++counts[hash->cost()];
    if (count > best_count) {
      best_count = count;
      best = std::move(hash);
    }
  }
  return *best;
}

}  // namespace

// One table read as a user list, with what log-ins need to know of it.
class TableAccounts::Users {
 public:
  explicit Users(tables::Table& table) : typed_(table) {}

  using Map = std::shared_ptr<const tables::PasswdMap>;

  // The version that has the login, looking for a newer one before saying that there is none.
  std::expected<Map, tables::Unavailable> with(std::string_view login) {
    auto map = typed_.get();
    if (map && (*map)->find(login) == nullptr) return typed_.fresh();
    return map;
  }

  std::expected<Map, tables::Unavailable> fresh() { return typed_.fresh(); }

  // Whatever is wrong shows only after a check of some hash, so that the time tells nothing.
  Check check_of(const Map& map, const PasswordLogin& login) {
    const auto* entry = map->find(login.authentication);
    if (entry == nullptr) return {.hash = decoy(map), .user = {}, .stored = "", .reason = "no such user"};
    auto hash = PasswordHash::parse(entry->hash);
    if (!hash) return {.hash = decoy(map), .user = {}, .stored = "", .reason = hash.error()};
    if (is_for_another(login)) {
      return {.hash = *hash, .user = {}, .stored = "", .reason = "may not act for another user"};
    }
    return {.hash = *hash, .user = user_of(*entry), .stored = entry->hash, .reason = "wrong password"};
  }

 private:
  PasswordHash decoy(const Map& map) {
    const std::scoped_lock lock(mutex_);
    if (decoy_of_ != map || !decoy_) {
      decoy_ = usual_hash(*map);
      decoy_of_ = map;
    }
    return *decoy_;
  }

  tables::Typed<tables::PasswdMap> typed_;
  std::mutex mutex_;
  Map decoy_of_;
  std::optional<PasswordHash> decoy_;
};

TableAccounts::TableAccounts(const tables::Tables& tables, LoginGuard& guard, net::WorkerPool& pool)
    : tables_(tables), guard_(guard), pool_(pool) {}

TableAccounts::~TableAccounts() = default;

TableAccounts::Users* TableAccounts::users_of(std::string_view table) {
  const std::scoped_lock lock(mutex_);
  const auto known = users_.find(table);
  if (known != users_.end()) return known->second.get();
  tables::Table* found = tables_.find(table);
  if (found == nullptr) return nullptr;
  return users_.emplace(std::string(table), std::make_unique<Users>(*found)).first->second.get();
}

std::optional<User> TableAccounts::find(std::string_view table, std::string_view login) {
  Users* users = users_of(table);
  if (users == nullptr) return std::nullopt;
  const auto map = users->with(login);
  if (!map) return std::nullopt;
  const auto* entry = (*map)->find(login);
  if (entry == nullptr) return std::nullopt;
  return user_of(*entry);
}

std::optional<User> TableAccounts::recall(Users& users, const std::string& user, const PasswordLogin& login) {
  const auto map =
      users.fresh();  // a look at the file costs little, and a changed password ends the old one at once
  if (!map || is_for_another(login)) return std::nullopt;
  const auto* entry = (*map)->find(login.authentication);
  if (entry == nullptr || !guard_.remembers(user, entry->hash, login.password)) return std::nullopt;
  return user_of(*entry);
}

Task<std::expected<User, LoginError>> TableAccounts::log_in(std::string table, PasswordLogin login,
                                                            net::Endpoint peer) {
  const crypto::Wiper wiper(login.password);
  const std::string user = table + '\0' + tables::login_key(login.authentication);
  auto attempt = co_await guard_.begin(peer, user);
  if (!attempt) co_return std::unexpected(LoginError::too_many);
  if (!is_plausible(login)) co_return std::unexpected(LoginError::refused);

  Users* users = users_of(table);
  if (users == nullptr) co_return unavailable(*attempt, peer, "there is no table " + table);
  if (auto known = recall(*users, user, login)) {
    attempt->succeed();
    co_return *std::move(known);
  }

  const auto map = users->fresh();
  if (!map) co_return unavailable(*attempt, peer, map.error().detail);
  const Check check = users->check_of(*map, login);
  const auto secret = std::make_shared<const Secret>(login.password);  // shared with the worker
  const auto matches = co_await pool_.run([hash = check.hash, secret] { return hash.matches(secret->text); });
  if (!matches) co_return unavailable(*attempt, peer, "too many passwords to check at once");
  if (!*matches || !check.user) {
    log::info("accounts", "login of \"{}\" from {} refused: {}", login.authentication, peer.address_text(),
              check.reason);
    co_return std::unexpected(LoginError::refused);
  }
  guard_.remember(user, check.stored, login.password);
  attempt->succeed();
  co_return *check.user;
}

std::unexpected<LoginError> TableAccounts::unavailable(LoginGuard::Attempt& attempt,
                                                       const net::Endpoint& peer, std::string_view reason) {
  log::warning("accounts", "{} can't log in now and has to try later: {}", peer.address_text(), reason);
  attempt.withdraw();
  return std::unexpected(LoginError::unavailable);
}

std::vector<tables::LineError> check_hashes(const tables::PasswdMap& users) {
  std::vector<tables::LineError> errors;
  for (const auto& entry : users.entries()) {
    if (entry.hash.empty()) continue;  // a user who can't log in, as the line says
    const auto hash = PasswordHash::parse(entry.hash);
    if (!hash)
      errors.push_back({.line = entry.line, .message = entry.login + " can't log in: " + hash.error()});
  }
  return errors;
}

}  // namespace pillarbox::accounts
