// The fields a server puts before a message it receives: RFC 5321 §4.4. Pure.
#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "mail/address.h"
#include "net/endpoint.h"
#include "net/stream.h"

namespace pillarbox::smtpd {

// What Received tells of a session and its transaction.
struct ReceivedFacts {
  enum class Greeting { helo, ehlo };

  bool masks_source = false;  // no "from" part
  std::string client_name;    // as in HELO or EHLO
  Greeting greeting = Greeting::ehlo;
  net::Endpoint peer;
  std::string hostname;  // ours
  std::optional<net::TlsInfo> tls;
  bool is_authenticated = false;
  std::string login;  // shown only if not empty
  bool is_smtputf8 = false;
  std::string trace_id;
  std::string recipient;  // "" if there are several: one shall not see the others
  Time time;
};

// The word of RFC 3848 and RFC 6531 §4.3: "ESMTPSA", "UTF8SMTP".
std::string with_protocol(const ReceivedFacts& facts);

// "Received: …", folded, its last CRLF included.
std::string received_field(const ReceivedFacts& facts);

// "Return-Path: <…>" with its CRLF; nothing stands for the null path.
std::string return_path_field(const std::optional<mail::Address>& reverse_path);

}  // namespace pillarbox::smtpd
