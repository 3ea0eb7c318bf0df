#include "accounts/login_guard.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/try.h"
#include "crypto/random.h"
#include "crypto/secret.h"
#include "net/address_key.h"
#include "net/bell.h"

namespace pillarbox::accounts {
namespace {

// Some 100 bytes each; an attacker with more addresses than that gets the oldest forgotten.
constexpr std::size_t most_addresses = 100'000;
constexpr std::chrono::hours own_for{30 * 24};

std::string own_key(std::string_view user, std::uint64_t address) {
  return fmt::format("{:016x}{}", address, user);
}

FailedLogins::Limits limits_of(const Settings& settings) {
  return {.per_minute = settings.failures_per_minute, .per_day = settings.failures_per_day};
}

}  // namespace

LoginGuard::Attempt::Attempt(LoginGuard& guard, std::uint64_t address, std::string_view user, Counts counts)
    : guard_(&guard), address_(address), user_(user), counts_(counts) {}

LoginGuard::Attempt::Attempt(Attempt&& other) noexcept
    : guard_(std::exchange(other.guard_, nullptr)),
      address_(other.address_),
      user_(std::move(other.user_)),
      counts_(other.counts_) {}

LoginGuard::Attempt::~Attempt() {
  if (guard_ != nullptr) guard_->end(*this, Ending::failed);
}

void LoginGuard::Attempt::succeed() {
  ASSERT(guard_ != nullptr);
  std::exchange(guard_, nullptr)->end(*this, Ending::right);
}

void LoginGuard::Attempt::withdraw() {
  ASSERT(guard_ != nullptr);
  std::exchange(guard_, nullptr)->end(*this, Ending::withdrawn);
}

// Somebody in the queue of an address, for as long as begin() waits.
struct LoginGuard::Waiter {
  enum class State : std::uint8_t { waiting, admitted, refused, gone };

  Waiter(LoginGuard& guard, std::uint64_t address) : guard(guard), address(address) {}
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;
  // Where the coroutine is destroyed as it waits, its turn is given back.
  ~Waiter() {
    const std::scoped_lock lock(guard.mutex_);
    if (leave() == State::admitted) guard.end_one(address, Ending::withdrawn);
  }

  // Out of the queue; what had become of it. Requires: the guard's mutex is held.
  State leave() {
    if (state == State::waiting) {
      std::erase(guard.crowds_.at(address).waiting, this);
      --guard.waiting_;
    }
    return std::exchange(state, State::gone);
  }

  LoginGuard& guard;
  const std::uint64_t address;
  State state = State::waiting;  // guarded by the guard's mutex
  net::Bell bell;
};

LoginGuard::LoginGuard(const Settings& settings, const Clock& clock)
    : clock_(clock),
      key_(crypto::random_bytes(32)),
      settings_(settings),
      failures_(most_addresses),
      own_addresses_(most_addresses),
      remembered_(settings.remembered_logins) {}

LoginGuard::~LoginGuard() = default;

void LoginGuard::use(const Settings& settings) {
  const std::scoped_lock lock(mutex_);
  settings_ = settings;
  remembered_.keep_at_most(settings.remembered_logins);
}

Task<std::optional<LoginGuard::Attempt>> LoginGuard::begin(net::Endpoint peer, std::string user) {
  using Counts = Attempt::Counts;
  const std::uint64_t address = net::address_key(peer);
  if (address == 0) co_return Attempt(*this, address, user, Counts::no);

  std::optional<Waiter> waiter;
  std::chrono::milliseconds patience{};
  {
    const std::scoped_lock lock(mutex_);
    const auto found = crowds_.find(address);
    if (found != crowds_.end()) call_waiting(address, found->second);  // who came before goes before
    const std::uint32_t under_way = found != crowds_.end() ? found->second.under_way : 0;
    const std::uint32_t left = failures_left(address);
    if (under_way < left) {
      ++crowds_[address].under_way;
      co_return Attempt(*this, address, user, Counts::yes);
    }
    if (is_own(address, user)) co_return Attempt(*this, address, user, Counts::no);
    if (left == 0 || !has_room(found->second)) co_return std::nullopt;
    waiter.emplace(*this, address);
    found->second.waiting.push_back(&*waiter);
    ++waiting_;
    patience = settings_.longest_wait;
  }
  co_await waiter->bell.wait_for(patience);
  const std::scoped_lock lock(mutex_);
  if (waiter->leave() != Waiter::State::admitted) co_return std::nullopt;
  co_return Attempt(*this, address, user, Counts::yes);
}

bool LoginGuard::is_own(std::uint64_t address, std::string_view user) {
  const Time* last = own_addresses_.find(own_key(user, address));
  return last != nullptr && clock_.now() - *last < own_for;
}

std::uint32_t LoginGuard::failures_left(std::uint64_t address) {
  const FailedLogins none;
  const FailedLogins* failures = failures_.find(address);
  return (failures != nullptr ? failures : &none)->left(limits_of(settings_), clock_.now());
}

bool LoginGuard::has_room(const Crowd& crowd) const {
  return waiting_ < settings_.most_waiting && crowd.waiting.size() < settings_.most_waiting_per_address;
}

void LoginGuard::end(const Attempt& attempt, Ending ending) {
  if (attempt.address_ == 0) return;
  const std::scoped_lock lock(mutex_);
  if (ending == Ending::right) own_addresses_.at(own_key(attempt.user_, attempt.address_)) = clock_.now();
  if (attempt.counts_ == Attempt::Counts::yes) end_one(attempt.address_, ending);
}

void LoginGuard::end_one(std::uint64_t address, Ending ending) {
  const auto found = crowds_.find(address);
  ASSERT(found != crowds_.end() && found->second.under_way > 0);
  Crowd& crowd = found->second;
  --crowd.under_way;
  if (ending == Ending::failed) failures_.at(address).add(limits_of(settings_), clock_.now());
  call_waiting(address, crowd);
  if (crowd.under_way == 0) crowds_.erase(found);
}

void LoginGuard::call_waiting(std::uint64_t address, Crowd& crowd) {
  if (crowd.waiting.empty()) return;
  const std::uint32_t left = failures_left(address);
  while (!crowd.waiting.empty() && (left == 0 || crowd.under_way < left)) {
    Waiter& next = *crowd.waiting.front();
    crowd.waiting.pop_front();
    --waiting_;
    next.state = left == 0 ? Waiter::State::refused : Waiter::State::admitted;
    if (left > 0) ++crowd.under_way;
    next.bell.ring();
  }
}

std::string LoginGuard::mac_of(std::string_view user, std::string_view stored_hash,
                               std::string_view password) const {
  std::string text =
      fmt::format("{}:{}{}:{}{}", user.size(), user, stored_hash.size(), stored_hash, password);
  const crypto::Wiper wiper(text);
  return crypto::hmac_sha256(key_, text);
}

void LoginGuard::remember(std::string_view user, std::string_view stored_hash, std::string_view password) {
  std::string mac = mac_of(user, stored_hash, password);
  const std::scoped_lock lock(mutex_);
  remembered_.at(std::string(user)) = {.mac = std::move(mac),
                                       .until = clock_.now() + settings_.remember_time};
}

bool LoginGuard::remembers(std::string_view user, std::string_view stored_hash, std::string_view password) {
  const std::string mac = mac_of(user, stored_hash, password);
  const std::scoped_lock lock(mutex_);
  const Remembered* entry = remembered_.find(std::string(user));
  return entry != nullptr && clock_.now() < entry->until && crypto::equals_in_constant_time(entry->mac, mac);
}

}  // namespace pillarbox::accounts
