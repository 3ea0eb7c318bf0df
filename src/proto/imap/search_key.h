// SEARCH's keys as a tree: RFC 3501 §6.4.4, RFC 7162 §3.1.5. A new key is a new struct, a line in SearchKey
// and a row in search_keys.cc.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "proto/imap/date_time.h"
#include "proto/imap/flags.h"
#include "proto/imap/sequence_set.h"

namespace pillarbox::imap {

struct SearchKey;

namespace search {

enum class Is : std::uint8_t { set, unset };
enum class Comparison : std::uint8_t { before, on, since };  // of days: <, ==, >=

struct All {};
// ANSWERED, UNSEEN and so on. RECENT is HasFlag{recent, set}, OLD is HasFlag{recent, unset}, NEW is an And of
// RECENT and UNSEEN.
struct HasFlag {
  SystemFlags flag;
  Is is = Is::set;
};
struct HasKeyword {
  std::string keyword;
  Is is = Is::set;
};
// FROM, TO, CC, BCC, SUBJECT and HEADER. `field` is in lower case, without colon; an empty `text` matches any
// message that has the field.
struct HeaderContains {
  std::string field;
  std::string text;  // in Search::charset, as are the next two
};
struct BodyContains {
  std::string text;
};
struct TextContains {  // header or body
  std::string text;
};
struct InternalDateIs {  // BEFORE, ON, SINCE
  Comparison comparison = Comparison::on;
  Date date;
};
struct SentDateIs {  // SENTBEFORE, SENTON, SENTSINCE: the Date field
  Comparison comparison = Comparison::on;
  Date date;
};
struct Larger {
  std::uint64_t bytes = 0;
};
struct Smaller {
  std::uint64_t bytes = 0;
};
struct InSequence {
  SequenceSet messages;
};
struct InUids {
  SequenceSet uids;
};
// RFC 7162 §3.1.5: mod-sequence at least `value`. A flag name given with it is checked and then left out:
// ours are kept per message, as the RFC allows.
struct ModSeq {
  std::uint64_t value = 0;
};
struct Not {
  std::vector<SearchKey> key;  // exactly one
};
// Nested ORs are one, so a client's chain of hundreds isn't deep: at least two keys.
struct Or {
  std::vector<SearchKey> keys;
};
// Keys in a row, or in parentheses: at least one.
struct And {
  std::vector<SearchKey> keys;
};

}  // namespace search

struct SearchKey {
  std::variant<search::All, search::HasFlag, search::HasKeyword, search::HeaderContains, search::BodyContains,
               search::TextContains, search::InternalDateIs, search::SentDateIs, search::Larger,
               search::Smaller, search::InSequence, search::InUids, search::ModSeq, search::Not, search::Or,
               search::And>
      key;
};

}  // namespace pillarbox::imap
