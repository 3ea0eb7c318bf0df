// Who is logged in how often: keeps one user from taking all sessions.
#pragma once

#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

namespace pillarbox::imapd {

// Thread-safe.
class Presence {
 public:
  // Counts while it lives. Outlived by its Presence.
  class Ticket {
   public:
    Ticket(Presence& presence, std::string login) : presence_(&presence), login_(std::move(login)) {}
    Ticket(Ticket&& other) noexcept : presence_(other.presence_), login_(std::move(other.login_)) {
      other.presence_ = nullptr;
    }
    Ticket& operator=(Ticket&&) = delete;
    ~Ticket();

   private:
    Presence* presence_;
    std::string login_;
  };

  // Nothing if `login` is there `most` times already.
  std::optional<Ticket> enter(const std::string& login, std::size_t most);

  std::size_t count(const std::string& login) const;

 private:
  mutable std::mutex mutex_;
  std::unordered_map<std::string, std::size_t> sessions_;
};

}  // namespace pillarbox::imapd
