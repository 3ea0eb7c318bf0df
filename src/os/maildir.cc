#include "os/maildir.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>

#include "base/descriptor.h"
#include "os/message_file.h"

namespace pillarbox::os {
namespace {

int sync_folder(const std::string& path) {
  const Descriptor opened(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return opened.is_open() && ::fsync(opened.get()) == 0 ? 0 : errno;
}

std::string parent_of(const std::string& path) {
  const auto slash = path.find_last_of('/');
  if (slash == std::string::npos) return ".";
  return path.substr(0, std::max<std::size_t>(slash, 1));
}

// Durably; an errno.
int make_folder(const std::string& path) {
  if (::mkdir(path.c_str(), 0700) == 0) return sync_folder(parent_of(path));
  if (errno == EEXIST) return 0;
  if (errno != ENOENT || path == "/" || path == ".") return errno;
  if (const int code = make_folder(parent_of(path))) return code;
  if (::mkdir(path.c_str(), 0700) != 0) return errno == EEXIST ? 0 : errno;
  return sync_folder(parent_of(path));
}

std::string host_name() {
  char name[256] = {};
  if (::gethostname(name, sizeof name - 1) != 0) return "localhost";
  std::string host = name;
  // Such characters have a meaning in a Maildir's names.
  std::replace_if(host.begin(), host.end(), [](char c) { return c == '/' || c == ':' || c == ','; }, '_');
  return host;
}

std::string base_name(const std::string& unique) {
  const auto now = std::chrono::duration_cast<std::chrono::microseconds>(
                       std::chrono::system_clock::now().time_since_epoch())
                       .count();
  return fmt::format("{}.M{}P{}{}.{}", now / 1'000'000, now % 1'000'000, ::getpid(), unique, host_name());
}

// Gone when it goes, whatever happened: what was linked into new/ has a name there.
class TemporaryName {
 public:
  explicit TemporaryName(std::string path) : path_(std::move(path)) {}
  TemporaryName(const TemporaryName&) = delete;
  TemporaryName& operator=(const TemporaryName&) = delete;
  ~TemporaryName() { ::unlink(path_.c_str()); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

struct Sizes {
  std::uint64_t file = 0;
  std::uint64_t lines = 0;
};

int write_message(int file, const MaildirDelivery& delivery, Sizes& sizes) {
  auto write = [&](std::string_view piece) {
    sizes.file += piece.size();
    sizes.lines += static_cast<std::uint64_t>(std::ranges::count(piece, '\n'));
    return write_all(file, piece);
  };
  if (const int code = read_message(delivery.message, write)) return code;
  return ::fsync(file) == 0 ? 0 : errno;
}

}  // namespace

DeliveryResult deliver_to_maildir(const MaildirDelivery& delivery) {
  const std::string root =
      delivery.folder.empty() ? delivery.path : fmt::format("{}/.{}", delivery.path, delivery.folder);
  for (const std::string& folder : {delivery.path + "/cur", delivery.path + "/new", delivery.path + "/tmp",
                                    root + "/cur", root + "/new", root + "/tmp"}) {
    if (const int code = make_folder(folder)) return failure_of("mkdir", folder, code);
  }

  const std::string base = base_name(delivery.unique);
  const TemporaryName temporary(fmt::format("{}/tmp/{}", root, base));
  Sizes sizes;
  {
    const Descriptor file(
        ::open(temporary.path().c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!file.is_open()) return failure_of("create", temporary.path(), errno);
    if (const int code = write_message(file.get(), delivery, sizes)) {
      return failure_of("write", temporary.path(), code);
    }
  }
  const std::string kept =
      fmt::format("{}/new/{},S={},W={}", root, base, sizes.file, sizes.file + sizes.lines);
  // link(2), since rename(2) would replace what has the name already.
  if (::link(temporary.path().c_str(), kept.c_str()) != 0) return failure_of("link", kept, errno);
  if (const int code = sync_folder(root + "/new")) {
    ::unlink(kept.c_str());
    return failure_of("sync", root + "/new", code);
  }
  return {DeliveryResult::Kind::delivered, "2.0.0", "kept as " + kept};
}

}  // namespace pillarbox::os
