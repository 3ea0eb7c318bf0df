#include "store/journal/index_writer.h"

#include <algorithm>

#include "base/try.h"
#include "store/journal/columns.h"
#include "store/journal/format.h"

namespace pillarbox::store::journal {
namespace {

constexpr std::uint64_t most_id = std::uint64_t{1} << 62;
constexpr std::uint64_t most_mailbox = 0x7FFF'FFFF;
const UidSet all_uids{{1, ~std::uint32_t{0}}};

bool is_possible(MailboxId mailbox) { return mailbox.value > 0 && mailbox.value <= most_mailbox; }
template <class T>
bool is_possible(T id) {
  return id.value > 0 && id.value <= most_id;
}

}  // namespace

SqlResult<IndexWriter> IndexWriter::open(const std::string& path) {
  IndexWriter writer(TRY(open_index(path)));
  writer.state_ = writer.committed_ = TRY(read_state(*writer.database_));
  Statement& row = *TRY(writer.database_->prepared("SELECT number, live FROM segments"));
  const Resetting resetting(row);
  while (TRY(row.step())) writer.live_[row.number(0)] = row.signed_number(1);
  return writer;
}

SqlResult<void> IndexWriter::begin() {
  if (in_transaction_) return {};
  TRY(database_->execute("BEGIN IMMEDIATE"));
  in_transaction_ = true;
  return {};
}

SqlResult<bool> IndexWriter::apply(std::uint64_t sequence, std::string_view payload) {
  TRY(begin());
  has_failed_ = false;
  while (!payload.empty()) {
    auto effect = take_effect(payload);
    if (!effect) {
      fail();
      continue;
    }
    pending_ += 1;
    TRY(std::visit([this](auto& e) { return on(e); }, *effect));
  }
  state_.applied = sequence;
  return !has_failed_;
}

SqlResult<IndexWriter::MailboxChange*> IndexWriter::change_of(MailboxId mailbox) {
  const auto known = mailboxes_.find(mailbox);
  if (known != mailboxes_.end()) return &known->second;
  Statement& row = *TRY(database_->prepared(
      "SELECT uid_next, first_recent, recent FROM mailboxes WHERE id = ? AND deleted IS NULL"));
  const Resetting resetting(row);
  MailboxChange change;
  change.is_known = TRY(row.bind(1, mailbox.value).step());
  if (change.is_known) {
    change.uid_next = row.number(0);
    change.first_recent = Uid{static_cast<std::uint32_t>(row.number(1))};
    change.recent = row.signed_number(2);
  }
  return &mailboxes_.emplace(mailbox, change).first->second;
}

SqlResult<void> IndexWriter::on(const AccountMade& e) {
  if (!is_possible(e.account)) return fail(), SqlResult<void>{};
  state_.last.account = std::max(state_.last.account, e.account.value);
  return TRY(database_->prepared("INSERT OR REPLACE INTO accounts VALUES (?, ?)"))
      ->bind(1, e.account.value)
      .bind(2, e.name)
      .run();
}

SqlResult<void> IndexWriter::on(const MailboxMade& e) {
  if (!is_possible(e.mailbox)) return fail(), SqlResult<void>{};
  state_.last.mailbox = std::max(state_.last.mailbox, e.mailbox.value);
  state_.last.uid_validity = std::max(state_.last.uid_validity, e.uid_validity.value);
  mailboxes_[e.mailbox] = {.is_known = true};
  return TRY(database_->prepared(
                 "INSERT OR REPLACE INTO mailboxes (id, account, name, special_use, uid_validity) "
                 "VALUES (?, ?, ?, ?, ?)"))
      ->bind(1, e.mailbox.value)
      .bind(2, e.account.value)
      .bind(3, e.name)
      .bind(4, static_cast<std::uint64_t>(e.special_use))
      .bind(5, std::uint64_t{e.uid_validity.value})
      .run();
}

SqlResult<void> IndexWriter::on(const MailboxDeleted& e) {
  MailboxChange& change = *TRY(change_of(e.mailbox));
  if (!change.is_known) return fail(), SqlResult<void>{};
  SqlResult<void> inserted;
  TRY(rows_.remove(e.mailbox, all_uids, [&](const Message& message) {
    if (inserted) inserted = insert_expunged(e.mailbox, message, e.when);
  }));
  TRY(inserted);
  mailboxes_.erase(e.mailbox);
  // What was counted of it may be in the row or not yet: an index made anew must come to the same.
  return TRY(database_->prepared("UPDATE mailboxes SET deleted = ?, uid_next = 1, highest_modseq = 1, "
                                 "messages = 0, unseen = 0, deleted_messages = 0, size = 0 WHERE id = ?"))
      ->bind(1, milliseconds(e.when))
      .bind(2, e.mailbox.value)
      .run();
}

SqlResult<void> IndexWriter::on(const MailboxForgotten& e) {
  TRY(TRY(database_->prepared("DELETE FROM keywords WHERE mailbox = ?"))->bind(1, e.mailbox.value).run());
  return TRY(database_->prepared("DELETE FROM mailboxes WHERE id = ? AND deleted IS NOT NULL"))
      ->bind(1, e.mailbox.value)
      .run();
}

SqlResult<void> IndexWriter::on(const MailboxRenamed& e) {
  return TRY(database_->prepared("UPDATE mailboxes SET name = ? WHERE id = ?"))
      ->bind(1, e.name)
      .bind(2, e.mailbox.value)
      .run();
}

SqlResult<void> IndexWriter::on(const Subscribed& e) {
  return TRY(database_->prepared("INSERT OR REPLACE INTO subscriptions VALUES (?, ?)"))
      ->bind(1, e.account.value)
      .bind(2, e.name)
      .run();
}

SqlResult<void> IndexWriter::on(const Unsubscribed& e) {
  return TRY(database_->prepared("DELETE FROM subscriptions WHERE account = ? AND name = ?"))
      ->bind(1, e.account.value)
      .bind(2, e.name)
      .run();
}

SqlResult<void> IndexWriter::on(const KeywordsAdded& e) {
  for (const auto& keyword : e.keywords) {
    TRY(TRY(database_->prepared(
                "INSERT INTO keywords SELECT ?1, coalesce(max(position) + 1, 0), ?2 FROM keywords "
                "WHERE mailbox = ?1"))
            ->bind(1, e.mailbox.value)
            .bind(2, keyword)
            .run());
  }
  return {};
}

SqlResult<void> IndexWriter::on(MessagesAdded& e) {
  if (!is_possible(e.mailbox)) return fail(), SqlResult<void>{};
  MailboxChange& change = *TRY(change_of(e.mailbox));
  if (!change.is_known || e.messages.front().uid.value < change.uid_next) return fail(), SqlResult<void>{};
  change.uid_next = e.messages.back().uid.value + std::uint64_t{1};
  change.recent += static_cast<std::int64_t>(e.messages.size());
  for (const Message& message : e.messages) refer(message.body, +1);
  pending_ += e.messages.size();
  rows_.append(e.mailbox, e.messages);
  return {};
}

SqlResult<void> IndexWriter::on(const FlagsSet& e) {
  for (const auto& part : e.parts) TRY(rows_.set_flags(e.mailbox, part.uids, part.flags, e.modseq));
  return {};
}

SqlResult<void> IndexWriter::on(const MessagesExpunged& e) {
  MailboxChange& change = *TRY(change_of(e.mailbox));
  SqlResult<void> inserted;
  TRY(rows_.remove(e.mailbox, e.uids, [&](const Message& message) {
    if (message.uid >= change.first_recent) change.recent -= 1;
    if (inserted) inserted = insert_expunged(e.mailbox, message, e.when);
  }));
  return inserted;
}

SqlResult<void> IndexWriter::on(const MessagesMovedAway& e) {
  MailboxChange& change = *TRY(change_of(e.mailbox));
  return rows_.remove(e.mailbox, e.uids, [&](const Message& message) {
    if (message.uid >= change.first_recent) change.recent -= 1;
    refer(message.body, -1);
  });
}

SqlResult<void> IndexWriter::insert_expunged(MailboxId mailbox, const Message& message, Time when) {
  pending_ += 1;
  return TRY(database_->prepared("INSERT OR REPLACE INTO expunged VALUES (?, ?, ?, ?, ?, ?, ?, ?)"))
      ->bind(1, key_of(mailbox, message.uid.value))
      .bind(2, milliseconds(when))
      .bind(3, message.flags.bits)
      .bind(4, message.modseq.value)
      .bind(5, milliseconds(message.internal_date))
      .bind(6, milliseconds(message.saved))
      .bind(7, std::uint64_t{message.size})
      .bind(8, message.body.value)
      .run();
}

SqlResult<void> IndexWriter::on(const ExpungedForgotten& e) {
  if (!is_possible(e.mailbox)) return fail(), SqlResult<void>{};
  for (const UidRange& range : e.uids) {
    Statement& row = *TRY(database_->prepared("SELECT body FROM expunged WHERE key BETWEEN ? AND ?"));
    const Resetting resetting(row);
    row.bind(1, key_of(e.mailbox, range.first)).bind(2, key_of(e.mailbox, range.last));
    while (TRY(row.step())) {
      refer(BodyId{row.number(0)}, -1);
      pending_ += 1;
    }
    TRY(TRY(database_->prepared("DELETE FROM expunged WHERE key BETWEEN ? AND ?"))
            ->bind(1, key_of(e.mailbox, range.first))
            .bind(2, key_of(e.mailbox, range.last))
            .run());
  }
  return {};
}

SqlResult<void> IndexWriter::on(const BodyStored& e) {
  if (!is_possible(e.body)) return fail(), SqlResult<void>{};
  state_.last.body = std::max(state_.last.body, e.body.value);
  BodyChange& change = bodies_[e.body];
  change.is_new = true;
  change.size = e.size;
  change.place = e.place;
  return {};
}

SqlResult<void> IndexWriter::on(const BodyMoved& e) {
  const auto pending = bodies_.find(e.body);
  if (pending != bodies_.end() && pending->second.is_new) {
    pending->second.place = e.place;
    return {};
  }
  Statement& row = *TRY(database_->prepared("SELECT segment, place, size FROM bodies WHERE id = ?"));
  const Resetting resetting(row);
  if (!TRY(row.bind(1, e.body.value).step())) return {};  // it has died since
  count_live({row.number(0), row.number(1)}, row.number(2), -1);
  count_live(e.place, row.number(2), +1);
  return TRY(database_->prepared("UPDATE bodies SET segment = ?, place = ? WHERE id = ?"))
      ->bind(1, e.place.segment)
      .bind(2, e.place.at)
      .bind(3, e.body.value)
      .run();
}

SqlResult<void> IndexWriter::on(const Queued& e) {
  if (!is_possible(e.entry.id)) return fail(), SqlResult<void>{};
  state_.last.queue_entry = std::max(state_.last.queue_entry, e.entry.id.value);
  refer(e.entry.body, +1);
  std::string entry;
  ByteWriter out(entry);
  write(out, e.entry);
  return TRY(database_->prepared("INSERT OR REPLACE INTO queue VALUES (?, ?, ?)"))
      ->bind(1, e.entry.id.value)
      .bind(2, e.entry.body.value)
      .bind_blob(3, entry)
      .run();
}

SqlResult<void> IndexWriter::on(const Dequeued& e) {
  Statement& row = *TRY(database_->prepared("SELECT body FROM queue WHERE id = ?"));
  const Resetting resetting(row);
  if (!TRY(row.bind(1, e.id.value).step())) return {};
  refer(BodyId{row.number(0)}, -1);
  return TRY(database_->prepared("DELETE FROM queue WHERE id = ?"))->bind(1, e.id.value).run();
}

SqlResult<void> IndexWriter::on(const Counted& e) {
  MailboxChange& change = *TRY(change_of(e.mailbox));
  change.uid_next = std::max<std::uint64_t>(change.uid_next, e.uid_next.value);
  change.counted = e;
  return {};
}

SqlResult<void> IndexWriter::set_first_recent(MailboxId mailbox, Uid first_recent) {
  TRY(begin());
  MailboxChange& change = *TRY(change_of(mailbox));
  change.first_recent = first_recent;
  // Claimed are always all that there are.
  change.recent = 0;
  pending_ += 1;
  return {};
}

void IndexWriter::count_live(const Place& place, std::uint64_t size, int by) {
  if (place.segment == 0) return;
  live_changes_[place.segment] += by * static_cast<std::int64_t>(record_bytes(body_payload_bytes(size)));
}

SqlResult<void> IndexWriter::write_body(BodyId id, const BodyChange& change) {
  std::int64_t refs = change.refs;
  std::uint64_t size = change.size;
  Place place = change.place;
  if (!change.is_new) {
    if (refs == 0) return {};
    Statement& row = *TRY(database_->prepared("SELECT refs, segment, place, size FROM bodies WHERE id = ?"));
    const Resetting resetting(row);
    if (!TRY(row.bind(1, id.value).step())) return {};
    refs += row.signed_number(0);
    place = {row.number(1), row.number(2)};
    size = row.number(3);
    if (refs <= 0) count_live(place, size, -1);
  } else if (refs > 0) {
    count_live(place, size, +1);
  }
  if (refs <= 0) {
    dying_.bodies.push_back(id);
    if (place.segment == 0) dying_.files.push_back(place.at);
    if (change.is_new) return {};
    return TRY(database_->prepared("DELETE FROM bodies WHERE id = ?"))->bind(1, id.value).run();
  }
  if (!change.is_new) {
    return TRY(database_->prepared("UPDATE bodies SET refs = ? WHERE id = ?"))
        ->bind(1, refs)
        .bind(2, id.value)
        .run();
  }
  return TRY(database_->prepared("INSERT OR REPLACE INTO bodies VALUES (?, ?, ?, ?, ?)"))
      ->bind(1, id.value)
      .bind(2, refs)
      .bind(3, place.segment)
      .bind(4, place.at)
      .bind(5, size)
      .run();
}

SqlResult<void> IndexWriter::write_bodies() {
  for (const auto& [id, change] : bodies_) TRY(write_body(id, change));
  return {};
}

SqlResult<void> IndexWriter::write_mailboxes() {
  for (const auto& [id, change] : mailboxes_) {
    if (!change.is_known) continue;
    TRY(TRY(database_->prepared("UPDATE mailboxes SET first_recent = ?, recent = ? WHERE id = ?"))
            ->bind(1, std::uint64_t{change.first_recent.value})
            .bind(2, std::max<std::int64_t>(change.recent, 0))
            .bind(3, id.value)
            .run());
    if (!change.counted) continue;
    const Counted& counted = *change.counted;
    TRY(TRY(database_->prepared(
                "UPDATE mailboxes SET uid_next = ?, highest_modseq = ?, messages = ?, unseen = ?, "
                "deleted_messages = ?, size = ? WHERE id = ?"))
            ->bind(1, std::uint64_t{counted.uid_next.value})
            .bind(2, counted.highest_modseq.value)
            .bind(3, std::uint64_t{counted.messages})
            .bind(4, std::uint64_t{counted.unseen})
            .bind(5, std::uint64_t{counted.deleted})
            .bind(6, counted.size)
            .bind(7, id.value)
            .run());
  }
  return {};
}

SqlResult<void> IndexWriter::write_live() {
  for (const auto& [segment, change] : live_changes_) {
    const auto known = live_.find(segment);
    const std::int64_t live = (known == live_.end() ? 0 : known->second) + change;
    TRY(TRY(database_->prepared("INSERT OR REPLACE INTO segments VALUES (?, ?)"))
            ->bind(1, segment)
            .bind(2, live)
            .run());
  }
  return {};
}

SqlResult<void> IndexWriter::recount() {
  std::map<MailboxId, HeadMailbox> counts;
  {
    Statement& row =
        *TRY(database_->prepared("SELECT key, fixed, changing FROM chunks JOIN marks USING (key)"));
    const Resetting resetting(row);
    while (TRY(row.step())) {
      HeadMailbox& mailbox = counts[mailbox_of(row.signed_number(0))];
      const auto chunk = unpack(row.bytes(1), row.bytes(2));
      for (std::size_t i = 0; chunk && i < chunk->count; ++i) mailbox.count(chunk->at(i), +1);
    }
  }
  TRY(database_->execute(
      "BEGIN IMMEDIATE; UPDATE mailboxes SET messages = 0, unseen = 0, deleted_messages = 0, size = 0"));
  for (const auto& [id, count] : counts) {
    TRY(TRY(database_->prepared(
                "UPDATE mailboxes SET messages = ?, unseen = ?, deleted_messages = ?, size = ? "
                "WHERE id = ?"))
            ->bind(1, std::uint64_t{count.messages})
            .bind(2, std::uint64_t{count.unseen})
            .bind(3, std::uint64_t{count.deleted})
            .bind(4, count.size)
            .bind(5, id.value)
            .run());
  }
  return database_->execute("COMMIT");
}

SqlResult<void> IndexWriter::commit() {
  if (!in_transaction_) return {};
  TRY(rows_.write());
  TRY(write_bodies());
  TRY(write_mailboxes());
  TRY(write_live());
  TRY(write_state(*database_, state_));
  TRY(database_->execute("COMMIT"));
  in_transaction_ = false;
  committed_ = state_;
  for (const auto& [segment, change] : live_changes_) live_[segment] += change;
  std::ranges::move(dying_.bodies, std::back_inserter(dead_.bodies));
  std::ranges::move(dying_.files, std::back_inserter(dead_.files));
  roll_back();
  return {};
}

void IndexWriter::roll_back() {
  // An error may have ended the transaction already: then there is nothing to roll back, and that is no
  // error.
  if (in_transaction_) static_cast<void>(database_->execute("ROLLBACK"));
  in_transaction_ = false;
  state_ = committed_;
  pending_ = 0;
  rows_.forget();
  bodies_.clear();
  mailboxes_.clear();
  live_changes_.clear();
  dying_ = {};
}

}  // namespace pillarbox::store::journal
