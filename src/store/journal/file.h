// The disk as the journal sees it: few calls, errors as values, replaceable in tests by one that fails and
// crashes. Blocking; may be called from any thread, one file by several.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "store/types.h"

namespace pillarbox::store::journal {

struct DiskError {
  int code = 0;      // errno
  std::string what;  // which call on which file

  bool is_full() const;  // no space, quota or file descriptors left: goes away by itself
  Error as_store_error() const;
};

template <class T>
using DiskResult = std::expected<T, DiskError>;

class File {
 public:
  virtual ~File() = default;

  // Up to `count` bytes into `to`; fewer only at the end of the file.
  virtual DiskResult<std::size_t> read(std::uint64_t offset, char* to, std::size_t count) const = 0;
  virtual DiskResult<void> write(std::uint64_t offset, std::string_view bytes) = 0;
  // What was written is on the disk when it returns. After an error nothing is known of what was written
  // since the last success: the file must not be written to again (the kernel may have dropped it).
  virtual DiskResult<void> sync() = 0;
  // write and sync as one. Requires: offset, size and address of `bytes` are multiples of block_bytes.
  virtual DiskResult<void> write_durably(std::uint64_t offset, std::string_view bytes) = 0;
  virtual DiskResult<std::uint64_t> size() const = 0;
  // Makes an empty file so many bytes long, all of them zeros that were really written: overwriting them
  // later changes nothing but them. Durable after sync(). Requires: a multiple of block_bytes.
  virtual DiskResult<void> fill_with_zeros(std::uint64_t bytes) = 0;
};

enum class Access : std::uint8_t {
  read,        // must exist
  write,       // must exist
  create,      // must not exist
  create_log,  // must not exist; for fill_with_zeros
  write_log,   // must exist; for write_durably, past the page cache where the file system allows it
};

class Disk {
 public:
  virtual ~Disk() = default;

  virtual DiskResult<std::unique_ptr<File>> open(const std::string& path, Access access) = 0;
  virtual DiskResult<void> rename(const std::string& from, const std::string& to) = 0;
  // Not being there is no error.
  virtual DiskResult<void> remove(const std::string& path) = 0;
  // Files made, renamed and removed in it are durable when it returns.
  virtual DiskResult<void> sync_folder(const std::string& path) = 0;
  // With its parents; being there is no error.
  virtual DiskResult<void> make_folder(const std::string& path) = 0;
  // The names of the files in it; none if it isn't there.
  virtual DiskResult<std::vector<std::string>> list(const std::string& path) = 0;
};

// The real one.
std::unique_ptr<Disk> make_posix_disk();

// Makes `path` with these bytes appear whole or not at all, even after a power cut: written beside it,
// synced, renamed.
DiskResult<void> replace_file(Disk& disk, const std::string& folder, const std::string& name,
                              std::string_view bytes);

// The whole file. Error: as reading, or EFBIG if it has more than `most` bytes.
DiskResult<std::string> read_file(Disk& disk, const std::string& path, std::uint64_t most);

}  // namespace pillarbox::store::journal
