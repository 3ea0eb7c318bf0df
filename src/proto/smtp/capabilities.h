// What a server offers, as its answer to EHLO or LHLO tells (RFC 5321 §4.1.1.1, RFC 2033 §4.1). Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proto/smtp/reply.h"

namespace pillarbox::smtp {

struct Capabilities {
  bool has_size = false;                          // RFC 1870
  std::optional<std::uint64_t> size;              // the largest message it takes, if it says so
  bool has_pipelining = false;                    // RFC 2920
  bool has_8bitmime = false;                      // RFC 6152
  bool has_chunking = false;                      // RFC 3030
  bool has_binarymime = false;                    // RFC 3030
  bool has_smtputf8 = false;                      // RFC 6531
  bool has_dsn = false;                           // RFC 3461
  bool has_starttls = false;                      // RFC 3207
  bool has_requiretls = false;                    // RFC 8689
  bool has_enhanced_codes = false;                // RFC 2034
  bool has_deliver_by = false;                    // RFC 2852
  std::optional<std::uint64_t> least_deliver_by;  // seconds
  bool has_priority = false;                      // MT-PRIORITY, RFC 6710
  std::vector<std::string> mechanisms;            // of AUTH, in capitals (RFC 4954)

  // RFC 9422; nothing where it doesn't say.
  std::optional<std::uint64_t> mail_max;         // messages in a session
  std::optional<std::uint64_t> rcpt_max;         // recipients of a message
  std::optional<std::uint64_t> rcpt_domain_max;  // their domains

  bool offers_mechanism(std::string_view name) const;
};

// Lines that mean nothing to us, or nothing at all, are passed over.
Capabilities capabilities_of(const Reply& reply);

}  // namespace pillarbox::smtp
