// Immutable snapshots of an account's mailboxes and of one mailbox's messages. A session keeps the snapshot
// that its client knows and compares it with the newest one to say what changed; nothing moves under a
// running command.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "store/types.h"

namespace pillarbox::store {

struct MailboxInfo {
  MailboxId id;
  std::string name;  // UTF-8, levels separated by '/', "INBOX" in capitals
  SpecialUse special_use = SpecialUse::none;
  UidValidity uid_validity;
};

struct AccountView {
  AccountId id;
  std::string name;                        // the login name
  std::vector<MailboxInfo> mailboxes;      // sorted by name, INBOX first
  std::vector<std::string> subscriptions;  // sorted; may name mailboxes that don't exist (RFC 3501 §6.3.6)

  const MailboxInfo* find(std::string_view mailbox_name) const;
  const MailboxInfo* find(MailboxId mailbox) const;
};

// Counters of a mailbox, known without loading its view.
struct MailboxStatus {
  UidValidity uid_validity;
  Uid uid_next;
  ModSeq highest_modseq;
  std::uint32_t messages = 0;
  std::uint32_t unseen = 0;
  std::uint32_t deleted = 0;
  std::uint32_t recent = 0;
  std::uint64_t size = 0;  // octets of all messages
};

// Where a chunk's columns live; see view_editor.h.
struct FixedColumns;
struct ChangingColumns;

// Up to 1,024 messages as packed columns of `count` entries each, shared between snapshots until one of them
// changes. Never empty. Valid as long as a view holds it.
struct Chunk {
  static constexpr std::size_t capacity = 1024;
  std::size_t count = 0;
  std::span<const std::uint32_t> uids;
  std::span<const std::uint64_t> flags;
  std::span<const std::uint64_t> modseqs;
  std::span<const std::int64_t> internal_dates;  // milliseconds since 1970
  std::span<const std::int64_t> saved;           // likewise
  std::span<const std::uint32_t> sizes;
  std::span<const std::uint64_t> bodies;

  // Keep what the spans show; many chunks may show the same columns.
  std::shared_ptr<const FixedColumns> fixed;
  std::shared_ptr<const ChangingColumns> changing;

  Message at(std::size_t i) const;
};

// The messages of a mailbox at one moment, ascending by uid. Index i is sequence number i + 1.
class MailboxView {
 public:
  MailboxId id;
  UidValidity uid_validity;
  Uid uid_next;
  ModSeq highest_modseq;
  std::vector<std::string> keywords;  // keyword k is bit Flags::first_keyword_bit + k; only ever grows
  std::vector<std::shared_ptr<const Chunk>> chunks;
  std::vector<std::size_t> starts;  // index of each chunk's first message

  std::size_t size() const { return chunks.empty() ? 0 : starts.back() + chunks.back()->count; }

  // Requires: index < size().
  Message at(std::size_t index) const;
  std::optional<std::size_t> index_of(Uid uid) const;
  // The index of the first message whose uid is `uid` or greater; size() if there is none.
  std::size_t lower_bound(Uid uid) const;
};

}  // namespace pillarbox::store
