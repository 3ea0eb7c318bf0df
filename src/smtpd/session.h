// One SMTP session, from the greeting to the end: RFC 5321 §3. It reads top-down: a line, a command, may it
// come now, do it, answer. What each command does stands in a file of its name.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/task.h"
#include "net/stream.h"
#include "proto/smtp/command.h"
#include "proto/smtp/data_decoder.h"
#include "proto/smtp/reply.h"
#include "smtpd/services.h"
#include "smtpd/state.h"
#include "smtpd/tally.h"
#include "smtpd/wire.h"

namespace pillarbox::smtpd {

// Serves one connection to its end; throws what ended it early (net::ConversationOver). The door is shared,
// since a reload opens a new one while the sessions of the old one go on.
Task<void> serve(std::unique_ptr<net::Stream> stream, std::shared_ptr<const Door> door);

// What those are told for whom there is no room: net::Door::refusal, CRLF included.
std::string no_room(std::string_view hostname);

class Session {
 public:
  Session(net::Stream& stream, const Door& door);
  Task<void> run();

 private:
  // session.cc: the conversation
  Task<void> converse();
  Task<smtp::Reply> answer(std::string_view line);
  Task<smtp::Reply> answer(const smtp::Command& command);
  Task<void> judge(const smtp::Command* command, smtp::Reply& reply);
  Task<void> linger();

  // opening.cc: what comes before the first command. The answer is how to greet.
  Task<smtp::Reply> open();
  Task<bool> read_proxy_header();

  // starttls.cc: the handshake
  Task<void> start_tls();

  // One for each command, in the file named after it.
  Task<smtp::Reply> on(const smtp::Ehlo& command);
  Task<smtp::Reply> on(const smtp::Helo& command);
  Task<smtp::Reply> on(const smtp::Mail& command);
  Task<smtp::Reply> on(const smtp::Rcpt& command);
  Task<smtp::Reply> on(const smtp::Data& command);
  Task<smtp::Reply> on(const smtp::Bdat& command);
  Task<smtp::Reply> on(const smtp::Auth& command);
  Task<smtp::Reply> on(const smtp::StartTls& command);
  Task<smtp::Reply> on(const smtp::Rset& command);
  Task<smtp::Reply> on(const smtp::Noop& command);
  Task<smtp::Reply> on(const smtp::Quit& command);
  Task<smtp::Reply> on(const smtp::Help& command);
  Task<smtp::Reply> on(const smtp::Vrfy& command);
  Task<smtp::Reply> on(const smtp::Expn& command);
  Task<smtp::Reply> on(const smtp::NotOffered& command);

  // hello.cc
  std::string capabilities() const;
  void greeted(State::Greeting greeting, const std::string& client_name);

  // message.cc: what DATA and BDAT have in common
  std::unique_ptr<Reception> begin_reception(const Transaction& transaction);
  Task<smtp::Reply> accept(Transaction transaction, Reception& reception);
  std::chrono::milliseconds time_for_data(Time start, std::uint64_t received) const;

  // data.cc, bdat.cc
  Task<smtp::DataDecoder::Status> receive_data(Reception& reception);
  Task<void> receive_chunk(std::uint64_t size, Transaction& transaction);
  Task<void> swallow_chunk(std::uint64_t size);

  // auth.cc
  Task<smtp::Reply> log_in(accounts::PasswordLogin login);

  bool is_stressed() const { return services_.sessions.is_under_stress(); }
  std::chrono::milliseconds command_timeout() const;
  Wire::LineLimits line_limits() const;

  const Listener& listener_;
  const Settings& settings_;
  const Services& services_;
  net::Stream& stream_;
  Wire wire_;
  State state_;
  Tally tally_;
  std::string hostname_;  // by which we greet
};

}  // namespace pillarbox::smtpd
