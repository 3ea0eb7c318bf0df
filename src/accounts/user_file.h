// Changing a user list that people and programs edit and read at the same time: under a lock, atomically,
// with comments, order, permissions and owner kept.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/descriptor.h"
#include "tables/passwd_line.h"

namespace pillarbox::accounts {

// Every error is a sentence for whoever typed the command. Holds the lock while it exists.
class UserFile {
 public:
  // `may_be_new`: a file that isn't there is made by save(), readable by its owner only.
  enum class Open : std::uint8_t { existing, may_be_new };
  // A symbolic link is followed, and what it leads to is changed. Waits up to five seconds for another
  // editor.
  static std::expected<UserFile, std::string> open(const std::string& path, Open how);

  UserFile(UserFile&&) = default;
  UserFile& operator=(UserFile&&) = default;

  // The users as they are now, with lines that aren't understood left out.
  const tables::PasswdMap& users() const { return users_; }
  const std::vector<tables::LineError>& errors() const { return errors_; }
  const std::string& path() const { return path_; }

  // A new last line. `home` may be "".
  std::expected<void, std::string> add(std::string_view login, std::string_view hash, std::string_view home);
  // In the user's line, everything else of which stays as it is.
  std::expected<void, std::string> set_hash(std::string_view login, std::string_view hash);
  // All lines of the user.
  std::expected<void, std::string> remove(std::string_view login);

  // Makes the changes visible, all at once, and durable: what was acknowledged survives a power cut.
  std::expected<void, std::string> save();

 private:
  UserFile() = default;
  void read_again();
  std::expected<const tables::PasswdEntry*, std::string> entry_of(std::string_view login) const;

  std::string path_;   // with links resolved
  Descriptor locked_;  // the file, or its folder while there is none
  mode_t mode_ = 0600;
  std::optional<uid_t> owner_;  // of an existing file
  std::optional<gid_t> group_;
  std::vector<std::string> lines_;  // without their ends
  tables::PasswdMap users_;
  std::vector<tables::LineError> errors_;
};

}  // namespace pillarbox::accounts
