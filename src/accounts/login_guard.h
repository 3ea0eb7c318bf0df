// What stands between guessers and the user list: how often an address may fail, which addresses are a user's
// own, and which passwords were found right a while ago.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

#include "accounts/lru_map.h"
#include "accounts/settings.h"
#include "base/clock.h"
#include "net/endpoint.h"

namespace pillarbox::accounts {

// May be used from any thread. Outlives changes of the configuration.
class LoginGuard {
 public:
  LoginGuard(const Settings& settings, const Clock& clock);

  // `user` in all of these: what tells one user from all others, of all tables.

  // Whether a log-in may be tried. It counts as failed until it is found otherwise, so that many tried at the
  // same time gain nothing. A user whose password was right from there before isn't locked out by others'
  // failures, and a local socket never is.
  bool begin(const net::Endpoint& peer, std::string_view user);
  // The password was right: forgives the address this attempt, and knows it as the user's own for a month.
  void succeed(const net::Endpoint& peer, std::string_view user);
  // It could not be found out.
  void withdraw(const net::Endpoint& peer);

  // Remembers that `password` matches `stored_hash`, as a keyed MAC of both: whoever reads our memory learns
  // no password without guessing, and a changed hash makes another MAC.
  void remember(std::string_view user, std::string_view stored_hash, std::string_view password);
  // Takes microseconds. False says nothing.
  bool remembers(std::string_view user, std::string_view stored_hash, std::string_view password);

 private:
  struct Failures {
    Time minute{};  // when the first of this minute's failures was
    Time day{};
    std::uint32_t in_minute = 0;
    std::uint32_t in_day = 0;
  };
  struct Remembered {
    std::string mac;
    Time until{};
  };
  void restart_windows(Failures& failures) const;
  void forgive(std::uint64_t address);
  std::string mac_of(std::string_view user, std::string_view stored_hash, std::string_view password) const;

  const Settings settings_;
  const Clock& clock_;
  const std::string key_;  // of this process only
  std::mutex mutex_;
  LruMap<std::uint64_t, Failures> failures_;  // by net::address_key
  LruMap<std::string, Time> own_addresses_;   // user and address → last success
  LruMap<std::string, Remembered> remembered_;
};

}  // namespace pillarbox::accounts
