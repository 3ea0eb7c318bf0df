// The user list: one line a user, in every form that OpenSMTPD, Dovecot and this server have for it.
//
//   user:hash                                  user@example.org:$2b$08$…
//   user hash, user: hash                      table(5) credentials
//   label user:hash                            likewise, with a label
//   user uid:gid:home                          table(5) userinfo: a user who can't log in
//   user:hash:uid:gid:gecos:home:shell:extra   Dovecot's passwd-file; fields may be empty or missing at the
//   end
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tables/keys.h"
#include "tables/table.h"

namespace pillarbox::tables {

struct PasswdEntry {
  std::string login;  // as written
  std::string hash;   // as written, "{SCHEME}" included; "" if the line has none: no log-in
  std::string label;  // of `label user:hash`, else ""
  std::optional<std::uint32_t> uid;
  std::optional<std::uint32_t> gid;
  std::string home;   // "" if the line doesn't say
  std::string extra;  // passwd-file's last field: "userdb_mail=maildir:~/ …"
  std::uint32_t line = 0;
};

// One line, or what is wrong with it.
std::expected<PasswdEntry, std::string> parse_passwd_line(std::string_view line);

// How logins are compared: without case.
std::string login_key(std::string_view login);

// All users of a table. Of two lines for one login the first counts and the second is an error.
class PasswdMap {
 public:
  static PasswdMap parse(const Lines& lines, std::vector<LineError>& errors);

  // By login, without case; nullptr if there is none.
  const PasswdEntry* find(std::string_view login) const;
  // By label or, where a line has none, by login: the credentials of `relay … auth`.
  const PasswdEntry* find_label(std::string_view label) const;
  // In the order of the file.
  const std::vector<PasswdEntry>& entries() const { return entries_; }

 private:
  std::vector<PasswdEntry> entries_;
  StringMap<std::uint32_t> by_login_;  // login_key → index
  StringMap<std::uint32_t> by_label_;
};

}  // namespace pillarbox::tables
