#include "app/daemon.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace pillarbox::app {
namespace {

// What the parent does until the child has reported, or has died without.
[[noreturn]] void wait_for_report(int from_child) {
  std::string said;
  std::array<char, 1024> piece;
  for (;;) {
    const ssize_t got = ::read(from_child, piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    said.append(piece.data(), static_cast<std::size_t>(got));
  }
  // The first byte says that there was a report at all.
  if (said == "+") std::_Exit(EXIT_SUCCESS);
  if (said.empty()) said = "-the server ended while it was starting; see the system log";
  std::fprintf(stderr, "pillarbox serve: %s\n", said.c_str() + 1);
  std::_Exit(EXIT_FAILURE);
}

}  // namespace

Daemon::Daemon() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    std::fprintf(stderr, "pillarbox serve: pipe: %s\n", std::strerror(errno));
    std::_Exit(EXIT_FAILURE);
  }
  const pid_t child = ::fork();
  if (child < 0) {
    std::fprintf(stderr, "pillarbox serve: fork: %s\n", std::strerror(errno));
    std::_Exit(EXIT_FAILURE);
  }
  if (child > 0) {
    ::close(ends[1]);
    wait_for_report(ends[0]);
  }
  ::close(ends[0]);
  to_parent_ = Descriptor(ends[1]);
  ::setsid();
  const Descriptor null(::open("/dev/null", O_RDWR | O_CLOEXEC));
  for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::dup2(null.get(), standard);
}

void Daemon::report(const std::string& failure) {
  const std::string said = (failure.empty() ? "+" : "-") + failure;
  for (std::size_t sent = 0; sent < said.size();) {
    const ssize_t n = ::write(to_parent_.get(), said.data() + sent, said.size() - sent);
    if (n < 0 && errno != EINTR) break;
    if (n > 0) sent += static_cast<std::size_t>(n);
  }
  to_parent_.close();
}

}  // namespace pillarbox::app
