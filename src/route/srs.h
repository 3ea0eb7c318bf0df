// The Sender Rewriting Scheme: mail that we send on for others leaves with a sender of ours, so that SPF
// holds at the next server, and a bounce to that sender finds its way back through us. Its forms:
//
//   SRS0=HASH=DAY=domain=local@ours         local@domain wrote; DAY is when, HASH that we made it
//   SRS1=HASH=host==…@ours                  what follows "==" is an SRS0 address of `host`, another forwarder
//
// Nobody but us reads HASH: eight letters and digits of RFC 4648 §6, 40 bits of an HMAC with SHA-256,
// compared without case since some servers change it.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "mail/address.h"

namespace pillarbox::route {

enum class SrsError : std::uint8_t {
  malformed,  // it begins like an SRS address, but isn't one
  forged,     // the hash isn't ours, nor of the key before
  expired,
};
// "its time is over".
std::string_view describe(SrsError error);

// Immutable; may be used from any thread.
class Srs {
 public:
  // `backup_key`, "" if there is none, was the key before: what was made with it is still understood.
  Srs(std::string key, std::string backup_key, std::chrono::seconds ttl)
      : key_(std::move(key)), backup_key_(std::move(backup_key)), ttl_(ttl) {}

  // Whether an address is for reverse(): SRS0 or SRS1, in any case.
  static bool is_srs(std::string_view local_part);

  // What mail from `sender` is sent on with, under our `domain`. Nothing if the sender needs no other
  // address, being of that domain, or if the new one would be longer than local parts may be (RFC 5321
  // §4.5.3.1.1).
  std::optional<mail::Address> forward(const mail::Address& sender, std::string_view domain, Time now) const;

  // Whom mail to `recipient`, an address that forward() made, is for.
  std::expected<mail::Address, SrsError> reverse(const mail::Address& recipient, Time now) const;

 private:
  bool is_ours(std::string_view hash, std::string_view text) const;

  std::string key_;
  std::string backup_key_;
  std::chrono::seconds ttl_;
};

}  // namespace pillarbox::route
