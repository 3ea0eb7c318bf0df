#include "relay/transaction.h"

#include <algorithm>
#include <array>
#include <set>

#include "proto/smtp/client_command.h"
#include "proto/smtp/data_encoder.h"
#include "proto/smtp/line_breaks.h"
#include "relay/limits.h"

namespace pillarbox::relay {
namespace {

using queue::Outcome;
constexpr std::string_view end_of_message = "the end of the message";

// RFC 3461 §4.1.
std::string notify_words(std::uint8_t notify) {
  if ((notify & queue::Notify::never) != 0) return "NEVER";
  std::string words;
  const auto add = [&](std::uint8_t bit, std::string_view word) {
    if ((notify & bit) == 0) return;
    if (!words.empty()) words += ',';
    words += word;
  };
  add(queue::Notify::success, "SUCCESS");
  add(queue::Notify::failure, "FAILURE");
  add(queue::Notify::delay, "DELAY");
  return words;
}

// RFC 5321 §4.5.3.1.10: "too many recipients", which old servers say with 552. With another meaning of the
// code it is the recipient's own.
bool is_too_many(const smtp::Reply& reply) {
  if (reply.code != 452 && reply.code != 552) return false;
  return !reply.enhanced || *reply.enhanced == smtp::EnhancedCode{.subject = 5, .detail = 3};
}

std::string_view domain_of(const queue::Recipient& recipient) {
  return std::string_view(recipient.address).substr(recipient.address.rfind('@') + 1);
}

}  // namespace

Task<std::vector<std::size_t>> Transaction::run(std::vector<std::size_t> wanted) {
  const auto size = static_cast<std::ptrdiff_t>(batch_size(wanted));
  batch_.assign(wanted.begin(), wanted.begin() + size);
  co_await choose_text();

  // The replies come in the order of the commands, whether these go one by one or in a group.
  const bool goes_on = co_await reset() && co_await name_sender() && co_await name_recipients() &&
                       co_await begin_text() && co_await send_text();
  if (goes_on) co_await hear_of_text();

  std::vector<std::size_t> left;
  if (report_.trouble) co_return left;
  left = std::move(again_);
  left.insert(left.end(), wanted.begin() + size, wanted.end());
  co_return left;
}

std::size_t Transaction::batch_size(const std::vector<std::size_t>& wanted) const {
  const smtp::Capabilities& offered = session_.capabilities_;
  const std::uint64_t most = std::min<std::uint64_t>(
      {wanted.size(), session_.settings().max_recipients, offered.rcpt_max.value_or(wanted.size())});
  if (!offered.rcpt_domain_max) return static_cast<std::size_t>(most);
  std::set<std::string_view> domains;
  std::size_t size = 0;
  for (; size < most; ++size) {
    domains.insert(domain_of(job_.recipients[wanted[size]]));
    if (domains.size() > *offered.rcpt_domain_max) break;
  }
  return size;
}

Task<void> Transaction::choose_text() {
  const smtp::Capabilities& offered = session_.capabilities_;
  store::BodyReader& body = *fitness_.body;
  if (fitness_.is_binary) text_ = Text::chunk;
  if (!offered.has_chunking || !is_pipelined() || !session_.settings().chunking || session_.is_lmtp())
    co_return;
  if (body.size() == 0 || body.size() > limits::piece) co_return;
  const auto text = co_await body.read(0, limits::piece);
  if (!text || text->size() != body.size()) co_return;  // begin_text meets it again, and tells
  // BDAT sends what is there, so what is there must be fit to be sent (RFC 5321 §2.3.8).
  smtp::LineBreakCheck check;
  check.feed(*text);
  if (!fitness_.is_binary && !check.is_clean()) co_return;
  whole_ = *text;
  text_ = Text::at_once;
}

void Transaction::write_rcpt(const queue::Recipient& recipient, std::string& out) const {
  smtp::RcptParameters rcpt{.forward_path = recipient.address};
  const std::string notify = recipient.notify ? notify_words(*recipient.notify) : "";
  if (session_.capabilities_.has_dsn) {
    rcpt.notify = notify;
    rcpt.original = recipient.original;
  }
  smtp::write(rcpt, out);
}

Task<bool> Transaction::reset() {
  std::string& out = session_.wire_.output();
  const bool is_needed = session_.needs_reset_;
  if (is_needed) out += "RSET\r\n";
  if (is_pipelined()) {
    smtp::write(fitness_.mail, out);
    for (const std::size_t i : batch_) write_rcpt(job_.recipients[i], out);
    if (text_ == Text::dots) out += "DATA\r\n";
    if (text_ == Text::at_once) {
      smtp::write_bdat(whole_.size(), true, out);
      out += whole_;
    }
    is_sent_ = true;
  }
  if (!is_needed) co_return true;
  const auto reply = co_await ask("", "RSET", session_.settings().command_timeout);
  if (!reply) co_return false;
  session_.needs_reset_ = false;
  co_return true;
}

Task<bool> Transaction::name_sender() {
  std::string command;
  smtp::write(fitness_.mail, command);
  const auto reply = co_await ask(command, "MAIL FROM", session_.settings().command_timeout);
  if (!reply) co_return false;
  session_.needs_reset_ = true;
  is_refused_ = reply->code >= 400;
  if (!is_refused_) co_return true;
  decide(batch_, refused(*reply, "MAIL FROM", remote_));
  co_return is_sent_;  // then its replies are still to come
}

Task<bool> Transaction::name_recipients() {
  for (const std::size_t i : batch_) {
    std::string command;
    write_rcpt(job_.recipients[i], command);
    const auto reply = co_await ask(command, "RCPT TO", session_.settings().command_timeout);
    if (!reply) co_return false;
    if (is_refused_) continue;
    if (reply->code < 400) {
      accepted_.push_back(i);
    } else if (is_too_many(*reply) && !accepted_.empty()) {
      again_.push_back(i);
    } else {
      decide({i}, refused(*reply, "RCPT TO", remote_));
    }
  }
  co_return is_sent_ || !accepted_.empty();
}

Task<bool> Transaction::begin_text() {
  if (text_ != Text::dots) co_return true;
  const auto reply = co_await ask("DATA\r\n", "DATA", session_.settings().data_timeout);
  if (!reply) co_return false;
  if (reply->code == 354) co_return true;
  if (reply->code < 400) {
    break_off(trouble_of(Broken{.why = Broken::Why::nonsense, .text = "neither yes nor no"}, "DATA"));
    co_return false;
  }
  if (!accepted_.empty()) decide(accepted_, refused(*reply, "DATA", remote_));
  co_return false;
}

Task<bool> Transaction::send_text() {
  if (text_ == Text::at_once) co_return true;
  Wire& wire = session_.wire_;
  std::string& out = wire.output();
  if (accepted_.empty()) {  // a server that wants a text for nobody (RFC 2920 §3.1)
    if (text_ == Text::dots) out += ".\r\n";
    co_return text_ == Text::dots;
  }
  store::BodyReader& body = *fitness_.body;
  smtp::DataEncoder encoder;
  if (text_ == Text::chunk) smtp::write_bdat(body.size(), true, out);
  for (std::uint64_t at = 0; at < body.size();) {
    const auto piece = co_await body.read(at, limits::piece);
    if (!piece || piece->empty()) {
      // Without its end nothing of it counts (RFC 5321 §4.1.1.10): so the connection has to go.
      decide(accepted_, deferred("4.3.0", "the message can't be read from our store", ""));
      break_off({.status = "4.3.0", .diagnostic = "the message can't be read from our store"});
      co_return false;
    }
    at += piece->size();
    if (text_ == Text::dots) {
      encoder.feed(*piece, out);
    } else {
      out += *piece;
    }
    if (at < body.size() && !co_await send_piece("sending the message")) co_return false;
  }
  if (text_ == Text::dots) encoder.finish(out);
  co_return true;
}

// Not the last one.
Task<bool> Transaction::send_piece(std::string_view step) {
  const auto sent = co_await session_.wire_.flush(session_.settings().block_timeout);
  if (sent) co_return true;
  // Some say what they mind, and hang up, without waiting for the end.
  const auto said = co_await session_.wire_.last_words(limits::farewell);
  if (said && said->code >= 400 && said->code != 421)
    decide(accepted_, refused(*said, "the message", remote_));
  break_off(said ? trouble_of(*said, "the message") : trouble_of(sent.error(), step));
  co_return false;
}

Task<void> Transaction::hear_of_text() {
  Wire& wire = session_.wire_;
  const Settings& settings = session_.settings();
  if (text_ != Text::at_once) {
    const auto sent = co_await wire.flush(settings.block_timeout);
    if (!sent) {
      const auto said = co_await wire.last_words(limits::farewell);
      if (said && said->code >= 400) {
        decide(accepted_, refused(*said, end_of_message, remote_));
      } else {
        taken_perhaps(sent.error().text);
      }
      co_return break_off(trouble_of(sent.error(), end_of_message));
    }
  }
  // RFC 2033 §4.2: in LMTP each recipient has a reply of its own.
  const bool has_many = session_.is_lmtp() && !accepted_.empty();
  const auto kind = session_.is_lmtp()               ? Outcome::Kind::delivered
                    : session_.capabilities_.has_dsn ? Outcome::Kind::delivered
                                                     : Outcome::Kind::relayed;
  for (std::size_t n = 0; n < (has_many ? accepted_.size() : 1); ++n) {
    const std::vector<std::size_t> whom = has_many ? std::vector<std::size_t>{accepted_[n]} : accepted_;
    const auto reply = co_await wire.reply(settings.end_timeout);
    if (!reply || (reply->code >= 300 && reply->code < 400)) {
      taken_perhaps(reply ? "neither yes nor no" : trouble_of(reply.error(), end_of_message).diagnostic);
      co_return break_off(reply ? Trouble{.status = "4.5.0", .diagnostic = "neither yes nor no"}
                                : trouble_of(reply.error(), end_of_message));
    }
    report_.was_heard = true;
    decide(whom,
           reply->code < 300 ? accepted(*reply, kind, remote_) : refused(*reply, end_of_message, remote_));
    if (reply->code == 421) co_return break_off(trouble_of(*reply, end_of_message));
  }
  session_.needs_reset_ = accepted_.empty();
}

Task<std::optional<smtp::Reply>> Transaction::ask(std::string_view command, std::string_view step,
                                                  std::chrono::milliseconds timeout) {
  if (!is_sent_) session_.wire_.send(command);
  // A group as a whole gets some more than its first reply, not the same again for each.
  const auto left = is_sent_ ? std::max(timeout - spent_, limits::each_more) : timeout;
  const Time start = session_.services_.clock.now();
  auto reply = co_await session_.wire_.reply(left);
  spent_ += session_.services_.clock.now() - start;
  if (!reply) {
    break_off(trouble_of(reply.error(), step));
    co_return std::nullopt;
  }
  report_.was_heard = true;
  if (reply->code == 421) {
    break_off(trouble_of(*reply, step));
    co_return std::nullopt;
  }
  co_return *std::move(reply);
}

void Transaction::break_off(Trouble trouble) {
  session_.is_broken_ = true;
  if (!report_.trouble) report_.trouble = std::move(trouble);
}

void Transaction::decide(const std::vector<std::size_t>& recipients, const Outcome& outcome) {
  for (const std::size_t i : recipients) {
    if (!report_.outcomes[i]) report_.outcomes[i] = outcome;
  }
}

// The end was sent and nothing heard of it: nobody knows, so it is tried again, at the price of a second copy
// (RFC 5321 §4.5.3.2.6).
void Transaction::taken_perhaps(std::string_view why) {
  decide(accepted_,
         deferred("4.4.2", "no answer to the whole message, which may have been taken: " + std::string(why),
                  remote_));
}

}  // namespace pillarbox::relay
