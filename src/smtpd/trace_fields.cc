#include "smtpd/trace_fields.h"

#include <algorithm>

#include "mail/received.h"

namespace pillarbox::smtpd {
namespace {

// A header is ASCII unless the whole message is SMTPUTF8's.
std::string ascii_unless(bool is_smtputf8, std::string text) {
  if (is_smtputf8) return text;
  std::ranges::replace_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0x80) != 0; }, '?');
  return text;
}

}  // namespace

std::string with_protocol(const ReceivedFacts& facts) {
  std::string word = facts.is_smtputf8 ? "UTF8SMTP" : "ESMTP";
  // RFC 3848 has no word for TLS or AUTH after HELO; both need EHLO, or TLS from the start.
  if (facts.greeting == ReceivedFacts::Greeting::helo && !facts.tls && !facts.is_authenticated) return "SMTP";
  if (facts.tls) word += 'S';
  if (facts.is_authenticated) word += 'A';
  return word;
}

std::string received_field(const ReceivedFacts& facts) {
  const std::string helo = ascii_unless(facts.is_smtputf8, facts.client_name);
  const std::string login = ascii_unless(facts.is_smtputf8, facts.login);
  const std::string with = with_protocol(facts);
  const std::string tls = facts.tls ? facts.tls->version + " " + facts.tls->cipher : "";
  return mail::format_received({
      .hides_source = facts.masks_source,
      .helo = helo,
      .address = facts.peer.ip(),
      .by = facts.hostname,
      .with = with,
      .tls = tls,
      .login = login,
      .id = facts.trace_id,
      .recipient = facts.recipient,
      .time = facts.time,
  });
}

std::string return_path_field(const std::optional<mail::Address>& reverse_path) {
  return "Return-Path: <" + (reverse_path ? reverse_path->to_string() : "") + ">\r\n";
}

}  // namespace pillarbox::smtpd
