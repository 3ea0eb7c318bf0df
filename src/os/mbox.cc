#include "os/mbox.h"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <thread>
#include <utility>

#include "base/descriptor.h"
#include "os/message_file.h"

namespace pillarbox::os {
namespace {

using std::chrono::steady_clock;

// Who left a lock behind that long ago has died (mail.local(8), procmail's lockfile(1)).
constexpr std::chrono::minutes stale_after{5};
constexpr std::chrono::milliseconds retry_interval{50};

DeliveryResult refuse(const std::string& path, std::string_view why) {
  return {DeliveryResult::Kind::deferred, "4.2.0", fmt::format("mbox {}: {}", path, why)};
}

// PATH.lock, which is made by linking: that is atomic on every file system.
class DotLock {
 public:
  DotLock() = default;
  DotLock(const DotLock&) = delete;
  DotLock& operator=(const DotLock&) = delete;
  ~DotLock() {
    if (!held_.empty()) ::unlink(held_.c_str());
  }

  // An errno; EAGAIN: held by somebody else. Where the folder doesn't let us make files there is no lock, and
  // nobody else makes one either.
  int take(const std::string& path) {
    const std::string lock = path + ".lock";
    const std::string own = fmt::format("{}.{}.{}", lock, ::getpid(), ::gettid());
    const Descriptor file(::open(own.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!file.is_open()) return errno == EACCES || errno == EPERM || errno == EROFS ? 0 : errno;
    write_all(file.get(), fmt::format("{}\n", ::getpid()));
    const int code = ::link(own.c_str(), lock.c_str()) == 0 ? 0 : errno;
    ::unlink(own.c_str());
    if (code == 0) held_ = lock;
    if (code != EEXIST) return code;
    remove_if_stale(lock);
    return EAGAIN;
  }

 private:
  static void remove_if_stale(const std::string& lock) {
    struct stat found{};
    if (::lstat(lock.c_str(), &found) != 0) return;
    const auto age =
        std::chrono::system_clock::now() - std::chrono::system_clock::from_time_t(found.st_mtime);
    if (age > stale_after) ::unlink(lock.c_str());
  }

  std::string held_;
};

int lock_file(int file) {
  struct flock whole{};
  whole.l_type = F_WRLCK;
  whole.l_whence = SEEK_SET;
  if (::fcntl(file, F_SETLK, &whole) == 0) return 0;
  return errno == EACCES ? EAGAIN : errno;
}

// An errno. Tries again while the lock is somebody else's.
template <class Take>
int wait_for(Take take, steady_clock::time_point until) {
  for (;;) {
    const int code = take();
    if (code != EAGAIN || steady_clock::now() >= until) return code;
    std::this_thread::sleep_for(retry_interval);
  }
}

std::string from_line(const MboxDelivery& delivery) {
  std::string sender = delivery.sender.empty() ? "MAILER-DAEMON" : delivery.sender;
  for (char& c : sender) {
    if (static_cast<unsigned char>(c) <= ' ' || c == 0x7f) c = '_';
  }
  return fmt::format("From {} {:%a %b %e %H:%M:%S %Y}\n", sender,
                     fmt::gmtime(std::chrono::system_clock::to_time_t(delivery.arrived)));
}

// Quotes lines as they come by, in pieces of any length.
class Quoting {
 public:
  explicit Quoting(int file) : file_(file) {}

  int write(std::string_view piece) {
    out_.clear();
    for (const char c : piece) {
      if (is_at_start_) {
        start_ += c;
        if (is_still_possible()) continue;
        begin_line();
        continue;
      }
      out_ += c;
      if (c == '\n') is_at_start_ = true;
    }
    return write_all(file_, out_);
  }

  // The empty line behind a message, its last line ended.
  int finish() {
    out_ = std::exchange(start_, "");
    const bool is_ended = is_at_start_ && out_.empty();
    out_ += is_ended ? "\n" : "\n\n";
    return write_all(file_, out_);
  }

 private:
  static constexpr std::string_view word = "From ";

  // Whether start_, the beginning of a line, may yet become one that must be quoted.
  bool is_still_possible() const {
    const auto rest = std::string_view(start_).substr(std::min(start_.find_first_not_of('>'), start_.size()));
    return start_.size() < most_quoted && rest.size() < word.size() && word.starts_with(rest);
  }
  void begin_line() {
    const auto rest = std::string_view(start_).substr(std::min(start_.find_first_not_of('>'), start_.size()));
    if (rest.starts_with(word)) out_ += '>';
    out_ += start_;
    is_at_start_ = start_.ends_with('\n');
    start_.clear();
  }

  // Nobody quotes as often; memory stays bounded.
  static constexpr std::size_t most_quoted = 1000;
  int file_;
  bool is_at_start_ = true;
  std::string start_;
  std::string out_;
};

int append(int file, const MboxDelivery& delivery) {
  if (const int code = write_all(file, from_line(delivery))) return code;
  Quoting quoting(file);
  if (const int code =
          read_message(delivery.message, [&](std::string_view piece) { return quoting.write(piece); })) {
    return code;
  }
  if (const int code = quoting.finish()) return code;
  return ::fsync(file) == 0 ? 0 : errno;
}

int sync_folder_of(const std::string& path) {
  const auto slash = path.rfind('/');
  const std::string folder =
      slash == std::string::npos ? "." : path.substr(0, std::max<std::size_t>(slash, 1));
  const Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return opened.is_open() && ::fsync(opened.get()) == 0 ? 0 : errno;
}

}  // namespace

DeliveryResult append_to_mbox(const MboxDelivery& delivery) {
  const std::string& path = delivery.path;
  const auto until = steady_clock::now() + delivery.patience;
  DotLock dot_lock;
  if (const int code = wait_for([&] { return dot_lock.take(path); }, until)) {
    if (code == EAGAIN) return refuse(path, "somebody else holds " + path + ".lock");
    return failure_of("lock", path + ".lock", code);
  }

  bool is_new = false;
  Descriptor file(::open(path.c_str(), O_RDWR | O_APPEND | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
  if (!file.is_open() && errno == ENOENT) {
    is_new = true;
    file =
        Descriptor(::open(path.c_str(), O_RDWR | O_APPEND | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  }
  if (!file.is_open()) return failure_of("open", path, errno);
  if (is_new && ::geteuid() == 0 && ::fchown(file.get(), delivery.owner.uid, delivery.owner.gid) != 0) {
    return failure_of("chown", path, errno);
  }

  struct stat found{};
  if (::fstat(file.get(), &found) != 0) return failure_of("stat", path, errno);
  if (!S_ISREG(found.st_mode)) return refuse(path, "is not a regular file");
  if (found.st_nlink != 1) return refuse(path, "has other names (hard links), so it isn't written to");
  if (found.st_uid != delivery.owner.uid) {
    return refuse(path, fmt::format("belongs to uid {}, not to {}", found.st_uid, delivery.owner.name));
  }
  if (const int code = wait_for([&] { return lock_file(file.get()); }, until)) {
    if (code == EAGAIN) return refuse(path, "somebody else has locked it");
    return failure_of("lock", path, code);
  }

  // Its size only counts from when the lock is ours.
  if (::fstat(file.get(), &found) != 0) return failure_of("stat", path, errno);
  int code = append(file.get(), delivery);
  if (code == 0 && is_new) code = sync_folder_of(path);
  if (code != 0) {
    if (::ftruncate(file.get(), found.st_size) != 0) return failure_of("truncate", path, errno);
    return failure_of("write", path, code);
  }
  return {DeliveryResult::Kind::delivered, "2.0.0", "appended to " + path};
}

}  // namespace pillarbox::os
