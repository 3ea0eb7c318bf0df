// One transaction: MAIL, RCPT for each recipient, the message (RFC 5321 §3.3). With PIPELINING (RFC 2920)
// commands go in groups, and a short message goes along with them where BDAT (RFC 3030) frames it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/task.h"
#include "relay/fitness.h"
#include "relay/job.h"
#include "relay/session.h"

namespace pillarbox::relay {

class Transaction {
 public:
  Transaction(Session& session, const Job& job, const Fitness& fitness, Report& report)
      : session_(session), job_(job), fitness_(fitness), report_(report), remote_(session.target().text()) {}

  // Of the recipients `wanted`, as many as the server takes at once. Those that are left for the next
  // transaction; empty when the conversation is broken.
  Task<std::vector<std::size_t>> run(std::vector<std::size_t> wanted);

 private:
  using MaybeReply = std::optional<smtp::Reply>;
  enum class Text : std::uint8_t {
    dots,     // DATA, and the text after its reply
    chunk,    // BDAT, when the recipients are known
    at_once,  // BDAT together with the envelope
  };

  std::size_t batch_size(const std::vector<std::size_t>& wanted) const;
  Task<void> choose_text();
  void write_rcpt(const queue::Recipient& recipient, std::string& out) const;

  // One step each; false when there is nothing more to do.
  Task<bool> reset();
  Task<bool> name_sender();
  Task<bool> name_recipients();
  Task<bool> begin_text();
  Task<bool> send_text();
  Task<void> hear_of_text();

  // Sends the command, unless it has gone already with its group, and waits for its reply. Nothing when there
  // is none, or none that means anything: then the report has the trouble.
  Task<MaybeReply> ask(std::string_view command, std::string_view step, std::chrono::milliseconds timeout);
  void break_off(Trouble trouble);
  void decide(const std::vector<std::size_t>& recipients, const queue::Outcome& outcome);
  Task<bool> send_piece(std::string_view step);
  void taken_perhaps(std::string_view why);
  bool is_pipelined() const { return session_.capabilities_.has_pipelining; }

  Session& session_;
  const Job& job_;
  const Fitness& fitness_;
  Report& report_;
  const std::string remote_;

  std::vector<std::size_t> batch_;
  std::vector<std::size_t> accepted_;  // by RCPT
  std::vector<std::size_t> again_;     // more than the server takes at once
  Text text_ = Text::dots;
  std::string whole_;                  // the message, if it goes at once
  std::chrono::milliseconds spent_{};  // waiting for the group's replies
  bool is_sent_ = false;               // the group
  bool is_refused_ = false;            // MAIL was
};

}  // namespace pillarbox::relay
