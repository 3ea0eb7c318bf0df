#include "net/session_limits.h"

#include <sys/resource.h>

#include <utility>

#include "base/try.h"
#include "net/address_key.h"

namespace pillarbox::net {
namespace {

constexpr std::uint64_t no_address = 0;

}  // namespace

SessionTicket::SessionTicket(SessionTicket&& other) noexcept
    : limits_(std::exchange(other.limits_, nullptr)), key_(other.key_) {}

SessionTicket& SessionTicket::operator=(SessionTicket&& other) noexcept {
  if (this == &other) return *this;
  give_back();
  limits_ = std::exchange(other.limits_, nullptr);
  key_ = other.key_;
  return *this;
}

bool SessionTicket::move_to(const Endpoint& peer) {
  if (limits_ == nullptr) return true;
  const std::uint64_t key = address_key(peer);
  const std::scoped_lock lock(limits_->mutex_);
  if (key == key_) return true;
  if (!limits_->take_address(key)) return false;
  limits_->leave_address(key_);
  key_ = key;
  return true;
}

void SessionTicket::give_back() {
  if (limits_ == nullptr) return;
  const std::scoped_lock lock(limits_->mutex_);
  ASSERT(limits_->sessions_ > 0);
  --limits_->sessions_;
  limits_->leave_address(key_);
  limits_ = nullptr;
}

void SessionLimits::change(std::size_t in_all, std::size_t per_address) {
  const std::scoped_lock lock(mutex_);
  in_all_ = in_all;
  per_address_ = per_address;
}

SessionLimits::Admission SessionLimits::admit(const Endpoint& peer) { return admit_key(address_key(peer)); }

SessionLimits::Admission SessionLimits::admit_proxy() { return admit_key(no_address); }

SessionLimits::Admission SessionLimits::admit_key(std::uint64_t key) {
  const std::scoped_lock lock(mutex_);
  if (sessions_ >= in_all_) return {.refusal = Refusal::in_all};
  if (!take_address(key)) return {.refusal = Refusal::per_address};
  ++sessions_;
  return {.ticket = SessionTicket(*this, key)};
}

bool SessionLimits::take_address(std::uint64_t key) {
  if (key == no_address) return true;
  std::size_t& count = addresses_[key];
  if (count >= per_address_) return false;
  ++count;
  return true;
}

void SessionLimits::leave_address(std::uint64_t key) {
  if (key == no_address) return;
  const auto found = addresses_.find(key);
  ASSERT(found != addresses_.end());
  if (--found->second == 0) addresses_.erase(found);
}

std::size_t SessionLimits::sessions() const {
  const std::scoped_lock lock(mutex_);
  return sessions_;
}

bool SessionLimits::is_under_stress() const {
  const std::scoped_lock lock(mutex_);
  return sessions_ >= in_all_ / 5 * 4;
}

std::size_t raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1024;
  if (limit.rlim_cur < limit.rlim_max) {
    rlimit raised = limit;
    raised.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &raised) == 0) limit = raised;
  }
  return limit.rlim_cur;
}

}  // namespace pillarbox::net
