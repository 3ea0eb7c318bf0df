#include "os/command.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "base/descriptor.h"
#include "base/text.h"
#include "os/message_file.h"

namespace pillarbox::os {
namespace {

using Kind = DeliveryResult::Kind;
using std::chrono::steady_clock;

struct Pipe {
  Descriptor read;
  Descriptor write;
};

int make_pipe(Pipe& pipe) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return errno;
  pipe.read = Descriptor(ends[0]);
  pipe.write = Descriptor(ends[1]);
  return 0;
}

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (const std::string& text : texts) result.push_back(const_cast<char*>(text.c_str()));
  result.push_back(nullptr);
  return result;
}

// A command may close its input early: the write that meets that shall say EPIPE, not end the process.
class WithoutSigpipe {
 public:
  WithoutSigpipe() {
    sigemptyset(&sigpipe_);
    sigaddset(&sigpipe_, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &sigpipe_, &before_);
  }
  WithoutSigpipe(const WithoutSigpipe&) = delete;
  WithoutSigpipe& operator=(const WithoutSigpipe&) = delete;
  ~WithoutSigpipe() {
    if (::sigismember(&before_, SIGPIPE) == 1) return;
    const timespec at_once{};
    ::sigtimedwait(&sigpipe_, nullptr, &at_once);
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }

 private:
  sigset_t sigpipe_;
  sigset_t before_;
};

// What the child needs, made before fork: between fork and exec it may only make system calls.
struct Prepared {
  std::vector<char*> arguments;
  std::vector<char*> environment;
  std::vector<std::string> programs;  // where it may be, in this order
  const char* folder;
};

Prepared prepare(const CommandDelivery& delivery) {
  Prepared prepared{.arguments = pointers(delivery.arguments),
                    .environment = pointers(delivery.environment),
                    .programs = {},
                    .folder = delivery.folder.c_str()};
  const std::string& program = delivery.arguments.at(0);
  if (program.contains('/')) {
    prepared.programs = {program};
    return prepared;
  }
  for (const std::string& variable : delivery.environment) {
    if (!variable.starts_with("PATH=")) continue;
    for (const std::string_view folder : split(std::string_view(variable).substr(5), ':')) {
      if (!folder.empty()) prepared.programs.push_back(fmt::format("{}/{}", folder, program));
    }
  }
  return prepared;
}

[[noreturn]] void become_command(const Prepared& prepared, int input, int output, int failure) {
  ::setsid();
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::signal(SIGPIPE, SIG_DFL);
  if (::chdir(prepared.folder) != 0 && ::chdir("/") != 0) ::_exit(EX_OSERR);
  ::dup2(input, STDIN_FILENO);
  ::dup2(output, STDOUT_FILENO);
  ::dup2(output, STDERR_FILENO);
  int code = ENOENT;
  for (const std::string& program : prepared.programs) {
    ::execve(program.c_str(), prepared.arguments.data(), prepared.environment.data());
    if (errno != ENOENT) code = errno;
  }
  [[maybe_unused]] const auto written = ::write(failure, &code, sizeof code);
  ::_exit(EX_UNAVAILABLE);
}

// Writes the message and reads what is said, until the command is gone or the time is over.
class Talk {
 public:
  Talk(const CommandDelivery& delivery, Descriptor input, Descriptor output, steady_clock::time_point until)
      : delivery_(delivery), input_(std::move(input)), output_(std::move(output)), until_(until) {
    ::fcntl(input_.get(), F_SETFL, O_NONBLOCK);
    ::fcntl(output_.get(), F_SETFL, O_NONBLOCK);
  }

  bool write_message() {
    // A command that reads nothing, or only the header, has its reasons: its exit code decides.
    const int code = read_message(delivery_.message, [this](std::string_view piece) { return write(piece); });
    input_.close();
    return code == 0 || code == EPIPE;
  }

  // Whether everybody closed the output in time. What stays in the background with it open doesn't hold us
  // up once `process` has ended.
  bool read_output(int process) {
    while (output_.is_open()) {
      std::array<pollfd, 2> waits{{{output_.get(), POLLIN, 0}, {process, POLLIN, 0}}};
      if (!wait(waits)) return false;
      take_output();
      if (output_.is_open() && waits[1].revents != 0 && waits[0].revents == 0) return true;
    }
    std::array<pollfd, 1> end{{{process, POLLIN, 0}}};
    return wait(end);
  }

  const std::string& said() const { return said_; }

 private:
  int write(std::string_view piece) {
    while (!piece.empty()) {
      std::array<pollfd, 2> waits{{{input_.get(), POLLOUT, 0}, {output_.get(), POLLIN, 0}}};
      if (!wait(waits)) return ETIMEDOUT;
      if (waits[1].revents != 0) take_output();
      if (waits[0].revents == 0) continue;
      const ssize_t n = ::write(input_.get(), piece.data(), piece.size());
      if (n < 0 && errno != EAGAIN && errno != EINTR) return errno;
      if (n > 0) piece.remove_prefix(static_cast<std::size_t>(n));
    }
    return 0;
  }

  void take_output() {
    std::array<char, 4096> piece;
    const ssize_t n = ::read(output_.get(), piece.data(), piece.size());
    if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) output_.close();
    if (n <= 0) return;
    const std::size_t room = delivery_.most_output - said_.size();
    said_.append(piece.data(), std::min(room, static_cast<std::size_t>(n)));
  }

  template <std::size_t count>
  bool wait(std::array<pollfd, count>& waits) {
    for (;;) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(until_ - steady_clock::now()).count();
      if (left <= 0) return false;
      const int ready = ::poll(waits.data(), count, static_cast<int>(left));
      if (ready > 0) return true;
      if (ready < 0 && errno != EINTR) return false;
    }
  }

  const CommandDelivery& delivery_;
  Descriptor input_;
  Descriptor output_;
  steady_clock::time_point until_;
  std::string said_;
};

// sysexits.h; what it doesn't know is for good, as with OpenSMTPD and Postfix.
DeliveryResult result_of(int status, const std::string& program, std::string_view said) {
  std::string what;
  if (WIFSIGNALED(status)) {
    what = fmt::format("{} was killed by signal {}", program, WTERMSIG(status));
  } else {
    what = fmt::format("{} ended with exit code {}", program, WEXITSTATUS(status));
  }
  if (!said.empty()) {
    std::string line(trim(said));
    std::ranges::replace(line, '\n', ' ');
    what += fmt::format(": {}", escape_controls(line));
  }
  if (WIFSIGNALED(status)) return {Kind::deferred, "4.3.0", std::move(what)};
  switch (WEXITSTATUS(status)) {
    case EX_OK: return {Kind::delivered, "2.0.0", fmt::format("taken by {}", program)};
    case EX_TEMPFAIL:
    case EX_OSERR:
    case EX_OSFILE:
    case EX_CANTCREAT:
    case EX_IOERR: return {Kind::deferred, "4.3.0", std::move(what)};
    case EX_NOUSER: return {Kind::failed, "5.1.1", std::move(what)};
    case EX_NOPERM: return {Kind::failed, "5.7.1", std::move(what)};
    case EX_DATAERR: return {Kind::failed, "5.6.0", std::move(what)};
    default: return {Kind::failed, "5.3.0", std::move(what)};
  }
}

}  // namespace

DeliveryResult run_command(const CommandDelivery& delivery) {
  const std::string& program = delivery.arguments.at(0);
  Pipe input;
  Pipe output;
  Pipe failure;  // an errno comes through it if the command can't be started at all
  for (Pipe* pipe : {&input, &output, &failure}) {
    if (const int code = make_pipe(*pipe)) return failure_of("pipe for", program, code);
  }
  const Prepared prepared = prepare(delivery);
  const WithoutSigpipe without_sigpipe;
  const pid_t child = ::fork();
  if (child < 0) return failure_of("fork for", program, errno);
  if (child == 0) become_command(prepared, input.read.get(), output.write.get(), failure.write.get());
  input.read.close();
  output.write.close();
  failure.write.close();

  int not_started = 0;
  if (::read(failure.read.get(), &not_started, sizeof not_started) == sizeof not_started) {
    ::waitpid(child, nullptr, 0);
    return failure_of("run", program, not_started);
  }
  // Unlike a signal, it can be waited for together with the rest.
  const Descriptor process(static_cast<int>(::syscall(SYS_pidfd_open, child, 0)));
  Talk talk(delivery, std::move(input.write), std::move(output.read),
            steady_clock::now() + delivery.most_time);
  const bool is_in_time = process.is_open() && talk.write_message() && talk.read_output(process.get());
  ::kill(-child, SIGKILL);  // those that it left behind, too
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (!is_in_time) {
    return {Kind::deferred, "4.3.0",
            fmt::format("{} was killed: it took longer than {} s, or the message couldn't be read", program,
                        std::chrono::duration_cast<std::chrono::seconds>(delivery.most_time).count())};
  }
  return result_of(status, program, talk.said());
}

}  // namespace pillarbox::os
