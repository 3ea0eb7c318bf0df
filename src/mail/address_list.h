// Addresses as they stand in header fields (RFC 5322 §3.4, with the obsolete forms of §4.4 and whatever
// mailers write).
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mail/address.h"

namespace pillarbox::mail {

// One entry of an address list, in the bytes of the message: quotes, backslashes and folding are gone,
// encoded words (RFC 2047) stay, because IMAP wants them so. An empty string means that there was nothing.
struct HeaderAddress {
  enum class Kind : std::uint8_t {
    mailbox,
    group_start,  // only `name` counts: "Friends:"
    group_end,    // all empty: ";"
  };

  Kind kind = Kind::mailbox;
  std::string name;        // display name, or else the last comment ("joe@example.org (Joe)")
  std::string route;       // obsolete: "@a.example,@b.example"
  std::string local_part;  // unquoted
  std::string domain;      // literals with their brackets; empty for a bare "joe"

  // "local@domain" as written in the message, or just the local part.
  std::string address() const;

  friend bool operator==(const HeaderAddress&, const HeaderAddress&) = default;
};

using AddressList = std::vector<HeaderAddress>;

// Reads a whole field value, folded or not. Never fails: what can't be understood is kept as the name of an
// entry without an address. Every group_start has its group_end. At most limits::addresses entries; linear
// time.
AddressList parse_address_list(std::string_view value);

// The display name in UTF-8, encoded words decoded.
std::string decoded_name(const HeaderAddress& address);

// One addr-spec of RFC 5322 §3.4.1, nothing else; comments, folding and the obsolete forms of §4.4 are taken,
// garbage is not. `is_header_address` says whether it is one, `address_of` gives it in SMTP's terms if SMTP
// can carry it.
bool is_header_address(std::string_view addr_spec);
std::expected<Address, AddressError> address_of(const HeaderAddress& address);

}  // namespace pillarbox::mail
