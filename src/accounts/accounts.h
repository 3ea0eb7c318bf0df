// Who is this? The one user list that SMTP AUTH, IMAP and delivery read.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "base/task.h"
#include "net/endpoint.h"

namespace pillarbox::accounts {

struct User {
  std::string login;                      // as the table writes it; the store's account has this name
  std::string home;                       // "" if the table doesn't say
  std::optional<std::uint32_t> uid = {};  // likewise none
  std::optional<std::uint32_t> gid = {};
  std::string extra = {};  // passwd-file's last field: "userdb_mail=maildir:~/"
};

enum class LoginError : std::uint8_t {
  refused,      // wrong password, unknown user, broken hash: never told apart
  too_many,     // this address failed too often; try later
  unavailable,  // the table can't be read: temporary
};

// A password as PLAIN, LOGIN or IMAP's LOGIN bring it (RFC 4616): wiped by whoever used it.
struct PasswordLogin {
  std::string authorization;  // whom to act as; "" or equal to `authentication`, else refused
  std::string authentication;
  std::string password;
};

class Accounts {
 public:
  virtual ~Accounts() = default;

  // Same answer and same time for an unknown user and a wrong password. `table` is the list that the
  // listener's `auth <table>` names.
  virtual Task<std::expected<User, LoginError>> log_in(std::string table, PasswordLogin login,
                                                       net::Endpoint peer) = 0;

  // By login name, without case, in `table`.
  virtual std::optional<User> find(std::string_view table, std::string_view login) = 0;
};

}  // namespace pillarbox::accounts
