#include "imapd/presence.h"

namespace pillarbox::imapd {

std::optional<Presence::Ticket> Presence::enter(const std::string& login, std::size_t most) {
  const std::lock_guard lock(mutex_);
  std::size_t& sessions = sessions_[login];
  if (sessions >= most) return std::nullopt;
  ++sessions;
  return std::optional<Ticket>(std::in_place, *this, login);
}

std::size_t Presence::count(const std::string& login) const {
  const std::lock_guard lock(mutex_);
  const auto found = sessions_.find(login);
  return found == sessions_.end() ? 0 : found->second;
}

Presence::Ticket::~Ticket() {
  if (presence_ == nullptr) return;
  const std::lock_guard lock(presence_->mutex_);
  const auto found = presence_->sessions_.find(login_);
  if (--found->second == 0) presence_->sessions_.erase(found);
}

}  // namespace pillarbox::imapd
