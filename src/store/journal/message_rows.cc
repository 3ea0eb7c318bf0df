#include "store/journal/message_rows.h"

#include <algorithm>
#include <span>

#include "base/try.h"
#include "store/journal/columns.h"

namespace pillarbox::store::journal {
namespace {

constexpr std::size_t capacity = store::Chunk::capacity;
// A chunk that has lost so much joins the one before it.
constexpr std::size_t crumb = capacity / 8;
// A younger chunk is merged with the one before it while that isn't more than so many times its size: so a
// mailbox that grows one message at a time has few chunks, and each message is packed a few times in all.
constexpr std::size_t merge_factor = 3;

std::unexpected<SqlError> damaged(std::int64_t key) {
  return std::unexpected(SqlError{SQLITE_CORRUPT, "chunk " + std::to_string(key) + " can't be read"});
}

bool contains(const UidSet& set, std::uint32_t uid) {
  const auto range = std::ranges::partition_point(set, [uid](const UidRange& r) { return r.last < uid; });
  return range != set.end() && range->first <= uid;
}

}  // namespace

void MessageRows::append(MailboxId mailbox, const std::vector<Message>& messages) {
  auto& appended = appended_[mailbox];
  appended.insert(appended.end(), messages.begin(), messages.end());
}

SqlResult<std::vector<Message>> MessageRows::read(std::int64_t key) {
  Statement& fixed = *TRY(database_->prepared("SELECT fixed FROM chunks WHERE key = ?"));
  Statement& changing = *TRY(database_->prepared("SELECT changing FROM marks WHERE key = ?"));
  const Resetting reset_fixed(fixed);
  const Resetting reset_changing(changing);
  if (!TRY(fixed.bind(1, key).step()) || !TRY(changing.bind(1, key).step())) return damaged(key);
  auto messages = unpack_messages(fixed.bytes(0), changing.bytes(0));
  if (!messages) return damaged(key);
  return std::move(*messages);
}

SqlResult<MessageRows::Chunk*> MessageRows::load(std::int64_t key) {
  const auto known = chunks_.find(key);
  if (known != chunks_.end()) return &known->second;
  return &chunks_.emplace(key, Chunk{.messages = TRY(read(key))}).first->second;
}

SqlResult<std::vector<std::int64_t>> MessageRows::keys_between(MailboxId mailbox, std::uint32_t first,
                                                               std::uint32_t last) {
  Statement& row =
      *TRY(database_->prepared("SELECT key FROM chunks WHERE key BETWEEN coalesce((SELECT max(key) FROM "
                               "chunks WHERE key BETWEEN ?1 AND ?2), "
                               "?2) AND ?3"));
  const Resetting resetting(row);
  row.bind(1, key_of(mailbox, 0)).bind(2, key_of(mailbox, first)).bind(3, key_of(mailbox, last));
  std::vector<std::int64_t> keys;
  while (TRY(row.step())) keys.push_back(row.signed_number(0));
  return keys;
}

SqlResult<void> MessageRows::for_each_chunk(MailboxId mailbox, const UidSet& uids,
                                            const std::function<void(Chunk&)>& use) {
  std::int64_t done = -1;
  for (std::size_t i = 0; i < uids.size();) {
    std::uint32_t last = uids[i].last;
    const std::uint32_t first = uids[i].first;
    // Ranges that are near each other are likely to be in one chunk, and looked up together.
    while (++i < uids.size() && uids[i].first - last <= capacity) last = uids[i].last;
    for (const std::int64_t key : TRY(keys_between(mailbox, first, last))) {
      if (key > done) use(*TRY(load(key)));
      done = std::max(done, key);
    }
  }
  return {};
}

SqlResult<void> MessageRows::set_flags(MailboxId mailbox, const UidSet& uids, Flags flags, ModSeq modseq) {
  auto set_in = [&](std::vector<Message>& messages) {
    bool has_changed = false;
    for (Message& message : messages) {
      if (!contains(uids, message.uid.value)) continue;
      message.flags = flags;
      message.modseq = modseq;
      has_changed = true;
    }
    return has_changed;
  };
  TRY(for_each_chunk(mailbox, uids, [&](Chunk& chunk) { chunk.has_changed |= set_in(chunk.messages); }));
  const auto appended = appended_.find(mailbox);
  if (appended != appended_.end()) set_in(appended->second);
  return {};
}

SqlResult<void> MessageRows::remove(MailboxId mailbox, const UidSet& uids,
                                    const std::function<void(const Message&)>& take) {
  auto remove_from = [&](std::vector<Message>& messages) {
    return std::erase_if(messages, [&](const Message& message) {
      if (!contains(uids, message.uid.value)) return false;
      take(message);
      return true;
    });
  };
  TRY(for_each_chunk(mailbox, uids,
                     [&](Chunk& chunk) { chunk.has_lost |= remove_from(chunk.messages) > 0; }));
  const auto appended = appended_.find(mailbox);
  if (appended != appended_.end()) remove_from(appended->second);
  return {};
}

SqlResult<void> MessageRows::insert(MailboxId mailbox, const std::vector<Message>& messages) {
  const std::int64_t key = key_of(mailbox, messages.front().uid.value);
  TRY(TRY(database_->prepared("INSERT OR REPLACE INTO chunks VALUES (?, ?, ?)"))
          ->bind(1, key)
          .bind(2, std::uint64_t{messages.size()})
          .bind_blob(3, pack_fixed(messages))
          .run());
  return TRY(database_->prepared("INSERT OR REPLACE INTO marks VALUES (?, ?)"))
      ->bind(1, key)
      .bind_blob(2, pack_changing(messages))
      .run();
}

SqlResult<void> MessageRows::erase(std::int64_t key) {
  TRY(TRY(database_->prepared("DELETE FROM chunks WHERE key = ?"))->bind(1, key).run());
  return TRY(database_->prepared("DELETE FROM marks WHERE key = ?"))->bind(1, key).run();
}

SqlResult<void> MessageRows::write_changed(std::int64_t key, Chunk& chunk) {
  if (!chunk.has_lost) {
    return TRY(database_->prepared("UPDATE marks SET changing = ? WHERE key = ?"))
        ->bind_blob(1, pack_changing(chunk.messages))
        .bind(2, key)
        .run();
  }
  TRY(erase(key));
  if (chunk.messages.empty()) return {};
  const MailboxId mailbox = mailbox_of(key);
  if (chunk.messages.size() < crumb) {
    std::int64_t before = -1;
    {
      Statement& row = *TRY(database_->prepared(
          "SELECT key FROM chunks WHERE key BETWEEN ? AND ? AND count <= ? ORDER BY key DESC LIMIT 1"));
      const Resetting resetting(row);
      row.bind(1, key_of(mailbox, 0)).bind(2, key - 1).bind(3, std::uint64_t{capacity - crumb});
      if (TRY(row.step())) before = row.signed_number(0);
    }
    // Only the direct neighbour will do: uids ascend across chunks.
    Statement& neighbour = *TRY(database_->prepared("SELECT max(key) FROM chunks WHERE key BETWEEN ? AND ?"));
    const Resetting resetting(neighbour);
    neighbour.bind(1, key_of(mailbox, 0)).bind(2, key - 1);
    if (before >= 0 && TRY(neighbour.step()) && neighbour.signed_number(0) == before) {
      // Chunks are written in the order of their keys: the one before is in the table as it is now.
      auto joined = TRY(read(before));
      joined.insert(joined.end(), chunk.messages.begin(), chunk.messages.end());
      TRY(erase(before));
      return insert(mailbox, joined);
    }
  }
  return insert(mailbox, chunk.messages);
}

SqlResult<void> MessageRows::write_appended(MailboxId mailbox, std::vector<Message> messages) {
  for (;;) {
    std::int64_t key = 0;
    {
      Statement& row = *TRY(database_->prepared(
          "SELECT key, count FROM chunks WHERE key BETWEEN ? AND ? ORDER BY key DESC LIMIT 1"));
      const Resetting resetting(row);
      row.bind(1, key_of(mailbox, 0)).bind(2, key_of(mailbox, ~std::uint32_t{0}));
      if (!TRY(row.step())) break;
      const std::size_t count = row.number(1);
      if (count + messages.size() > capacity || count > merge_factor * messages.size()) break;
      key = row.signed_number(0);
    }
    auto joined = TRY(read(key));
    joined.insert(joined.end(), messages.begin(), messages.end());
    messages = std::move(joined);
    TRY(erase(key));
  }
  for (std::size_t at = 0; at < messages.size(); at += capacity) {
    const auto begin = messages.begin() + static_cast<std::ptrdiff_t>(at);
    const auto end = messages.begin() + static_cast<std::ptrdiff_t>(std::min(at + capacity, messages.size()));
    TRY(insert(mailbox, {begin, end}));
  }
  return {};
}

SqlResult<void> MessageRows::write() {
  for (auto& [key, chunk] : chunks_) {
    if (chunk.has_changed || chunk.has_lost) TRY(write_changed(key, chunk));
  }
  for (auto& [mailbox, messages] : appended_) {
    if (!messages.empty()) TRY(write_appended(mailbox, std::move(messages)));
  }
  forget();
  return {};
}

void MessageRows::forget() {
  chunks_.clear();
  appended_.clear();
}

}  // namespace pillarbox::store::journal
