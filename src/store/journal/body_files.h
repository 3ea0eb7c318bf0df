// Bodies that are too large for the journal, in a file each: the bytes, the checksums of their pieces, a
// footer. Named by a number that is never used again; docs/journal-format.md.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/journal/checksum.h"
#include "store/journal/file.h"

namespace pillarbox::store::journal {

inline constexpr std::size_t body_footer_bytes = 32;

// Footer of a body file: magic, size, checksum of the checksums, checksum of the footer before it.
std::string encode_body_footer(std::uint64_t size, std::string_view checksums);
struct BodyFooter {
  std::uint64_t size = 0;
  std::uint64_t checksums_checksum = 0;
};
std::optional<BodyFooter> decode_body_footer(std::string_view bytes);

class BodyFiles {
 public:
  BodyFiles(Disk& disk, std::string folder);

  std::string path(std::uint64_t number) const;
  const std::string& folder() const { return folder_; }
  Disk& disk() const { return disk_; }

  struct Made {
    std::uint64_t number = 0;
    std::unique_ptr<File> file;
  };
  DiskResult<Made> make();

  // Size and piece checksums of a whole one. Error EBADMSG when it is damaged.
  struct Opened {
    std::shared_ptr<const File> file;
    std::uint64_t size = 0;
    std::string checksums;
  };
  DiskResult<Opened> open(std::uint64_t number) const;

  // Removes files that `used` (ascending) doesn't name and that weren't made by this object. The number
  // removed.
  DiskResult<std::size_t> remove_orphans(const std::vector<std::uint64_t>& used);
  DiskResult<void> remove(std::uint64_t number);

 private:
  Disk& disk_;
  const std::string folder_;
  const std::uint64_t first_number_;  // random: numbers of one life of the store are far from another's
  std::atomic<std::uint64_t> next_number_;
};

}  // namespace pillarbox::store::journal
