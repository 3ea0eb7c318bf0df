#include "smtpd/trace_headers.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string_view>

#include "mail/date.h"

namespace pillarbox::smtpd {
namespace {

std::string address_literal(const net::Endpoint& peer) {
  switch (peer.family) {
    case net::Endpoint::Family::ipv4: return fmt::format("[{}]", peer.address_text());
    case net::Endpoint::Family::ipv6: return fmt::format("[IPv6:{}]", peer.address_text());
    case net::Endpoint::Family::local: return "local";
  }
  return "local";
}

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
  std::string field = "Received: ";
  auto out = std::back_inserter(field);
  if (!facts.masks_source) {
    fmt::format_to(out, "from {} ({})\r\n\t", ascii_unless(facts.is_smtputf8, facts.client_name),
                   address_literal(facts.peer));
  }
  fmt::format_to(out, "by {} (Pillarbox) with {}", facts.hostname, with_protocol(facts));
  if (facts.tls) fmt::format_to(out, "\r\n\t({}:{})", facts.tls->version, facts.tls->cipher);
  if (!facts.login.empty()) fmt::format_to(out, "\r\n\t(authenticated: {})", facts.login);
  fmt::format_to(out, "\r\n\tid {}", facts.trace_id);
  if (!facts.recipient.empty()) fmt::format_to(out, "\r\n\tfor <{}>", facts.recipient);
  fmt::format_to(out, ";\r\n\t{}\r\n", mail::format_date(facts.time));
  return field;
}

std::string return_path_field(const std::optional<mail::Address>& reverse_path) {
  return fmt::format("Return-Path: <{}>\r\n", reverse_path ? reverse_path->to_string() : "");
}

}  // namespace pillarbox::smtpd
