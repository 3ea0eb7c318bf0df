// Who may have a session now: so many in all, so many from one address. Counts the sessions of all SMTP
// listeners.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <expected>
#include <functional>
#include <map>
#include <mutex>
#include <utility>

#include "net/endpoint.h"

namespace pillarbox::smtpd {

// May be used from any thread.
class Admission {
  using Key = std::array<std::uint8_t, 9>;  // family, then an IPv4 address or an IPv6 /64

 public:
  enum class Refusal { too_many, too_many_from_address };

  explicit Admission(std::uint32_t max_sessions) : max_sessions_(max_sessions) {}

  // A session's place, given back when this goes. The Admission must outlive it.
  class Ticket {
   public:
    Ticket() = default;
    Ticket(Ticket&& other) noexcept { swap(other); }
    Ticket& operator=(Ticket&& other) noexcept {
      swap(other);
      return *this;
    }
    ~Ticket() {
      if (admission_ != nullptr) admission_->leave(key_);
    }

   private:
    friend class Admission;
    Ticket(Admission& admission, const Key& key) : admission_(&admission), key_(key) {}
    void swap(Ticket& other) {
      std::swap(admission_, other.admission_);
      std::swap(key_, other.key_);
    }
    Admission* admission_ = nullptr;
    Key key_{};
  };

  // A local peer (a Unix socket) counts in all, but not as an address.
  std::expected<Ticket, Refusal> enter(const net::Endpoint& peer, std::uint32_t max_per_address);

  // Three quarters of the places are taken: from here on who does nothing with his is shown the door sooner.
  bool is_stressed() const;

  // What may be changed by a reload; those who are in stay in.
  void set_max_sessions(std::uint32_t max_sessions) { max_sessions_ = max_sessions; }

 private:
  static Key key_of(const net::Endpoint& peer);
  void leave(const Key& key);

  std::atomic<std::uint32_t> max_sessions_;
  std::atomic<std::uint32_t> sessions_ = 0;
  std::mutex mutex_;
  std::map<Key, std::uint32_t> per_address_;
};

}  // namespace pillarbox::smtpd
