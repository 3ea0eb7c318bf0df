// The Disk that there really is.
#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>
#include <utility>

#include "base/descriptor.h"
#include "base/try.h"
#include "store/journal/file.h"
#include "store/journal/format.h"

namespace pillarbox::store::journal {
namespace {

std::unexpected<DiskError> failed(const char* call, std::string_view path) {
  const int code = errno;
  return std::unexpected(DiskError{code, fmt::format("{} {}: {}", call, path, std::strerror(code))});
}

class PosixFile final : public File {
 public:
  // How write_durably makes it so: the descriptor does it with each write, or a call of its own afterwards.
  enum class Durable : std::uint8_t { with_write, with_call };

  PosixFile(Descriptor fd, std::string path, Durable durable)
      : fd_(std::move(fd)), path_(std::move(path)), durable_(durable) {}

  DiskResult<std::size_t> read(std::uint64_t offset, char* to, std::size_t count) const override {
    std::size_t done = 0;
    while (done < count) {
      const ssize_t n = ::pread(fd_.get(), to + done, count - done, static_cast<off_t>(offset + done));
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return failed("read", path_);
      if (n == 0) break;
      done += static_cast<std::size_t>(n);
    }
    return done;
  }

  DiskResult<void> write(std::uint64_t offset, std::string_view bytes) override {
    while (!bytes.empty()) {
      const ssize_t n = ::pwrite(fd_.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return failed("write", path_);
      offset += static_cast<std::uint64_t>(n);
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return {};
  }

  DiskResult<void> sync() override {
    if (::fdatasync(fd_.get()) != 0) return failed("fdatasync", path_);
    return {};
  }

  DiskResult<void> write_durably(std::uint64_t offset, std::string_view bytes) override {
    TRY(write(offset, bytes));
    if (durable_ == Durable::with_call) return sync();
    return {};
  }

  DiskResult<void> fill_with_zeros(std::uint64_t bytes) override {
    // Asked for as a whole it is likely to lie together, and a full disk shows at once. Not every file system
    // can.
    if (::fallocate(fd_.get(), 0, 0, static_cast<off_t>(bytes)) != 0 && errno != EOPNOTSUPP &&
        errno != EINTR) {
      return failed("fallocate", path_);
    }
    struct Free {
      void operator()(char* p) const { ::operator delete[](p, std::align_val_t{block_bytes}); }
    };
    constexpr std::size_t stroke = 1024 * 1024;
    const std::unique_ptr<char[], Free> zeros(new (std::align_val_t{block_bytes}) char[stroke]);
    std::memset(zeros.get(), 0, stroke);
    for (std::uint64_t at = 0; at < bytes; at += stroke) {
      TRY(write(at, {zeros.get(), std::min<std::uint64_t>(stroke, bytes - at)}));
    }
    return {};
  }

  DiskResult<std::uint64_t> size() const override {
    struct stat status{};
    if (::fstat(fd_.get(), &status) != 0) return failed("fstat", path_);
    return static_cast<std::uint64_t>(status.st_size);
  }

 private:
  Descriptor fd_;
  std::string path_;
  Durable durable_;
};

class PosixDisk final : public Disk {
 public:
  DiskResult<std::unique_ptr<File>> open(const std::string& path, Access access) override {
    using Durable = PosixFile::Durable;
    int flags = O_CLOEXEC | O_NOFOLLOW;
    if (access == Access::write_log) {
      // Not every file system knows O_DIRECT: then the page cache and a flush of its own do.
      const int fd = ::open(path.c_str(), flags | O_RDWR | O_DIRECT | O_DSYNC);
      if (fd >= 0) return std::make_unique<PosixFile>(Descriptor(fd), path, Durable::with_write);
      if (errno != EINVAL) return failed("open", path);
    }
    flags |= access == Access::read ? O_RDONLY : O_RDWR;
    if (access == Access::create || access == Access::create_log) flags |= O_CREAT | O_EXCL;
    if (access == Access::create_log) {
      // Past the page cache: nobody is going to read those zeros. Where that is unknown the file was made all
      // the same.
      const int fd = ::open(path.c_str(), flags | O_DIRECT, 0600);
      if (fd >= 0) return std::make_unique<PosixFile>(Descriptor(fd), path, Durable::with_call);
      if (errno != EINVAL) return failed("open", path);
      ::unlink(path.c_str());
    }
    const int fd = ::open(path.c_str(), flags, 0600);
    if (fd < 0) return failed("open", path);
    return std::make_unique<PosixFile>(Descriptor(fd), path, Durable::with_call);
  }

  DiskResult<void> rename(const std::string& from, const std::string& to) override {
    if (::rename(from.c_str(), to.c_str()) != 0) return failed("rename", from);
    return {};
  }

  DiskResult<void> remove(const std::string& path) override {
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) return failed("unlink", path);
    return {};
  }

  DiskResult<void> sync_folder(const std::string& path) override {
    const Descriptor fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (fd.get() < 0) return failed("open", path);
    if (::fsync(fd.get()) != 0) return failed("fsync", path);
    return {};
  }

  DiskResult<void> make_folder(const std::string& path) override {
    const auto slash = path.find_last_of('/');
    const std::string parent =
        slash == std::string::npos ? "." : path.substr(0, std::max<std::size_t>(slash, 1));
    if (::mkdir(path.c_str(), 0700) != 0) {
      if (errno == EEXIST) return {};
      if (errno != ENOENT || parent.size() >= path.size()) return failed("mkdir", path);
      TRY(make_folder(parent));
      if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return failed("mkdir", path);
    }
    return sync_folder(parent);
  }

  DiskResult<std::vector<std::string>> list(const std::string& path) override {
    DIR* folder = ::opendir(path.c_str());
    if (folder == nullptr && errno == ENOENT) return {};
    if (folder == nullptr) return failed("opendir", path);
    std::vector<std::string> names;
    errno = 0;
    while (const dirent* entry = ::readdir(folder)) {
      const std::string_view name = entry->d_name;
      if (name != "." && name != "..") names.emplace_back(name);
      errno = 0;
    }
    const int code = errno;
    ::closedir(folder);
    errno = code;
    if (code != 0) return failed("readdir", path);
    return names;
  }
};

}  // namespace

std::unique_ptr<Disk> make_posix_disk() { return std::make_unique<PosixDisk>(); }

}  // namespace pillarbox::store::journal
