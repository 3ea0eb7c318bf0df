#include "store/journal/file.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

#include "base/try.h"

namespace pillarbox::store::journal {

bool DiskError::is_full() const {
  return code == ENOSPC || code == EDQUOT || code == EMFILE || code == ENFILE;
}

Error DiskError::as_store_error() const { return {is_full() ? ErrorKind::disk_full : ErrorKind::io, what}; }

DiskResult<void> replace_file(Disk& disk, const std::string& folder, const std::string& name,
                              std::string_view bytes) {
  const std::string path = folder + "/" + name;
  const std::string beside = path + ".new";
  TRY(disk.remove(beside));
  auto file = TRY(disk.open(beside, Access::create));
  TRY(file->write(0, bytes));
  TRY(file->sync());
  TRY(disk.rename(beside, path));
  return disk.sync_folder(folder);
}

DiskResult<std::string> read_file(Disk& disk, const std::string& path, std::uint64_t most) {
  const auto file = TRY(disk.open(path, Access::read));
  const std::uint64_t size = TRY(file->size());
  if (size > most) return std::unexpected(DiskError{EFBIG, fmt::format("{} has {} bytes", path, size)});
  std::string bytes(size, '\0');
  bytes.resize(TRY(file->read(0, bytes.data(), bytes.size())));
  return bytes;
}

}  // namespace pillarbox::store::journal
