// The Received field: reading the trace that others left (RFC 5322 §3.6.7, RFC 5321 §4.4), and writing our
// own.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/ip.h"
#include "mail/date.h"

namespace pillarbox::mail {

// What a Received field says, as far as it can be told: every server writes its own dialect. Empty: not said.
// None of it is to be trusted unless we wrote it.
struct Received {
  std::string from;       // what the client was called first: its HELO name or its address, without brackets
  std::string from_host;  // the name of its address, from the comment
  std::optional<IpAddress> from_ip;  // its address, from the comment or a literal
  std::string helo;                  // what it said at HELO, where that is told apart ("helo=…", "(HELO …)")
  std::string greeting;              // which command that was: "HELO", "EHLO", "LHLO"
  std::string ident;                 // an account named beside it ("ident=…", "user@[192.0.2.1]")
  std::string by;
  std::string via;
  std::string with;  // the protocol in upper case, RFC 3848's words: "ESMTPS"; others as written
  std::string id;
  std::string recipient;    // of the for clause
  std::string tls_version;  // "1.3"
  std::string tls_cipher;
  std::optional<Date> date;
};

// Never fails; linear time.
Received parse_received(std::string_view value);

// What we put before every message that comes in by SMTP. All of it has been checked by then; what could
// still break the field (controls, parentheses, line ends) is written as "?".
struct TraceStamp {
  bool hides_source = false;         // no "from" part: a user's message needn't say where he is
  std::string_view helo;             // as the client gave it, already a domain or a literal
  std::string_view host;             // verified name of the client's address, or empty
  std::optional<IpAddress> address;  // none for a local program
  std::string_view by;               // our own name
  std::string_view with;             // RFC 3848: "ESMTPSA"
  std::string_view tls;              // "TLSv1.3 TLS_AES_256_GCM_SHA384", or empty
  std::string_view login;            // who logged in, if it is to be said
  std::string_view id;               // trace id
  std::string_view
      recipient;  // "joe@example.org"; empty if there are several: one must not learn of the other
  Time time;
};

// The whole field, folded, with CRLF at its end:
//   Received: from client.example (host.client.example [192.0.2.1])
//   	by mail.example.org (Pillarbox) with ESMTPS (TLSv1.3 TLS_AES_256_GCM_SHA384)
//   	id 4f1c for <joe@example.org>;
//   	Fri, 20 Nov 2026 08:53:11 +0000
std::string format_received(const TraceStamp& stamp);

}  // namespace pillarbox::mail
