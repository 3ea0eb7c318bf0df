// Keeps a second process off a folder.
#pragma once

#include <expected>
#include <string>

#include "store/types.h"

namespace pillarbox::store::journal {

// Holds the lock while it lives; the kernel lets go of it when the process ends, however it ends.
class LockFile {
 public:
  static std::expected<LockFile, Error> take(const std::string& path);
  LockFile(LockFile&& other) noexcept;
  LockFile& operator=(LockFile&&) = delete;
  ~LockFile();

 private:
  explicit LockFile(int fd) : fd_(fd) {}
  int fd_;
};

}  // namespace pillarbox::store::journal
