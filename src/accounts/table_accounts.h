// Accounts out of the configuration's tables.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/accounts.h"
#include "accounts/login_guard.h"
#include "crypto/password_hash.h"
#include "net/worker_pool.h"
#include "tables/passwd_line.h"
#include "tables/table.h"
#include "tables/tables.h"

namespace pillarbox::accounts {

class TableAccounts final : public Accounts {
 public:
  // All outlive this. `pool` has as many threads as passwords may be hashed at once.
  TableAccounts(const tables::Tables& tables, LoginGuard& guard, net::WorkerPool& pool);
  ~TableAccounts() override;

  Task<std::expected<User, LoginError>> log_in(std::string table, PasswordLogin login,
                                               net::Endpoint peer) override;
  std::optional<User> find(std::string_view table, std::string_view login) override;

 private:
  class Users;
  Users* users_of(std::string_view table);
  // Who it is, if the password was found right a while ago.
  std::optional<User> recall(Users& users, const std::string& user, const PasswordLogin& login);
  std::unexpected<LoginError> unavailable(LoginGuard::Attempt& attempt, const net::Endpoint& peer,
                                          std::string_view reason);

  const tables::Tables& tables_;
  LoginGuard& guard_;
  net::WorkerPool& pool_;
  std::mutex mutex_;
  std::map<std::string, std::unique_ptr<Users>, std::less<>> users_;  // by table
};

// The lines of a user list whose password nobody can log in with, and why: for `pillarbox check`.
std::vector<tables::LineError> check_hashes(const tables::PasswdMap& users);

}  // namespace pillarbox::accounts
