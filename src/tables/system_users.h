// The users of the machine: passwd(5), or whatever else nsswitch.conf(5) names.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>

#include "tables/table.h"

namespace pillarbox::tables {

struct SystemUser {
  std::string login;
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::string home;
  friend bool operator==(const SystemUser&, const SystemUser&) = default;
};

// May be used from any thread, and may block: behind the names there may be a directory server.
class SystemUsers {
 public:
  virtual ~SystemUsers() = default;
  // By the exact login name; nothing if there is no such user. Unavailable: can't be found out now.
  virtual std::expected<std::optional<SystemUser>, Unavailable> find(const std::string& login) = 0;
};

// getpwnam(3)'s.
class NameServiceUsers final : public SystemUsers {
 public:
  std::expected<std::optional<SystemUser>, Unavailable> find(const std::string& login) override;
};

}  // namespace pillarbox::tables
