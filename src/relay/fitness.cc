#include "relay/fitness.h"

#include <fmt/format.h>

#include <algorithm>

#include "relay/converted.h"
#include "relay/limits.h"
#include "relay/session.h"

namespace pillarbox::relay {
namespace {

using queue::BodyKind;

bool is_ascii(std::string_view text) {
  return std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

// Whether the header is ASCII. Many programs ask for SMTPUTF8 with every message: those that don't need it
// shouldn't bounce for it. What can't be read counts as not ASCII.
Task<bool> has_ascii_header(store::BodyReader& body) {
  std::string end;  // the last bytes of the piece before
  for (std::uint64_t at = 0; at < std::min<std::uint64_t>(body.size(), limits::header);) {
    const auto piece = co_await body.read(at, limits::piece);
    if (!piece || piece->empty()) co_return false;
    at += piece->size();
    const std::string text = end + std::string(*piece);
    const auto header_end = text.find("\r\n\r\n");
    if (!is_ascii(std::string_view(text).substr(0, header_end))) co_return false;
    if (header_end != std::string::npos) co_return true;
    end = text.substr(text.size() - std::min<std::size_t>(text.size(), 3));
  }
  co_return body.size() <= limits::header;
}

std::string_view ret_word(queue::Return ret) {
  switch (ret) {
    case queue::Return::unsaid: return "";
    case queue::Return::full: return "FULL";
    case queue::Return::headers: return "HDRS";
  }
  return "";
}

// What is wrong with it for everybody.
struct Refusal {
  std::string_view status;
  std::string text;
};

std::optional<Refusal> misfit(const Job& job, const Session& session) {
  const smtp::Capabilities& offered = session.capabilities();
  const std::uint64_t size = job.body->size();
  if (offered.size && size > *offered.size) {
    return Refusal{"5.3.4",
                   fmt::format("the message has {} bytes, and the server takes {}", size, *offered.size)};
  }
  if (job.envelope.requires_tls && !offered.has_requiretls) {
    return Refusal{"5.7.30",
                   "the sender requires TLS all the way (REQUIRETLS), and the server can't promise it"};
  }
  return std::nullopt;
}

}  // namespace

Task<Fitness> judge(const Job& job, const Session& session) {
  const smtp::Capabilities& offered = session.capabilities();
  const queue::Envelope& envelope = job.envelope;
  const std::string remote = session.target().text();
  Fitness fitness{
      .refusals{job.recipients.size()}, .mail{.reverse_path = job.reverse_path}, .body = job.body};
  const auto refuse_all = [&](const Refusal& refusal) {
    for (auto& outcome : fitness.refusals) outcome = failed(refusal.status, refusal.text, remote);
  };
  if (const auto refusal = misfit(job, session)) {
    refuse_all(*refusal);
    co_return fitness;
  }

  smtp::MailParameters& mail = fitness.mail;
  const bool takes_binary = offered.has_binarymime && offered.has_chunking;
  const bool is_eight_bit = envelope.body == BodyKind::eight_bit_mime;
  const bool is_binary = envelope.body == BodyKind::binary_mime;
  if ((is_eight_bit && !offered.has_8bitmime) || (is_binary && !takes_binary)) {
    // RFC 6152 §3: to convert or to return it, but not to send it as it is.
    auto converted = co_await convert_to_seven_bit(*job.body);
    if (!converted) {
      refuse_all(
          {"5.6.3", fmt::format("the message isn't ASCII, the server takes nothing else, and it can't be "
                                "converted: {}",
                                converted.error())});
      co_return fitness;
    }
    fitness.body = *std::move(converted);
  } else if (is_eight_bit) {
    mail.body = "8BITMIME";
  } else if (is_binary) {
    mail.body = "BINARYMIME";
    fitness.is_binary = true;
  }
  if (offered.has_size) mail.size = fitness.body->size();
  if (offered.has_dsn) {
    mail.ret = ret_word(envelope.ret);
    mail.envelope_id = envelope.envelope_id;
  }
  if (offered.has_priority) mail.priority = envelope.priority;
  mail.require_tls = envelope.requires_tls;

  if (offered.has_smtputf8) {
    mail.smtputf8 = envelope.is_smtputf8 || !is_ascii(job.reverse_path) ||
                    std::ranges::any_of(job.recipients, [](const auto& r) { return !is_ascii(r.address); });
    co_return fitness;
  }
  constexpr std::string_view lacks = "and the server can't take that (it doesn't offer SMTPUTF8)";
  if (!is_ascii(job.reverse_path)) {
    refuse_all({"5.6.7", fmt::format("the sender's address isn't ASCII, {}", lacks)});
  } else if (envelope.is_smtputf8 && !co_await has_ascii_header(*job.body)) {
    refuse_all({"5.6.7", fmt::format("the message's header isn't ASCII, {}", lacks)});
  } else {
    for (std::size_t i = 0; i < job.recipients.size(); ++i) {
      if (is_ascii(job.recipients[i].address)) continue;
      fitness.refusals[i] = failed("5.6.7", fmt::format("the address isn't ASCII, {}", lacks), remote);
    }
  }
  co_return fitness;
}

}  // namespace pillarbox::relay
