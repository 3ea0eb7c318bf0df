// A file that is a string: for reading what isn't on a disk, in tests and fuzzing.
#pragma once

#include <algorithm>
#include <cerrno>
#include <string>
#include <utility>

#include "store/journal/file.h"

namespace pillarbox::store::journal {

class MemoryFile final : public File {
 public:
  explicit MemoryFile(std::string content) : content_(std::move(content)) {}

  DiskResult<std::size_t> read(std::uint64_t offset, char* to, std::size_t count) const override {
    if (offset >= content_.size()) return 0;
    return content_.copy(to, count, offset);
  }
  DiskResult<std::uint64_t> size() const override { return content_.size(); }

  DiskResult<void> write(std::uint64_t, std::string_view) override { return read_only(); }
  DiskResult<void> sync() override { return read_only(); }
  DiskResult<void> write_durably(std::uint64_t, std::string_view) override { return read_only(); }
  DiskResult<void> fill_with_zeros(std::uint64_t) override { return read_only(); }

 private:
  static std::unexpected<DiskError> read_only() {
    return std::unexpected(DiskError{EROFS, "a file in memory"});
  }

  std::string content_;
};

}  // namespace pillarbox::store::journal
