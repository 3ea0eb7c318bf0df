// What replies and broken conversations come to, for a recipient and for a server. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "proto/smtp/reply.h"
#include "queue/attempt.h"
#include "relay/wire.h"

namespace pillarbox::relay {

// Why a server is of no use just now, whatever the message: another host of the same domain may be of more.
struct Trouble {
  enum class Kind : std::uint8_t { other, tls, shut_down };
  Kind kind = Kind::other;
  std::string status;         // RFC 3463
  std::string diagnostic;     // one line, escaped, bounded
  bool is_permanent = false;  // it says that it never takes mail (RFC 7504)
};

// `step` in words: "MAIL FROM", "the end of the message".
Trouble trouble_of(const Broken& broken, std::string_view step);
Trouble trouble_of(const smtp::Reply& reply, std::string_view step);

// Requires: the reply is negative.
queue::Outcome refused(const smtp::Reply& reply, std::string_view step, const std::string& remote);
queue::Outcome accepted(const smtp::Reply& reply, queue::Outcome::Kind kind, const std::string& remote);
// Of our own decision.
queue::Outcome failed(std::string_view status, std::string diagnostic, const std::string& remote);
queue::Outcome deferred(std::string_view status, std::string diagnostic, const std::string& remote);
// When nobody is left to try.
queue::Outcome of_destination(const Trouble& trouble, const std::string& remote);

// The status of a reply, by its enhanced code or else by its first digit alone: "5.1.1", "4.0.0".
std::string status_of(const smtp::Reply& reply);

// One line of at most limits::diagnostic bytes, cut between characters.
std::string one_line(std::string_view text);

}  // namespace pillarbox::relay
