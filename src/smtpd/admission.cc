#include "smtpd/admission.h"

#include <algorithm>

namespace pillarbox::smtpd {

Admission::Key Admission::key_of(const net::Endpoint& peer) {
  Key key{};
  key[0] = static_cast<std::uint8_t>(peer.family);
  // Whoever has one IPv6 address has the rest of its /64 as well.
  const std::size_t size = peer.family == net::Endpoint::Family::ipv4 ? 4 : 8;
  std::copy_n(peer.address.begin(), size, key.begin() + 1);
  return key;
}

std::expected<Admission::Ticket, Admission::Refusal> Admission::enter(const net::Endpoint& peer,
                                                                      std::uint32_t max_per_address) {
  const Key key = key_of(peer);
  const std::scoped_lock lock(mutex_);
  if (sessions_ >= max_sessions_) return std::unexpected(Refusal::too_many);
  std::uint32_t& here = per_address_[key];
  if (peer.family != net::Endpoint::Family::local && here >= max_per_address) {
    return std::unexpected(Refusal::too_many_from_address);
  }
  ++here;
  ++sessions_;
  return Ticket(*this, key);
}

void Admission::leave(const Key& key) {
  const std::scoped_lock lock(mutex_);
  --sessions_;
  const auto here = per_address_.find(key);
  if (--here->second == 0) per_address_.erase(here);
}

bool Admission::is_stressed() const { return sessions_ >= max_sessions_ - max_sessions_ / 4; }

}  // namespace pillarbox::smtpd
