// How many sessions there may be, in all and from one address.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>

#include "net/endpoint.h"

namespace pillarbox::net {

class SessionLimits;

// One session's place among those allowed; gives it back when it goes. May go to any thread.
class SessionTicket {
 public:
  SessionTicket() = default;  // of a session that nobody counts
  ~SessionTicket() { give_back(); }
  SessionTicket(SessionTicket&& other) noexcept;
  SessionTicket& operator=(SessionTicket&& other) noexcept;

  // The session turns out to be that peer's (PROXY protocol). False if it has too many already.
  [[nodiscard]] bool move_to(const Endpoint& peer);

 private:
  friend class SessionLimits;
  SessionTicket(SessionLimits& limits, std::uint64_t key) : limits_(&limits), key_(key) {}
  void give_back();

  SessionLimits* limits_ = nullptr;
  std::uint64_t key_ = 0;  // 0: counted in all, but for no address
};

// May be used from any thread. Outlives its tickets.
class SessionLimits {
 public:
  // `per_address`: of one IPv4 address or one IPv6 /64; local sockets are only counted in all.
  SessionLimits(std::size_t in_all, std::size_t per_address) : in_all_(in_all), per_address_(per_address) {}

  // From now on; sessions beyond that stay until they end.
  void change(std::size_t in_all, std::size_t per_address);

  enum class Refusal : std::uint8_t { none, in_all, per_address };
  struct Admission {
    Refusal refusal = Refusal::none;
    SessionTicket ticket;
  };
  Admission admit(const Endpoint& peer);
  // Of a proxy that speaks for others: counted in all only, until the ticket moves to the peer it speaks for.
  Admission admit_proxy();

  std::size_t sessions() const;
  // Four fifths of all places are taken: doors shorten their patience.
  bool is_under_stress() const;

 private:
  friend class SessionTicket;
  Admission admit_key(std::uint64_t key);
  bool take_address(std::uint64_t key);   // Requires: mutex_ held
  void leave_address(std::uint64_t key);  // likewise

  mutable std::mutex mutex_;
  std::size_t in_all_;
  std::size_t per_address_;
  std::size_t sessions_ = 0;
  std::unordered_map<std::uint64_t, std::size_t> addresses_;
};

// Raises the process's soft limit of open files to its hard limit, and says what it is.
std::size_t raise_descriptor_limit();

}  // namespace pillarbox::net
