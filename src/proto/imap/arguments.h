// A command's arguments, taken off from left to right by the rules of RFC 3501 §9. What the decoders are
// written with.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "proto/imap/date_time.h"
#include "proto/imap/flags.h"
#include "proto/imap/sequence_set.h"
#include "proto/imap/status_items.h"
#include "proto/imap/syntax_error.h"

namespace pillarbox::imap {

template <class T>
using Parsed = std::expected<T, SyntaxError>;

class Arguments {
 public:
  // Of RawCommand::arguments, which must outlive it.
  explicit Arguments(std::string_view text) : rest_(text) {}

  std::string_view rest() const { return rest_; }
  // Spaces at the end of a line are forgiven, nothing else is.
  bool at_end() const { return rest_.find_first_not_of(' ') == std::string_view::npos; }

  bool next_is(char c) const { return rest_.starts_with(c); }
  bool take(char c);
  // Takes `word`, in any case, if it stands here whole: not as the beginning of a longer atom.
  bool take_word(std::string_view word);
  // Takes a space and `word` with it, or nothing: for what is optional.
  bool take_space_and_word(std::string_view word);

  Parsed<void> space();
  Parsed<void> open();   // "("
  Parsed<void> close();  // ")"

  // Views into the text.
  Parsed<std::string_view> atom();
  std::string_view letters();  // as many letters, digits, "." and "-" as there are, maybe none

  Parsed<std::string> string();                  // quoted or literal
  Parsed<std::string> astring();                 // or a bare word
  Parsed<std::optional<std::string>> nstring();  // or NIL; a bare word is taken as well
  Parsed<std::string> mailbox();                 // UTF-8; "INBOX" in any case is INBOX
  Parsed<std::string> list_mailbox();            // a pattern, with `%` and `*`
  Parsed<std::uint32_t> number();                // 32 bits
  Parsed<std::uint32_t> nz_number();             // not 0
  Parsed<std::uint64_t> number64();              // 63 bits, RFC 7162 §7 mod-sequence-valzer
  Parsed<SequenceSet> sequence_set();
  Parsed<Date> date();
  Parsed<DateTime> date_time();
  Parsed<FlagList> flag_list();       // in parentheses, maybe empty
  Parsed<void> flag(FlagList& list);  // one flag, added to `list`
  Parsed<std::string> keyword();
  Parsed<StatusItems> status_items();  // in parentheses

 private:
  Parsed<std::string> quoted();
  Parsed<std::string> literal();
  template <class Belongs>
  std::string_view take_while(Belongs belongs);

  std::string_view rest_;
};

}  // namespace pillarbox::imap
