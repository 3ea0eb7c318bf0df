#include "accounts/login_guard.h"

#include <fmt/format.h>

#include "crypto/random.h"
#include "crypto/secret.h"
#include "net/address_key.h"

namespace pillarbox::accounts {
namespace {

// Some 100 bytes each; an attacker with more addresses than that gets the oldest forgotten.
constexpr std::size_t most_addresses = 100'000;
constexpr std::chrono::hours own_for{30 * 24};

std::string own_key(std::string_view user, std::uint64_t address) {
  return fmt::format("{:016x}{}", address, user);
}

}  // namespace

LoginGuard::LoginGuard(const Settings& settings, const Clock& clock)
    : settings_(settings),
      clock_(clock),
      key_(crypto::random_bytes(32)),
      failures_(most_addresses),
      own_addresses_(most_addresses),
      remembered_(settings.remembered_logins) {}

bool LoginGuard::begin(const net::Endpoint& peer, std::string_view user) {
  const std::uint64_t address = net::address_key(peer);
  if (address == 0) return true;
  const std::scoped_lock lock(mutex_);
  Failures& failures = failures_.at(address);
  restart_windows(failures);
  const bool is_locked =
      failures.in_minute >= settings_.failures_per_minute || failures.in_day >= settings_.failures_per_day;
  if (is_locked) {
    const Time* last = own_addresses_.find(own_key(user, address));
    return last != nullptr && clock_.now() - *last < own_for;
  }
  ++failures.in_minute;
  ++failures.in_day;
  return true;
}

void LoginGuard::succeed(const net::Endpoint& peer, std::string_view user) {
  const std::uint64_t address = net::address_key(peer);
  if (address == 0) return;
  const std::scoped_lock lock(mutex_);
  forgive(address);
  own_addresses_.at(own_key(user, address)) = clock_.now();
}

void LoginGuard::withdraw(const net::Endpoint& peer) {
  const std::scoped_lock lock(mutex_);
  forgive(net::address_key(peer));
}

void LoginGuard::restart_windows(Failures& failures) const {
  const Time now = clock_.now();
  if (now - failures.minute >= std::chrono::minutes(1)) {
    failures.minute = now;
    failures.in_minute = 0;
  }
  if (now - failures.day >= std::chrono::days(1)) {
    failures.day = now;
    failures.in_day = 0;
  }
}

void LoginGuard::forgive(std::uint64_t address) {
  Failures* failures = failures_.find(address);
  if (failures == nullptr) return;
  if (failures->in_minute > 0) --failures->in_minute;
  if (failures->in_day > 0) --failures->in_day;
  if (failures->in_day == 0) failures_.erase(address);
}

std::string LoginGuard::mac_of(std::string_view user, std::string_view stored_hash,
                               std::string_view password) const {
  std::string text =
      fmt::format("{}:{}{}:{}{}", user.size(), user, stored_hash.size(), stored_hash, password);
  const crypto::Wiper wiper(text);
  return crypto::hmac_sha256(key_, text);
}

void LoginGuard::remember(std::string_view user, std::string_view stored_hash, std::string_view password) {
  Remembered entry{.mac = mac_of(user, stored_hash, password),
                   .until = clock_.now() + settings_.remember_time};
  const std::scoped_lock lock(mutex_);
  remembered_.at(std::string(user)) = std::move(entry);
}

bool LoginGuard::remembers(std::string_view user, std::string_view stored_hash, std::string_view password) {
  const std::string mac = mac_of(user, stored_hash, password);
  const std::scoped_lock lock(mutex_);
  const Remembered* entry = remembered_.find(std::string(user));
  return entry != nullptr && clock_.now() < entry->until && crypto::equals_in_constant_time(entry->mac, mac);
}

}  // namespace pillarbox::accounts
