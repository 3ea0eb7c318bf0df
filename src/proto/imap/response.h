// Every response but FETCH's (fetch_response.h), written with its line end. Names of mailboxes are given in
// UTF-8.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "proto/imap/command.h"
#include "proto/imap/number_set.h"
#include "proto/imap/output.h"

namespace pillarbox::imap {

// ---- status responses, RFC 3501 §7.1

enum class Condition : std::uint8_t { ok, no, bad, preauth, bye };

// `tag OK [code] text`. `tag` is the command's, or "*" for an untagged one; `code` comes from
// response_code.h, or is empty. `text` is for people and never empty on the wire.
void write_status(Output& out, std::string_view tag, Condition condition, std::string_view code,
                  std::string_view text);

// `+ text`. For AUTHENTICATE's challenges `text` is base64; an empty one is `+ ` and a line end.
void write_continuation(Output& out, std::string_view text);

// ---- what the server can do

void write_capability(Output& out, std::span<const std::string_view> capabilities);
void write_enabled(Output& out, std::span<const std::string_view> capabilities);  // RFC 5161
// RFC 2971; NIL if there are no fields.
void write_id(Output& out, std::span<const std::pair<std::string_view, std::string_view>> fields);
// RFC 2342 §5: one personal namespace without prefix, no others.
void write_personal_namespace(Output& out, char separator);

// ---- mailboxes

// Attributes of a LIST response: RFC 3501 §7.2.2, RFC 3348, RFC 5258, RFC 6154.
struct ListAttributes {
  bool no_inferiors = false;
  bool no_select = false;
  bool non_existent = false;  // implies \Noselect, which is written too for old clients
  bool has_children = false;
  bool has_no_children = false;
  bool subscribed = false;
  SpecialUses uses;
};
enum class ListKind : std::uint8_t { list, lsub };
// RFC 5258 §3.5: the CHILDINFO of RECURSIVEMATCH.
enum class ChildInfo : std::uint8_t { none, subscribed };

void write_list(Output& out, ListKind kind, const ListAttributes& attributes, char separator,
                std::string_view mailbox, ChildInfo child_info = ChildInfo::none);

struct StatusValues {
  std::uint32_t messages = 0;
  std::uint32_t recent = 0;
  std::uint32_t uid_next = 0;
  std::uint32_t uid_validity = 0;
  std::uint32_t unseen = 0;
  std::uint64_t highest_modseq = 0;
  std::uint64_t size = 0;
};
// `* STATUS`, with the items that were asked for.
void write_mailbox_status(Output& out, std::string_view mailbox, StatusItems items,
                          const StatusValues& values);

// ---- the selected mailbox

void write_exists(Output& out, std::uint32_t messages);
void write_recent(Output& out, std::uint32_t messages);
void write_expunge(Output& out, std::uint32_t sequence_number);
// `* FLAGS (…)`: the system flags but \Recent, then `keywords`.
void write_flags(Output& out, std::span<const std::string> keywords);

// ---- searching

// `* SEARCH`, sequence numbers or uids in the order given. With `modseq`, ` (MODSEQ n)` follows unless
// nothing was found (RFC 7162 §3.1.5).
void write_search(Output& out, std::span<const std::uint32_t> found, std::optional<std::uint64_t> modseq);
// The same in pieces, for what is too much to be held at once: the beginning, any number of pieces, the end.
void begin_search(Output& out);
void put_search(Output& out, std::span<const std::uint32_t> found);
void end_search(Output& out, std::optional<std::uint64_t> modseq);

// `* ESEARCH (TAG "…")`, RFC 4731 §3.1. Of what isn't there or empty nothing is written; `found` may be null.
struct SearchResult {
  std::optional<std::uint32_t> min;
  std::optional<std::uint32_t> max;
  std::optional<std::uint32_t> count;
  const NumberSet* all = nullptr;
  std::optional<std::uint64_t> modseq;
};
void write_esearch(Output& out, std::string_view tag, Numbers numbers, const SearchResult& result);

// 1:3,7 in the shape of a sequence-set. Requires: !numbers.empty().
void write_number_set(Output& out, const NumberSet& numbers);

}  // namespace pillarbox::imap
