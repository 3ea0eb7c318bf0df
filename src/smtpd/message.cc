// What DATA and BDAT have in common: where a message goes while it comes in, and what happens when it is
// complete.
#include <fmt/format.h>

#include <iterator>
#include <utility>

#include "base/log.h"
#include "mail/date.h"
#include "smtpd/delivery.h"
#include "smtpd/replies.h"
#include "smtpd/session.h"
#include "smtpd/trace_fields.h"

namespace pillarbox::smtpd {
namespace {

// So many are named in a log line; the others are counted.
constexpr std::size_t logged_recipients = 5;

std::string recipients_text(const Transaction& transaction) {
  std::string text;
  auto out = std::back_inserter(text);
  for (std::size_t i = 0; i < transaction.recipients.size() && i < logged_recipients; ++i) {
    fmt::format_to(out, "{}<{}>", i == 0 ? "" : ",", transaction.recipients[i].address.to_string());
  }
  const std::size_t count = transaction.recipients.size();
  if (count > logged_recipients) fmt::format_to(out, " and {} more", count - logged_recipients);
  return text;
}

}  // namespace

std::unique_ptr<Reception> Session::begin_reception(const Transaction& transaction) {
  const Time now = services_.clock.now();
  const ReceivedFacts facts{
      .masks_source = listener_.mask_source,
      .client_name = state_.client_name,
      .greeting = state_.greeting == State::Greeting::helo ? ReceivedFacts::Greeting::helo
                                                           : ReceivedFacts::Greeting::ehlo,
      .peer = stream_.peer(),
      .hostname = hostname_,
      .tls = stream_.tls(),
      .is_authenticated = !state_.login.empty(),
      .login = listener_.received_auth ? state_.login : "",
      .is_smtputf8 = transaction.mail.smtputf8,
      .trace_id = transaction.trace_id,
      .recipient = transaction.recipients.size() == 1 ? transaction.recipients[0].address.to_string() : "",
      .time = now,
  };
  Reception::Options options{
      .header_limits = {.size = settings_.max_header_size,
                        .field_size = settings_.max_header_field_size,
                        .fields = settings_.max_header_fields,
                        .hops = settings_.max_hops},
      .max_size = settings_.max_message_size,
  };
  if (has_mailbox(transaction)) {
    options.trace_fields = return_path_field(transaction.mail.reverse_path.address);
  }
  options.trace_fields += received_field(facts);
  if (listener_.flavour == Listener::Flavour::submission || !state_.login.empty()) {
    options.mending = {.date = fmt::format("Date: {}\r\n", mail::format_date(now)),
                       .message_id = fmt::format("Message-ID: <{}@{}>\r\n", transaction.trace_id, hostname_)};
  }
  for (const Recipient& recipient : transaction.recipients) {
    options.recipients.push_back(recipient.address.key());
  }
  return std::make_unique<Reception>(services_.store.begin_draft(), std::move(options));
}

// The message is complete: keep it for good, and only then say so.
Task<Reply> Session::accept(Transaction transaction, Reception& reception) {
  co_await reception.finish();
  const auto& sender = transaction.mail.reverse_path.address;
  const auto describe = [&](std::string_view verb) {
    const auto& tls = stream_.tls();
    return fmt::format(
        "{}: {} from=<{}> to={} size={} client={} [{}] tls={} user={} rule={}", transaction.trace_id, verb,
        sender ? sender->to_string() : "", recipients_text(transaction), reception.size(), state_.client_name,
        stream_.peer().address_text(), tls ? tls->version : "none",
        state_.login.empty() ? "none" : state_.login, transaction.recipients[0].decision.reason);
  };
  if (reception.fault()) {
    const Reply reply = *reception.fault();
    log::info("smtpd", "{} result={} {}", describe("refused"), reply.code, reply.text);
    co_return reply;
  }
  const auto delivered =
      co_await deliver(services_.store, transaction, reception.take_draft(), services_.clock.now());
  if (!delivered) {
    const Reply reply = replies::of(delivered.error());
    log::error("smtpd", "{} result={} {} ({})", describe("not kept"), reply.code, reply.text,
               delivered.error().detail);
    co_return reply;
  }
  log::info("smtpd", "{} result=250 kept in {} mailboxes, queued for {} recipients", describe("accepted"),
            delivered->mailboxes, delivered->relays);
  tally_.forgive();
  co_return replies::accepted(transaction.trace_id);
}

// A message may take long if it is large, but not for ever: past the grace it must keep up a rate.
std::chrono::milliseconds Session::time_for_data(Time start, std::uint64_t received) const {
  const std::chrono::milliseconds grace = command_timeout();
  const std::chrono::milliseconds earned(received * 1'000 / settings_.min_data_rate);
  return std::min(grace, grace + earned - (services_.clock.now() - start));
}

}  // namespace pillarbox::smtpd
