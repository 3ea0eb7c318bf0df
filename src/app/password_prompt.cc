#include "app/password_prompt.h"

#include <fcntl.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <string_view>

#include <poll.h>

#include "accounts/limits.h"
#include "base/descriptor.h"
#include "base/try.h"
#include "crypto/secret.h"

namespace pillarbox::app {
namespace {

constexpr std::size_t most = accounts::limits::password_bytes;

using Password = std::expected<std::string, std::string>;

Password checked(std::string password) {
  if (password.empty()) return std::unexpected("the password is empty");
  if (password.size() > most) return std::unexpected("the password is longer than 1,024 bytes");
  if (password.contains('\0')) return std::unexpected("a password has no NUL");
  return password;
}

// One line from a descriptor, byte by byte, so that what follows it stays for whoever reads next.
Password read_line(int from) {
  std::string line;
  for (;;) {
    char byte = 0;
    const auto got = ::read(from, &byte, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::unexpected("the password can't be read");
    if (got == 0 || byte == '\n') return line;
    line += byte;
    if (line.size() > most) return checked(std::move(line));
  }
}

// A terminal without echo. Signals that would end or stop the program wait until the echo is back.
class SilentTerminal {
 public:
  explicit SilentTerminal(int terminal) : terminal_(terminal), signals_(block_signals()) {
    ::tcgetattr(terminal_, &before_);
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    silent.c_lflag |= ICANON | ISIG | ECHONL;
    ::tcsetattr(terminal_, TCSAFLUSH, &silent);
  }
  ~SilentTerminal() {
    ::tcsetattr(terminal_, TCSAFLUSH, &before_);
    ::sigprocmask(SIG_SETMASK, &mask_before_, nullptr);  // what came meanwhile is delivered now
  }
  SilentTerminal(const SilentTerminal&) = delete;
  SilentTerminal& operator=(const SilentTerminal&) = delete;

  Password ask(std::string_view prompt) {
    const auto written = ::write(terminal_, prompt.data(), prompt.size());
    std::array<pollfd, 2> waits = {pollfd{.fd = terminal_, .events = POLLIN},
                                   pollfd{.fd = signals_.get(), .events = POLLIN}};
    if (written < 0 || ::poll(waits.data(), waits.size(), -1) < 0 || waits[1].revents != 0) {
      return std::unexpected("cancelled");
    }
    return read_line(terminal_);
  }

 private:
  int block_signals() {
    sigset_t set;
    sigemptyset(&set);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP}) sigaddset(&set, signal);
    ::sigprocmask(SIG_BLOCK, &set, &mask_before_);
    return ::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  }

  int terminal_;
  termios before_{};
  sigset_t mask_before_{};
  Descriptor signals_;
};

Password ask_twice(int terminal) {
  SilentTerminal silent(terminal);
  std::string first = TRY(checked(TRY(silent.ask("New password: "))));
  std::string second = TRY(silent.ask("Once more: "));
  const crypto::Wiper wiper(second);
  if (first != second) {
    crypto::wipe(first);
    return std::unexpected("the two passwords differ");
  }
  return first;
}

}  // namespace

Password ask_new_password() {
  if (::isatty(STDIN_FILENO) != 1) return checked(TRY(read_line(STDIN_FILENO)));
  // Standard output may be a file: the questions go where the answers come from.
  const Descriptor terminal(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY));
  if (!terminal.is_open()) return std::unexpected("there is no terminal to ask on");
  return ask_twice(terminal.get());
}

}  // namespace pillarbox::app
