#include "delivery/delivery.h"

#include <fmt/format.h>

#include <utility>

#include "base/text.h"
#include "delivery/message_copy.h"
#include "delivery/plan.h"
#include "delivery/way.h"

namespace pillarbox::delivery {
namespace {

using Kind = queue::Outcome::Kind;

constexpr std::size_t most_diagnostic = 1024;  // queue::Outcome's

queue::Outcome refuse(Kind kind, std::string status, std::string_view why) {
  return {.kind = kind,
          .status = std::move(status),
          .diagnostic = escape_controls(why.substr(0, most_diagnostic)),
          .remote = {}};
}

queue::Outcome outcome_of(const os::DeliveryResult& result) {
  switch (result.kind) {
    case os::DeliveryResult::Kind::delivered:
      return refuse(Kind::delivered, result.status, result.diagnostic);
    case os::DeliveryResult::Kind::deferred: return refuse(Kind::deferred, result.status, result.diagnostic);
    case os::DeliveryResult::Kind::failed: return refuse(Kind::failed, result.status, result.diagnostic);
  }
  return refuse(Kind::deferred, "4.3.0", "");
}

// RFC 5321 §4.4: who takes a message out of SMTP notes its reverse path. Delivered-To is what loops are told
// by.
std::string fields_before(const queue::Envelope& envelope, const std::string& original) {
  return fmt::format("Return-Path: <{}>\r\nDelivered-To: {}\r\n", envelope.reverse_path, original);
}

}  // namespace

Delivery::Delivery(const config::Configuration& configuration, const Settings& settings, os::Agents& agents,
                   net::WorkerPool& workers, std::string spool)
    : configuration_(configuration),
      settings_(settings),
      agents_(agents),
      workers_(workers),
      spool_(std::move(spool)) {}

std::string Delivery::destination(const std::string& action, const std::string& recipient) const {
  return fmt::format("{} {}", action, recipient);
}

Task<std::vector<queue::Outcome>> Delivery::deliver(queue::Attempt attempt,
                                                    std::shared_ptr<store::BodyReader> body) {
  std::vector<queue::Outcome> outcomes;
  for (const queue::Recipient& recipient : attempt.recipients) {
    outcomes.push_back(co_await deliver_to(attempt.envelope, recipient, *body));
  }
  co_return outcomes;
}

Task<queue::Outcome> Delivery::deliver_to(const queue::Envelope& envelope, const queue::Recipient& recipient,
                                          store::BodyReader& body) {
  auto way = way_from_text(recipient.way);
  if (!way) {
    co_return refuse(Kind::deferred, "4.3.5",
                     fmt::format("the queue entry doesn't say how to deliver: {}", way.error()));
  }
  const std::string& original = way->original.empty() ? recipient.address : way->original;
  auto copy = co_await copy_message(spool_, fields_before(envelope, original), body);
  if (!copy) co_return refuse(Kind::deferred, "4.3.0", copy.error());
  const auto request = plan({configuration_, settings_}, *way,
                            {.envelope = envelope,
                             .recipient = recipient,
                             .unique = "Q" + envelope.trace_id,
                             .is_spam = copy->is_spam});
  if (!request) co_return refuse(Kind::deferred, "4.3.5", request.error());
  // The descriptor outlives the work: nobody leaves this coroutine before its end.
  const int message = copy->file.get();
  const auto result =
      co_await workers_.run([this, wanted = *request, message] { return agents_.deliver(wanted, message); });
  if (!result) co_return refuse(Kind::deferred, "4.3.2", "too many deliveries are waiting already");
  co_return outcome_of(*result);
}

}  // namespace pillarbox::delivery
