// `* n FETCH (…)`, RFC 3501 §7.4.2: an item at a time, in the inner loop of everything a client does.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mail/structure.h"
#include "proto/imap/date_time.h"
#include "proto/imap/fetch_items.h"
#include "proto/imap/flags.h"
#include "proto/imap/output.h"

namespace pillarbox::imap {

// The texts of a mailbox's flags, ready to be copied. Made once per command or when a keyword is added.
class FlagTexts {
 public:
  // `keywords` in the order of their bits; at most 64. Copied.
  explicit FlagTexts(std::span<const std::string> keywords);

  // `\Answered \Seen $Junk`: bit k of `keyword_bits` is keyword k. Bits beyond the keywords mean nothing.
  // `at` has room for max_size().
  char* write(char* at, SystemFlags system, std::uint64_t keyword_bits) const;
  std::size_t max_size() const { return max_size_; }

 private:
  std::vector<std::string> keywords_;
  std::uint64_t known_ = 0;
  std::size_t max_size_ = 0;
};

class FetchResponse {
 public:
  // Begins the response; `out` must outlive it. finish() ends it.
  FetchResponse(Output& out, std::uint32_t sequence_number);

  void uid(std::uint32_t uid);
  void flags(const FlagTexts& texts, SystemFlags system, std::uint64_t keyword_bits);
  void internal_date(const DateTime& date);
  void size(std::uint64_t bytes);
  void modseq(std::uint64_t modseq);

  void envelope(const mail::Envelope& envelope);
  void body(const mail::Structure& structure);
  void body_structure(const mail::Structure& structure);

  // The same three from text that write_envelope() and its like made before: a copy, for what is kept ready.
  void envelope_text(std::string_view text);
  void body_text(std::string_view text);
  void body_structure_text(std::string_view text);

  // A section that the message doesn't have: NIL.
  void no_section(const BodySection& section);
  // NUL, which no literal may hold (RFC 3501 §4.3), becomes 0x80 as in Dovecot.
  void section(const BodySection& section, std::string_view bytes);
  // The same for what is too large to be copied: the literal's header. Exactly `bytes` bytes of content must
  // be put or sent behind it before the response goes on.
  void begin_section(const BodySection& section, std::uint64_t bytes);

  void finish();

 private:
  void item(std::string_view name);

  Output& out_;
  bool is_first_ = true;
};

// ` 1-Feb-1994 21:52:25 -0800` in quotes: 28 bytes. Years beyond 0 to 9999 are written as the nearest of
// these.
void write_date_time(Output& out, const DateTime& date);

}  // namespace pillarbox::imap
