// Every limit of the IMAP codec. The first table is the default of settings; the rest keeps lists and trees
// of one command small whatever its line allows.
#pragma once

#include <cstddef>
#include <cstdint>

namespace pillarbox::imap {

// Of one command, for CommandReader. APPEND's message is limited by the session, which sees its size first.
struct ReaderLimits {
  std::uint32_t line = 0;               // bytes outside of literals, line ends included
  std::uint32_t literal = 0;            // bytes of one literal
  std::uint32_t literals_together = 0;  // bytes
  std::uint32_t literal_count = 0;
};

namespace limits {

inline constexpr ReaderLimits before_login{8 << 10, 4 << 10, 8 << 10, 8};
inline constexpr ReaderLimits after_login{64 << 10, 100 << 10, 1 << 20, 1000};
// A literal that was refused but that the client sends anyhow ({n+}) is skipped up to this size; beyond it,
// the connection is closed rather than kept busy.
inline constexpr std::uint64_t skipped_literal = 256 << 20;

inline constexpr std::size_t ranges_in_set = 32768;
inline constexpr std::size_t search_depth = 50;  // of parentheses; a chain of ORs or NOTs doesn't count
inline constexpr std::size_t search_keys = 4096;
inline constexpr std::size_t fetch_sections = 256;
inline constexpr std::size_t section_fields = 512;  // of one HEADER.FIELDS
inline constexpr std::size_t section_depth = 100;   // numbers in 1.2.3, as deep as MIME is read
inline constexpr std::size_t keywords_in_list = 128;
inline constexpr std::size_t keyword_bytes = 255;
inline constexpr std::size_t mailbox_name_bytes = 1024;  // in UTF-8
inline constexpr std::size_t list_patterns = 64;
inline constexpr std::size_t id_fields = 30;  // RFC 2971 §3.3
inline constexpr std::size_t enable_names = 64;

}  // namespace limits

}  // namespace pillarbox::imap
