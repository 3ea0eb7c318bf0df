// Every limit of this folder. Beyond a limit of structure the rest is kept as an opaque leaf or left out,
// never an error: a message that was accepted must stay readable.
#pragma once

#include <cstddef>

namespace pillarbox::mail::limits {

// RFC 5321 §4.5.3.1, in octets as they stand in the command, quotes and backslashes included.
inline constexpr std::size_t local_part = 64;
inline constexpr std::size_t domain = 255;
inline constexpr std::size_t domain_label = 63;  // RFC 1035 §2.3.4
inline constexpr std::size_t path = 256;         // with "<" and ">"
inline constexpr std::size_t mailbox = path - 2;

// Header block of a message or a body part, in octets; fields in a block.
inline constexpr std::size_t header_block = 1 << 20;
inline constexpr std::size_t header_fields = 2'000;

// Entries of one address list (members of groups counted), of one list of message ids, language tags and the
// like.
inline constexpr std::size_t addresses = 10'000;
inline constexpr std::size_t list_entries = 10'000;

// RFC 2231 parameters of one field.
inline constexpr std::size_t parameters = 128;

// MIME tree: the root is at depth 1. `structure_memory` bounds what is kept of all headers together, in
// octets and roughly: parts beyond it are not looked into.
inline constexpr std::size_t structure_memory = 16 << 20;
inline constexpr std::size_t mime_depth = 100;
inline constexpr std::size_t mime_parts = 10'000;
inline constexpr std::size_t boundary = 1'024;  // RFC 2046 §5.1.1 says 70; mailers do not listen

}  // namespace pillarbox::mail::limits
