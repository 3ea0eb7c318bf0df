#include "store/journal/checkpoint.h"

#include <sys/random.h>

#include <algorithm>
#include <map>

#include "base/log.h"
#include "base/try.h"
#include "store/journal/columns.h"
#include "store/journal/errors.h"

namespace pillarbox::store::journal {
namespace {

using Result = std::expected<void, Error>;

// One table after the other, within one read transaction.
class Dump {
 public:
  Dump(Database& database, SnapshotWriter& out) : database_(database), out_(out) {}

  Result accounts() {
    Statement& row = *TRY(as_store(database_.prepared("SELECT id, name FROM accounts ORDER BY id")));
    const Resetting resetting(row);
    while (TRY(as_store(row.step()))) {
      AccountRow account{.id = AccountId{row.number(0)}, .name = std::string(row.bytes(1))};
      Statement& name =
          *TRY(as_store(database_.prepared("SELECT name FROM subscriptions WHERE account = ?")));
      const Resetting resetting_too(name);
      name.bind(1, account.id.value);
      while (TRY(as_store(name.step()))) account.subscriptions.emplace_back(name.bytes(0));
      TRY(as_store(out_.add(account)));
    }
    return {};
  }

  Result mailboxes() {
    Statement& row = *TRY(as_store(
        database_.prepared("SELECT id, account, name, special_use, uid_validity, deleted, uid_next, "
                           "highest_modseq, messages, unseen, "
                           "deleted_messages, size, first_recent, recent FROM mailboxes ORDER BY id")));
    const Resetting resetting(row);
    while (TRY(as_store(row.step()))) {
      MailboxRow mailbox{.id = MailboxId{row.number(0)},
                         .account = AccountId{row.number(1)},
                         .name = std::string(row.bytes(2)),
                         .special_use = static_cast<SpecialUse>(row.number(3)),
                         .uid_validity = UidValidity{static_cast<std::uint32_t>(row.number(4))},
                         .uid_next = Uid{static_cast<std::uint32_t>(row.number(6))},
                         .highest_modseq = ModSeq{row.number(7)},
                         .messages = static_cast<std::uint32_t>(row.number(8)),
                         .unseen = static_cast<std::uint32_t>(row.number(9)),
                         .deleted_messages = static_cast<std::uint32_t>(row.number(10)),
                         .size = row.number(11),
                         .first_recent = Uid{static_cast<std::uint32_t>(row.number(12))},
                         .recent = static_cast<std::uint32_t>(row.number(13))};
      if (!row.is_null(5)) mailbox.deleted = time_of(row.signed_number(5));
      Statement& name =
          *TRY(as_store(database_.prepared("SELECT name FROM keywords WHERE mailbox = ? ORDER BY position")));
      const Resetting resetting_too(name);
      name.bind(1, mailbox.id.value);
      while (TRY(as_store(name.step()))) mailbox.keywords.emplace_back(name.bytes(0));
      TRY(as_store(out_.add(mailbox)));
    }
    return {};
  }

  Result chunks() {
    Statement& row = *TRY(as_store(database_.prepared(
        "SELECT chunks.key, fixed, changing FROM chunks JOIN marks USING (key) ORDER BY chunks.key")));
    const Resetting resetting(row);
    while (TRY(as_store(row.step()))) {
      TRY(as_store(out_.add(ChunkRow{.mailbox = mailbox_of(row.signed_number(0)),
                                     .fixed = std::string(row.bytes(1)),
                                     .changing = std::string(row.bytes(2))})));
    }
    return {};
  }

  Result bodies() {
    Statement& row =
        *TRY(as_store(database_.prepared("SELECT id, refs, segment, place, size FROM bodies ORDER BY id")));
    const Resetting resetting(row);
    while (TRY(as_store(row.step()))) {
      TRY(as_store(out_.add(BodyReferenceRow{.id = BodyId{row.number(0)},
                                             .refs = row.number(1),
                                             .place = {row.number(2), row.number(3)},
                                             .size = row.number(4)})));
    }
    return {};
  }

  Result queue() {
    Statement& row = *TRY(as_store(database_.prepared("SELECT entry FROM queue ORDER BY id")));
    const Resetting resetting(row);
    while (TRY(as_store(row.step()))) {
      ByteReader in(row.bytes(0));
      TRY(as_store(out_.add(QueueRow{read_queue_entry(in)})));
    }
    return {};
  }

  Result expunged() {
    Statement& row = *TRY(as_store(database_.prepared(
        "SELECT key, expunged, flags, modseq, internal_date, saved, size, body FROM expunged ORDER BY key")));
    const Resetting resetting(row);
    while (TRY(as_store(row.step()))) {
      const ExpungedRow found = expunged_row(row);
      TRY(as_store(out_.add(ExpungedMessageRow{
          .mailbox = found.mailbox, .message = found.message, .expunged = found.expunged})));
    }
    return {};
  }

 private:
  Database& database_;
  SnapshotWriter& out_;
};

std::expected<Checkpoint, Error> dump(Database& database, Disk& disk, const std::string& folder, Time now) {
  const IndexState state = TRY(as_store(read_state(database)));
  SnapshotHeader header{.sequence = state.applied, .made = now};
  if (::getrandom(&header.stamp, sizeof header.stamp, 0) != sizeof header.stamp) header.stamp = state.applied;
  SnapshotWriter out = TRY(as_store(SnapshotWriter::begin(disk, folder, header)));
  TRY(as_store(out.add(StateRow{state.last})));
  Dump tables(database, out);
  TRY(tables.accounts());
  TRY(tables.mailboxes());
  TRY(tables.chunks());
  TRY(tables.bodies());
  TRY(tables.queue());
  TRY(tables.expunged());
  return Checkpoint{.sequence = state.applied, .bytes = TRY(as_store(out.finish()))};
}

// Rows into an empty index.
class Load {
 public:
  explicit Load(Database& database) : database_(database) {}

  SqlResult<void> operator()(const StateRow& row) {
    state.last = row.last;
    return {};
  }
  SqlResult<void> operator()(const AccountRow& row) {
    TRY(TRY(database_.prepared("INSERT INTO accounts VALUES (?, ?)"))
            ->bind(1, row.id.value)
            .bind(2, row.name)
            .run());
    for (const auto& name : row.subscriptions) {
      TRY(TRY(database_.prepared("INSERT OR REPLACE INTO subscriptions VALUES (?, ?)"))
              ->bind(1, row.id.value)
              .bind(2, name)
              .run());
    }
    return {};
  }
  SqlResult<void> operator()(const MailboxRow& row) {
    Statement& insert =
        *TRY(database_.prepared("INSERT INTO mailboxes VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"));
    insert.bind(1, row.id.value)
        .bind(2, row.account.value)
        .bind(3, row.name)
        .bind(4, static_cast<std::uint64_t>(row.special_use))
        .bind(5, std::uint64_t{row.uid_validity.value})
        .bind(7, std::uint64_t{row.uid_next.value})
        .bind(8, row.highest_modseq.value)
        .bind(9, std::uint64_t{row.messages})
        .bind(10, std::uint64_t{row.unseen})
        .bind(11, std::uint64_t{row.deleted_messages})
        .bind(12, row.size)
        .bind(13, std::uint64_t{row.first_recent.value})
        .bind(14, std::uint64_t{row.recent});
    if (row.deleted) {
      insert.bind(6, milliseconds(*row.deleted));
    } else {
      insert.bind_null(6);
    }
    TRY(insert.run());
    for (std::size_t i = 0; i < row.keywords.size(); ++i) {
      TRY(TRY(database_.prepared("INSERT INTO keywords VALUES (?, ?, ?)"))
              ->bind(1, row.id.value)
              .bind(2, std::uint64_t{i})
              .bind(3, row.keywords[i])
              .run());
    }
    return {};
  }
  SqlResult<void> operator()(const ChunkRow& row) {
    const auto chunk = unpack(row.fixed, row.changing);
    if (!chunk) return std::unexpected(SqlError{SQLITE_CORRUPT, "a chunk of the snapshot can't be read"});
    const std::int64_t key = key_of(row.mailbox, chunk->fixed->uids[0]);
    TRY(TRY(database_.prepared("INSERT INTO chunks VALUES (?, ?, ?)"))
            ->bind(1, key)
            .bind(2, std::uint64_t{chunk->count})
            .bind_blob(3, row.fixed)
            .run());
    return TRY(database_.prepared("INSERT INTO marks VALUES (?, ?)"))
        ->bind(1, key)
        .bind_blob(2, row.changing)
        .run();
  }
  SqlResult<void> operator()(const BodyReferenceRow& row) {
    if (row.place.segment != 0) {
      live_[row.place.segment] += record_bytes(body_payload_bytes(row.size));
    }
    return TRY(database_.prepared("INSERT INTO bodies VALUES (?, ?, ?, ?, ?)"))
        ->bind(1, row.id.value)
        .bind(2, row.refs)
        .bind(3, row.place.segment)
        .bind(4, row.place.at)
        .bind(5, row.size)
        .run();
  }
  SqlResult<void> operator()(const QueueRow& row) {
    std::string entry;
    ByteWriter out(entry);
    write(out, row.entry);
    return TRY(database_.prepared("INSERT INTO queue VALUES (?, ?, ?)"))
        ->bind(1, row.entry.id.value)
        .bind(2, row.entry.body.value)
        .bind_blob(3, entry)
        .run();
  }
  SqlResult<void> operator()(const ExpungedMessageRow& row) {
    return TRY(database_.prepared("INSERT INTO expunged VALUES (?, ?, ?, ?, ?, ?, ?, ?)"))
        ->bind(1, key_of(row.mailbox, row.message.uid.value))
        .bind(2, milliseconds(row.expunged))
        .bind(3, row.message.flags.bits)
        .bind(4, row.message.modseq.value)
        .bind(5, milliseconds(row.message.internal_date))
        .bind(6, milliseconds(row.message.saved))
        .bind(7, std::uint64_t{row.message.size})
        .bind(8, row.message.body.value)
        .run();
  }
  SqlResult<void> operator()(const EndRow&) {
    for (const auto& [segment, live] : live_) {
      TRY(TRY(database_.prepared("INSERT INTO segments VALUES (?, ?)"))
              ->bind(1, segment)
              .bind(2, live)
              .run());
    }
    return write_state(database_, state);
  }

  IndexState state;

 private:
  Database& database_;
  std::map<std::uint64_t, std::uint64_t> live_;
};

}  // namespace

std::expected<Checkpoint, Error> write_checkpoint(Disk& disk, const std::string& folder,
                                                  const std::string& index_path, Time now) {
  Database database = TRY(as_store(open_index_for_reading(index_path)));
  TRY(as_store(database.execute("BEGIN")));
  const Checkpoint made = TRY(dump(database, disk, folder, now));
  TRY(as_store(database.execute("COMMIT")));
  for (const auto& name : TRY(as_store(disk.list(folder)))) {
    const auto sequence = snapshot_sequence(name);
    if (sequence && *sequence < made.sequence) TRY(as_store(disk.remove(folder + "/" + name)));
  }
  return made;
}

std::expected<void, Error> load_checkpoint(SnapshotReader& snapshot, const std::string& index_path) {
  Database database = TRY(as_store(open_index(index_path)));
  TRY(as_store(database.execute("BEGIN IMMEDIATE")));
  Load load(database);
  load.state.applied = snapshot.header().sequence;
  for (;;) {
    const SnapshotRow row = TRY(as_store(snapshot.next()));
    TRY(as_store(std::visit(load, row)));
    if (std::holds_alternative<EndRow>(row)) break;
  }
  TRY(as_store(database.execute("COMMIT")));
  return {};
}

DiskResult<std::optional<std::uint64_t>> newest_snapshot(Disk& disk, const std::string& folder) {
  std::vector<std::uint64_t> sequences;
  for (const auto& name : TRY(disk.list(folder))) {
    if (const auto sequence = snapshot_sequence(name)) sequences.push_back(*sequence);
  }
  std::ranges::sort(sequences, std::greater<>());
  for (const std::uint64_t sequence : sequences) {
    const std::string path = folder + "/" + snapshot_name(sequence);
    std::shared_ptr<const File> file = TRY(disk.open(path, Access::read));
    const auto reader = SnapshotReader::open(std::move(file), path);
    if (reader && reader->header().sequence == sequence) return sequence;
    log::error("store", "{}: not a whole snapshot, passed over", path);
  }
  return std::nullopt;
}

}  // namespace pillarbox::store::journal
