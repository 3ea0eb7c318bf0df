#include "store/journal/recovery.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "base/log.h"
#include "base/try.h"
#include "store/journal/checkpoint.h"
#include "store/journal/errors.h"

namespace pillarbox::store::journal {
namespace {

constexpr std::size_t effects_at_once = 20'000;

// Whether the journal still has everything that isn't in an index that has applied so much.
bool covers(const std::vector<SegmentHeader>& in_use, std::uint64_t applied) {
  if (in_use.empty()) return true;  // whether that is right, the findings say
  return in_use.front().first_sequence <= applied + 1;
}

std::expected<IndexWriter, Error> make_index(Disk& disk, const Paths& paths) {
  remove_index(paths.index);
  if (const auto sequence = TRY(as_store(newest_snapshot(disk, paths.journal)))) {
    const std::string path = paths.journal + "/" + snapshot_name(*sequence);
    std::shared_ptr<const File> file = TRY(as_store(disk.open(path, Access::read)));
    SnapshotReader snapshot = TRY(as_store(SnapshotReader::open(std::move(file), path)));
    TRY(load_checkpoint(snapshot, paths.index));
  }
  return as_store(IndexWriter::open(paths.index));
}

std::expected<IndexWriter, Error> open_or_make_index(Disk& disk, const SegmentPool& segments,
                                                     const Paths& paths, Rebuild rebuild) {
  if (rebuild == Rebuild::if_needed) {
    auto opened = IndexWriter::open(paths.index);
    // Some other error, such as a full disk, will go away; the index needn't.
    if (!opened && !opened.error().is_corrupt()) return std::unexpected(opened.error().as_store_error());
    // A snapshot that knows more is the shorter way, and the only one past damage that was accepted.
    const std::uint64_t snapshot = TRY(as_store(newest_snapshot(disk, paths.journal))).value_or(0);
    if (opened && covers(segments.in_use(), opened->state().applied) && opened->state().applied >= snapshot) {
      return std::move(*opened);
    }
    log::warning("store", "index.db {}: making it anew from the journal",
                 opened ? "is missing or too old" : opened.error().what);
  }
  return make_index(disk, paths);
}

// What the journal has and the index hasn't. False: the index is damaged.
std::expected<bool, Error> replay(JournalReader& journal, IndexWriter& index,
                                  std::vector<Finding>& findings) {
  Assembler assembler;
  for (;;) {
    const auto entry = TRY(as_store(journal.next()));
    if (!entry) break;
    const auto payload = assembler.add(entry->header, entry->payload);
    if (!payload) continue;
    const auto applied = index.apply(entry->header.sequence, *payload);
    if (!applied && applied.error().is_corrupt()) return false;
    if (!TRY(as_store(applied))) {
      findings.push_back({.file = std::string(entry->file),
                          .offset = entry->offset,
                          .what = fmt::format("record {} makes no sense in part", entry->header.sequence),
                          .advice = "report this as a bug; accept it with `pillarbox doctor --rebuild`"});
    }
    if (index.pending() >= effects_at_once) TRY(as_store(index.commit()));
  }
  TRY(as_store(index.commit()));
  return true;
}

// Nothing that was read as the journal's end may be lost later: it may be in no more than the page cache yet.
std::expected<void, Error> sync_last(Disk& disk, const std::vector<SegmentHeader>& in_use,
                                     const Paths& paths) {
  if (in_use.empty()) return {};
  const auto file =
      TRY(as_store(disk.open(paths.journal + "/" + segment_name(in_use.back().number), Access::write)));
  return as_store(file->sync());
}

void report_missing_end(const Paths& paths, std::uint64_t next, std::uint64_t applied,
                        std::vector<Finding>& findings) {
  findings.push_back(
      {.file = paths.journal,
       .what =
           fmt::format("the journal ends with record {}, but record {} was acknowledged", next - 1, applied),
       .advice = "restore the missing files of this folder from a backup, or accept the loss with "
                 "`pillarbox doctor --rebuild`"});
}

}  // namespace

Paths::Paths(std::string folder_in)
    : folder(std::move(folder_in)),
      journal(folder + "/journal"),
      bodies(folder + "/bodies"),
      index(folder + "/index.db"),
      cache(folder + "/cache.db"),
      lock(folder + "/lock") {}

void remove_index(const std::string& path) {
  for (const auto* suffix : {"", "-wal", "-shm", "-journal"}) ::unlink((path + suffix).c_str());
}

std::expected<std::vector<JournalReader::Source>, Error> journal_sources(SegmentPool& segments,
                                                                         const Paths& paths) {
  std::vector<JournalReader::Source> sources;
  for (const SegmentHeader& header : segments.in_use()) {
    auto file = TRY(as_store(segments.reader(header.number)));
    sources.push_back({header, std::move(file), paths.journal + "/" + segment_name(header.number)});
  }
  return sources;
}

std::expected<Recovered, Error> recover(Disk& disk, SegmentPool& segments, const Paths& paths,
                                        Rebuild rebuild) {
  const auto in_use = segments.in_use();
  TRY(sync_last(disk, in_use, paths));
  std::vector<Finding> findings;
  for (const auto& path : segments.damaged()) {
    findings.push_back({.file = path,
                        .what = "the header of this segment is damaged: what is in it can't be read",
                        .advice = "restore this file from a backup, or move it away and accept the loss with "
                                  "`pillarbox doctor --rebuild`"});
  }
  auto index = TRY(open_or_make_index(disk, segments, paths, rebuild));
  std::uint64_t next_sequence = 1;
  for (;;) {
    const std::uint64_t applied = index.state().applied;
    JournalReader journal(TRY(journal_sources(segments, paths)), applied + 1);
    std::vector<Finding> found;
    const bool is_whole = TRY(replay(journal, index, found));
    if (!is_whole && rebuild == Rebuild::if_needed) {
      log::warning("store", "index.db is damaged: making it anew from the journal");
      rebuild = Rebuild::always;
      index = TRY(make_index(disk, paths));
      continue;
    }
    if (!is_whole)
      return std::unexpected(Error{ErrorKind::corrupt, "index.db: damaged as soon as it was made"});
    next_sequence = journal.next_sequence();
    if (next_sequence <= applied) report_missing_end(paths, next_sequence, applied, findings);
    if (in_use.empty() && TRY(as_store(newest_snapshot(disk, paths.journal))).value_or(0) < applied) {
      report_missing_end(paths, 1, applied, findings);
    }
    // Never a sequence that was given out before.
    next_sequence = std::max(next_sequence, applied + 1);
    std::ranges::copy(journal.findings(), std::back_inserter(findings));
    std::ranges::move(found, std::back_inserter(findings));
    break;
  }
  if (!findings.empty()) TRY(as_store(index.recount()));
  Recovered recovered{
      .index = std::move(index), .next_sequence = next_sequence, .findings = std::move(findings)};
  IndexReader reader(paths.index);
  recovered.head = TRY(as_store(reader.head(recovered.recents, recovered.queue)));
  return recovered;
}

}  // namespace pillarbox::store::journal
