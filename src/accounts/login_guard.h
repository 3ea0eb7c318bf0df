// What stands between guessers and the user list: how often an address may fail, which addresses are a user's
// own, and which passwords were found right a while ago.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "accounts/failed_logins.h"
#include "accounts/lru_map.h"
#include "accounts/settings.h"
#include "base/clock.h"
#include "base/task.h"
#include "net/endpoint.h"

namespace pillarbox::accounts {

// May be used from any thread. Outlives changes of the configuration, and all attempts.
class LoginGuard {
 public:
  LoginGuard(const Settings& settings, const Clock& clock);
  ~LoginGuard();

  // From now on. What has failed or is remembered stays.
  void use(const Settings& settings);

  // A log-in that is tried. It has failed unless whoever holds it says otherwise before it goes.
  class Attempt {
   public:
    ~Attempt();
    Attempt(Attempt&& other) noexcept;
    Attempt& operator=(Attempt&&) = delete;

    // The password was right: knows the address as the user's own for a month.
    void succeed();
    // It could not be found out.
    void withdraw();

   private:
    friend class LoginGuard;
    enum class Counts : std::uint8_t { yes, no };
    Attempt(LoginGuard& guard, std::uint64_t address, std::string_view user, Counts counts);

    LoginGuard* guard_;  // nullptr: it is over
    std::uint64_t address_;
    std::string user_;
    Counts counts_;
  };

  // `user` in all of these: what tells one user from all others, of all tables.

  // Waits until a log-in may be tried; nothing if none may. As many as may still fail are tried at a time,
  // the others wait for those in the order of their coming: so many at the same time gain a guesser nothing,
  // and don't keep out who knows the password. Whose password was right from there before neither waits nor
  // is locked out by others' failures, and a local socket never is.
  Task<std::optional<Attempt>> begin(net::Endpoint peer, std::string user);

  // Remembers that `password` matches `stored_hash`, as a keyed MAC of both: whoever reads our memory learns
  // no password without guessing, and a changed hash makes another MAC.
  void remember(std::string_view user, std::string_view stored_hash, std::string_view password);
  // Takes microseconds. False says nothing.
  bool remembers(std::string_view user, std::string_view stored_hash, std::string_view password);

 private:
  struct Waiter;
  // Of one address. Somebody waits only while one is under way, whose end lets the next go on.
  struct Crowd {
    std::uint32_t under_way = 0;
    std::list<Waiter*> waiting;
  };
  struct Remembered {
    std::string mac;
    Time until{};
  };
  enum class Ending : std::uint8_t { failed, right, withdrawn };

  // All with mutex_ held.
  bool is_own(std::uint64_t address, std::string_view user);
  std::uint32_t failures_left(std::uint64_t address);
  bool has_room(const Crowd& crowd) const;
  void end_one(std::uint64_t address, Ending ending);
  void call_waiting(std::uint64_t address, Crowd& crowd);

  void end(const Attempt& attempt, Ending ending);
  std::string mac_of(std::string_view user, std::string_view stored_hash, std::string_view password) const;

  const Clock& clock_;
  const std::string key_;  // of this process only
  std::mutex mutex_;
  Settings settings_;
  LruMap<std::uint64_t, FailedLogins> failures_;  // by net::address_key
  LruMap<std::string, Time> own_addresses_;       // user and address → last success
  LruMap<std::string, Remembered> remembered_;
  std::unordered_map<std::uint64_t, Crowd> crowds_;  // by net::address_key; only where one is under way
  std::size_t waiting_ = 0;                          // in all of them
};

}  // namespace pillarbox::accounts
