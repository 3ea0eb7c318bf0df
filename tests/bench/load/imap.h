// What the IMAP clients have in common: tags, literals, logging in and selecting.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "load/connection.h"
#include "load/options.h"

namespace pillarbox::bench {

// State of one run that its sessions share.
struct ImapRun {
  explicit ImapRun(const Options& what);

  const Options& options;
  Target target;
  Loop loop;
  Clock::time_point began = Clock::now();
  std::uint64_t errors = 0;
  std::string first_error;

  bool in_time() const;  // work may still be started
  double seconds_since_start() const;
  Clock::time_point deadline() const;
  void note_error(std::string_view what);
  // The members of the result line that every mode has.
  std::string common_json() const;
};

// A session that logs in, selects the mailbox and then does what its mode says.
class ImapSession : public Connection {
 public:
  ImapSession(ImapRun& run, unsigned user, std::size_t input_bytes);

 protected:
  void begin();
  void become(unsigned user) { user_ = user; }

  virtual void on_logged_in();  // selects
  virtual void on_selected() = 0;
  // The answer to a command of the mode's own.
  virtual void on_tagged(std::string_view line) = 0;
  virtual void on_untagged(std::string_view) {}
  virtual void on_continue() {}
  // After BYE, or an unexpected end.
  virtual void on_finished() = 0;

  // Sends "TAG " and the command and CRLF.
  template <class... Args>
  void command(fmt::format_string<Args...> format, Args&&... args) {
    command_.clear();
    fmt::format_to(std::back_inserter(command_), "a{} ", ++tag_);
    fmt::format_to(std::back_inserter(command_), format, std::forward<Args>(args)...);
    command_ += "\r\n";
    send({command_});
  }
  void log_out();

  ImapRun& run_;
  std::uint32_t exists_ = 0;   // of the selected mailbox
  std::uint64_t fetched_ = 0;  // untagged FETCH responses so far
  std::string command_;

 private:
  enum class State { greeting, login, select, own, logout };

  void on_line(std::string_view line) final;
  void on_end() final;

  State state_ = State::greeting;
  unsigned user_;
  unsigned tag_ = 0;
  bool within_response_ = false;
};

bool is_ok(std::string_view tagged_line);

}  // namespace pillarbox::bench
