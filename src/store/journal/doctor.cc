#include "store/journal/doctor.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <memory>
#include <optional>
#include <utility>

#include "base/try.h"
#include "store/journal/body_files.h"
#include "store/journal/body_reader.h"
#include "store/journal/checkpoint.h"
#include "store/journal/checksum.h"
#include "store/journal/errors.h"
#include "store/journal/index_reader.h"
#include "store/journal/index_schema.h"
#include "store/journal/lock_file.h"
#include "store/journal/recovery.h"
#include "store/journal/segment_pool.h"
#include "store/journal/sqlite.h"

namespace pillarbox::store::journal {
namespace {

constexpr std::uint64_t bodies_between_progress = 1000;
constexpr std::size_t pieces_at_once = 16;

constexpr const char* rebuild_advice = "make the index anew with `pillarbox doctor --rebuild`";

// What must be the same in an index that grew and in one made anew. Messages aren't here: how they are packed
// depends on when they came.
struct Comparison {
  std::string_view table;
  std::string_view columns;
};
constexpr Comparison comparisons[] = {
    {"accounts", "id, name"},
    {"subscriptions", "account, name"},
    {"mailboxes",
     "id, account, name, special_use, uid_validity, deleted, uid_next, highest_modseq, messages, unseen, "
     "deleted_messages, size"},
    {"keywords", "mailbox, position, name"},
    {"bodies", "id, refs, segment, place, size"},
    {"queue", "id, body, entry"},
    {"expunged", "key, flags, modseq, internal_date, saved, size, body"},
};

// Counts the rows of a table that one schema has and the other hasn't.
std::string difference(const Comparison& comparison, std::string_view in, std::string_view not_in) {
  return fmt::format("SELECT count(*) FROM (SELECT {0} FROM {2}.{1} EXCEPT SELECT {0} FROM {3}.{1})",
                     comparison.columns, comparison.table, in, not_in);
}

struct Opened {
  Paths paths;
  LockFile lock;
  std::unique_ptr<SegmentPool> segments;
};

std::expected<Opened, Error> open_folder(const std::string& folder, Disk& disk) {
  Paths paths(folder);
  auto lock = TRY(LockFile::take(paths.lock));
  auto segments = TRY(as_store(SegmentPool::open(disk, {.folder = paths.journal})));
  return Opened{std::move(paths), std::move(lock), std::move(segments)};
}

bool are_same(const std::vector<UnpackedChunk>& a, const std::vector<UnpackedChunk>& b) {
  auto all = [](const std::vector<UnpackedChunk>& chunks) {
    std::vector<Message> messages;
    for (const auto& chunk : chunks) {
      for (std::size_t i = 0; i < chunk.count; ++i) messages.push_back(chunk.at(i));
    }
    return messages;
  };
  return std::ranges::equal(all(a), all(b), [](const Message& x, const Message& y) {
    return x.uid == y.uid && x.flags == y.flags && x.modseq == y.modseq &&
           x.internal_date == y.internal_date && x.saved == y.saved && x.size == y.size && x.body == y.body;
  });
}

// The index that is used against `fresh`, which was just made from the journal.
std::expected<void, Error> compare_indexes(const Paths& paths, const std::string& fresh, Examined& result) {
  auto differ = [&](std::string what) {
    result.findings.push_back({.file = paths.index, .what = std::move(what), .advice = rebuild_advice});
  };
  {
    std::vector<std::string> queries;  // a Database tells statements apart by their address
    for (const Comparison& comparison : comparisons) {
      queries.push_back(difference(comparison, "main", "fresh"));
      queries.push_back(difference(comparison, "fresh", "main"));
    }
    Database database = TRY(as_store(open_index_for_reading(paths.index)));
    Statement& attach = *TRY(as_store(database.prepared("ATTACH ? AS fresh")));
    TRY(as_store(attach.bind(1, std::string_view(fresh)).run()));
    for (std::size_t i = 0; i < std::size(comparisons); ++i) {
      const auto ours = TRY(as_store(database.number(queries[2 * i].c_str())));
      const auto missing = TRY(as_store(database.number(queries[2 * i + 1].c_str())));
      if (ours + missing > 0) {
        differ(fmt::format("table {}: {} rows that the journal doesn't know, {} missing",
                           comparisons[i].table, ours, missing));
      }
    }
  }
  IndexReader used(paths.index);
  IndexReader made(fresh);
  std::vector<RecentRow> recents;
  std::vector<QueueEntry> queue;
  const Head head = TRY(as_store(made.head(recents, queue)));
  result.accounts = head.accounts.size();
  result.mailboxes = head.mailboxes.size();
  result.queued = queue.size();
  for (const auto& [id, mailbox] : head.mailboxes) {
    result.messages += mailbox.messages;
    if (!are_same(TRY(as_store(used.messages(id))), TRY(as_store(made.messages(id))))) {
      differ(fmt::format("mailbox {} ({}): its messages aren't those of the journal", id.value,
                         mailbox.info.name));
    }
  }
  return {};
}

// Reads one body to its end.
std::optional<Error> body_error(SegmentPool& segments, const BodyFiles& files, const BodyRow& row) {
  const auto source = open_body(segments, files, row);
  if (!source) return source.error().error;
  const std::size_t pieces = pieces_of(source->size);
  for (std::size_t first = 0; first < pieces; first += pieces_at_once) {
    const auto read = read_pieces(*source, first, std::min(pieces_at_once, pieces - first));
    if (!read) return read.error();
  }
  return std::nullopt;
}

std::string place_of(const Paths& paths, const BodyFiles& files, const BodyRow& row) {
  if (row.place.segment == 0) return files.path(row.place.at);
  return paths.journal + "/" + segment_name(row.place.segment);
}

std::expected<void, Error> verify_bodies(Disk& disk, SegmentPool& segments, const Paths& paths,
                                         const Progress& progress, Examined& result) {
  const BodyFiles files(disk, paths.bodies);
  Database database = TRY(as_store(open_index_for_reading(paths.index)));
  const auto total = TRY(as_store(database.number("SELECT count(*) FROM bodies")));
  Statement& rows = *TRY(
      as_store(database.prepared("SELECT id, segment, place, size FROM bodies ORDER BY segment, place")));
  const Resetting resetting(rows);
  while (TRY(as_store(rows.step()))) {
    const BodyRow row{.body = BodyId{rows.number(0)},
                      .place = {.segment = rows.number(1), .at = rows.number(2)},
                      .size = rows.number(3)};
    if (const auto error = body_error(segments, files, row)) {
      result.findings.push_back(
          {.file = place_of(paths, files, row),
           .offset = row.place.segment == 0 ? 0 : row.place.at,
           .what = fmt::format("message body {} can't be read: {}", row.body.value, error->detail),
           .advice = "restore the file from a backup; the other messages are not affected"});
    }
    ++result.bodies;
    result.body_bytes += row.size;
    if (result.bodies % bodies_between_progress == 0) progress("bodies", result.bodies, total);
  }
  return {};
}

}  // namespace

std::expected<Examined, Error> examine(const std::string& folder, Disk& disk, const Progress& progress) {
  Opened opened = TRY(open_folder(folder, disk));
  Examined result;
  Paths scratch = opened.paths;
  scratch.index = folder + "/doctor.db";
  progress("journal", 0, opened.segments->in_use().size());
  auto fresh = recover(disk, *opened.segments, scratch, Rebuild::always);
  const auto remove_scratch = [&scratch](const void*) { remove_index(scratch.index); };
  const std::unique_ptr<const void, decltype(remove_scratch)> remove(&scratch, remove_scratch);
  if (!fresh) return std::unexpected(std::move(fresh).error());
  result.findings = std::move(fresh->findings);

  const auto used = TRY(recover(disk, *opened.segments, opened.paths, Rebuild::if_needed));
  progress("index", 0, 1);
  TRY(compare_indexes(opened.paths, scratch.index, result));
  TRY(verify_bodies(disk, *opened.segments, opened.paths, progress, result));
  return result;
}

std::expected<std::vector<Finding>, Error> rebuild_index(const std::string& folder, Disk& disk) {
  Opened opened = TRY(open_folder(folder, disk));
  auto findings = TRY(recover(disk, *opened.segments, opened.paths, Rebuild::always)).findings;
  if (findings.empty()) return findings;
  // Accepted for good: nobody has to go over what is damaged again, not even without an index.
  TRY(write_checkpoint(disk, opened.paths.journal, opened.paths.index, SystemClock().now()));
  for (const auto& path : opened.segments->damaged()) TRY(as_store(disk.rename(path, path + ".damaged")));
  return findings;
}

}  // namespace pillarbox::store::journal
