#include "store/journal/index_reader.h"

#include <algorithm>
#include <map>

#include "base/try.h"
#include "store/keywords.h"

namespace pillarbox::store::journal {
namespace {

SqlResult<void> read_accounts(Database& database, Head& head) {
  Statement& row = *TRY(database.prepared("SELECT id, name FROM accounts"));
  const Resetting resetting(row);
  while (TRY(row.step())) {
    const AccountId id{row.number(0)};
    HeadAccount& account = head.accounts[id];
    account.id = id;
    account.name = row.bytes(1);
    head.account_names[account.name] = id;
  }
  Statement& subscription = *TRY(database.prepared("SELECT account, name FROM subscriptions"));
  const Resetting resetting_too(subscription);
  while (TRY(subscription.step())) {
    if (auto* account = head.find(AccountId{subscription.number(0)})) {
      account->subscriptions.emplace(subscription.bytes(1));
    }
  }
  return {};
}

SqlResult<void> read_mailboxes(Database& database, Head& head, std::vector<RecentRow>& recents) {
  Statement& row = *TRY(database.prepared(
      "SELECT id, account, name, special_use, uid_validity, uid_next, highest_modseq, messages, unseen, "
      "deleted_messages, size, first_recent, recent FROM mailboxes WHERE deleted IS NULL"));
  const Resetting resetting(row);
  while (TRY(row.step())) {
    const MailboxId id{row.number(0)};
    HeadAccount* account = head.find(AccountId{row.number(1)});
    if (account == nullptr) continue;
    HeadMailbox& mailbox = head.mailboxes[id];
    mailbox.info = {.id = id,
                    .name = std::string(row.bytes(2)),
                    .special_use = static_cast<SpecialUse>(row.number(3)),
                    .uid_validity = UidValidity{static_cast<std::uint32_t>(row.number(4))}};
    mailbox.account = account->id;
    mailbox.uid_next = Uid{static_cast<std::uint32_t>(row.number(5))};
    mailbox.highest_modseq = ModSeq{row.number(6)};
    mailbox.messages = static_cast<std::uint32_t>(row.number(7));
    mailbox.unseen = static_cast<std::uint32_t>(row.number(8));
    mailbox.deleted = static_cast<std::uint32_t>(row.number(9));
    mailbox.size = row.number(10);
    account->mailboxes[mailbox.info.name] = id;
    recents.push_back(
        {id, Uid{static_cast<std::uint32_t>(row.number(11))}, static_cast<std::uint32_t>(row.number(12))});
  }
  Statement& keyword =
      *TRY(database.prepared("SELECT mailbox, name FROM keywords ORDER BY mailbox, position"));
  const Resetting resetting_too(keyword);
  while (TRY(keyword.step())) {
    if (auto* mailbox = head.find(MailboxId{keyword.number(0)}))
      mailbox->keywords.emplace_back(keyword.bytes(1));
  }
  return {};
}

SqlResult<void> read_queue(Database& database, Head& head, std::vector<QueueEntry>& queue) {
  Statement& row = *TRY(database.prepared("SELECT entry FROM queue ORDER BY id"));
  const Resetting resetting(row);
  while (TRY(row.step())) {
    ByteReader in(row.bytes(0));
    queue.push_back(read_queue_entry(in));
    if (in.failed()) return std::unexpected(SqlError{SQLITE_CORRUPT, "a queue entry can't be read"});
    head.queue.insert(queue.back().id);
  }
  return {};
}

std::unexpected<SqlError> damaged_chunk(std::int64_t key) {
  return std::unexpected(SqlError{SQLITE_CORRUPT, "chunk " + std::to_string(key) + " can't be read"});
}

}  // namespace

SqlResult<Database*> IndexReader::database() {
  if (!database_) database_ = TRY(open_index_for_reading(path_));
  return &*database_;
}

SqlResult<Head> IndexReader::head(std::vector<RecentRow>& recents, std::vector<QueueEntry>& queue) {
  Database& database = *TRY(this->database());
  Head head;
  head.last = TRY(read_state(database)).last;
  TRY(read_accounts(database, head));
  TRY(read_mailboxes(database, head, recents));
  TRY(read_queue(database, head, queue));
  return head;
}

SqlResult<std::vector<UnpackedChunk>> IndexReader::messages(MailboxId mailbox) {
  Statement& row = *TRY(TRY(database())
                            ->prepared("SELECT chunks.key, fixed, changing FROM chunks JOIN marks USING "
                                       "(key) WHERE chunks.key BETWEEN ? AND ? "
                                       "ORDER BY chunks.key"));
  const Resetting resetting(row);
  row.bind(1, key_of(mailbox, 0)).bind(2, key_of(mailbox, ~std::uint32_t{0}));
  std::vector<UnpackedChunk> chunks;
  while (TRY(row.step())) {
    auto chunk = unpack(row.bytes(1), row.bytes(2));
    const bool ascends = chunk && (chunks.empty() || chunks.back().fixed->uids[chunks.back().count - 1] <
                                                         chunk->fixed->uids[0]);
    if (!ascends) return damaged_chunk(row.signed_number(0));
    chunks.push_back(std::move(*chunk));
  }
  return chunks;
}

SqlResult<std::optional<BodyRow>> IndexReader::body(BodyId body) {
  Statement& row = *TRY(TRY(database())->prepared("SELECT segment, place, size FROM bodies WHERE id = ?"));
  const Resetting resetting(row);
  if (!TRY(row.bind(1, body.value).step())) return std::nullopt;
  return BodyRow{body, {row.number(0), row.number(1)}, row.number(2)};
}

SqlResult<void> IndexReader::bodies(std::span<const BodyId> bodies,
                                    std::vector<std::optional<BodyRow>>& rows) {
  Database& database = *TRY(this->database());
  // One transaction: else each look-up would take and give back a lock.
  TRY(database.execute("BEGIN"));
  SqlResult<void> result;
  for (std::size_t i = 0; i < bodies.size() && result; ++i) {
    if (rows[i]) continue;
    const auto found = body(bodies[i]);
    if (found) rows[i] = *found;
    if (!found) result = std::unexpected(found.error());
  }
  TRY(database.execute("COMMIT"));
  return result;
}

SqlResult<std::optional<std::vector<ExpungedRow>>> IndexReader::expunged(MailboxId mailbox, Time after) {
  Database& database = *TRY(this->database());
  {
    Statement& known = *TRY(database.prepared("SELECT 1 FROM mailboxes WHERE id = ?"));
    const Resetting resetting(known);
    if (!TRY(known.bind(1, mailbox.value).step())) return std::nullopt;
  }
  Statement& row = *TRY(
      database.prepared("SELECT key, expunged, flags, modseq, internal_date, saved, size, body FROM expunged "
                        "WHERE key BETWEEN ? AND ? AND expunged > ? ORDER BY key"));
  const Resetting resetting(row);
  row.bind(1, key_of(mailbox, 0)).bind(2, key_of(mailbox, ~std::uint32_t{0})).bind(3, milliseconds(after));
  std::vector<ExpungedRow> result;
  while (TRY(row.step())) result.push_back(expunged_row(row));
  return result;
}

SqlResult<std::vector<Restorable>> IndexReader::restorable(std::span<const BodyId> bodies) {
  Database& database = *TRY(this->database());
  std::vector<Restorable> result;
  std::map<MailboxId, std::vector<std::string>> keywords;
  for (const BodyId body : bodies) {
    Statement& row = *TRY(database.prepared(
        "SELECT key, expunged, flags, modseq, internal_date, saved, expunged.size, body, mailboxes.account "
        "FROM expunged JOIN mailboxes ON mailboxes.id = key >> 32 WHERE body = ? ORDER BY key"));
    const Resetting resetting(row);
    row.bind(1, body.value);
    while (TRY(row.step())) {
      const ExpungedRow found = expunged_row(row);
      if (!keywords.contains(found.mailbox)) {
        auto& names = keywords[found.mailbox];
        Statement& keyword =
            *TRY(database.prepared("SELECT name FROM keywords WHERE mailbox = ? ORDER BY position"));
        const Resetting resetting_too(keyword);
        keyword.bind(1, found.mailbox.value);
        while (TRY(keyword.step())) names.emplace_back(keyword.bytes(0));
        names.resize(std::min<std::size_t>(names.size(), Flags::max_keywords));
      }
      result.push_back({.mailbox = found.mailbox,
                        .message = found.message,
                        .expunged = found.expunged,
                        .flags = names_of(found.message.flags, keywords[found.mailbox]),
                        .account = AccountId{row.number(8)}});
    }
  }
  std::ranges::sort(result, {}, [](const Restorable& r) { return std::pair(r.mailbox, r.message.uid); });
  return result;
}

SqlResult<std::vector<std::pair<MailboxId, Uid>>> IndexReader::forgettable(Time until, std::size_t most) {
  Statement& row = *TRY(
      TRY(database())->prepared("SELECT key FROM expunged WHERE expunged <= ? ORDER BY expunged LIMIT ?"));
  const Resetting resetting(row);
  row.bind(1, milliseconds(until)).bind(2, std::uint64_t{most});
  std::vector<std::pair<MailboxId, Uid>> result;
  while (TRY(row.step())) result.emplace_back(mailbox_of(row.signed_number(0)), uid_of(row.signed_number(0)));
  return result;
}

SqlResult<std::vector<MailboxId>> IndexReader::forgettable_mailboxes() {
  Statement& row = *TRY(TRY(database())
                            ->prepared("SELECT id FROM mailboxes WHERE deleted IS NOT NULL AND NOT EXISTS "
                                       "(SELECT 1 FROM expunged WHERE key BETWEEN mailboxes.id << 32 AND "
                                       "(mailboxes.id << 32) + 4294967295)"));
  const Resetting resetting(row);
  std::vector<MailboxId> result;
  while (TRY(row.step())) result.push_back(MailboxId{row.number(0)});
  return result;
}

SqlResult<std::vector<bool>> IndexReader::are_there(std::span<const BodyRow> bodies) {
  std::vector<bool> result;
  for (const BodyRow& expected : bodies) {
    const auto found = TRY(body(expected.body));
    result.push_back(found && found->place == expected.place);
  }
  return result;
}

SqlResult<std::vector<std::uint64_t>> IndexReader::body_files() {
  Statement& row = *TRY(TRY(database())->prepared("SELECT place FROM bodies WHERE segment = 0"));
  const Resetting resetting(row);
  std::vector<std::uint64_t> result;
  while (TRY(row.step())) result.push_back(row.number(0));
  std::ranges::sort(result);
  return result;
}

}  // namespace pillarbox::store::journal
