#include "store/journal/store.h"

#include <algorithm>

#include "base/log.h"
#include "base/try.h"
#include "store/journal/body_reader.h"
#include "store/journal/caches.h"
#include "store/journal/committer.h"
#include "store/journal/drafts.h"
#include "store/journal/errors.h"
#include "store/journal/lock_file.h"
#include "store/journal/maintenance.h"
#include "store/journal/recovery.h"
#include "store/journal/thread_pool.h"
#include "store/limits.h"

namespace pillarbox::store::journal {
namespace {

constexpr std::size_t cache_pending_bytes = 32 * 1024 * 1024;
constexpr std::size_t file_threads = 2;
// A body may be moved between looking up where it is and opening that; twice in a row is unlikely.
constexpr int open_attempts = 5;

// What a thread that reads has of its own.
struct Lookups {
  Lookups(const Paths& paths) : index(paths.index), cache(paths.cache) {}
  IndexReader index;
  CacheReader cache;
};

using OpenedBody = std::expected<std::unique_ptr<BodyReader>, Error>;

std::vector<Lookups> make_lookups(const Paths& paths, std::size_t threads) {
  std::vector<Lookups> lookups;
  for (std::size_t i = 0; i < threads; ++i) lookups.emplace_back(paths);
  return lookups;
}

template <class T>
std::unexpected<Error> too_much(const T& what) {
  return std::unexpected(Error{ErrorKind::limit, what});
}

}  // namespace

// In the order in which they need each other; they go in the reverse order.
struct JournalStore::Parts {
  Parts(Paths paths_in, const Settings& settings_in, const Clock& clock_in, Disk& disk_in, LockFile lock_in,
        std::unique_ptr<SegmentPool> segments_in, Recovered recovered);

  void look_up(std::function<void(Lookups&)> task) {
    readers.submit([this, task = std::move(task)](std::size_t thread) { task(lookups[thread]); });
  }
  void load(MailboxId mailbox);
  // Block. `row`: where it was a moment ago, if that is known.
  OpenedBody open(Lookups& with, BodyId body, std::optional<BodyRow> row);
  std::vector<OpenedBody> open(Lookups& with, const std::vector<BodyId>& bodies);
  Committer::Parts committer_parts();
  static std::string read_only_reason(const std::vector<Finding>& damage);
  Indexer::Hooks indexer_hooks();

  const Paths paths;
  const Settings settings;
  const Clock& clock;
  Disk& disk;
  LockFile lock;
  std::vector<Finding> damage;
  Published published;
  Places places;
  Caches caches;
  BodyFiles files;
  std::unique_ptr<SegmentPool> segments;
  std::vector<Lookups> lookups;
  std::unique_ptr<Maintenance> maintenance;  // made last, but the indexer tells it of dead files
  ThreadPool writers;
  ThreadPool readers;
  Indexer indexer;
  std::unique_ptr<Committer> committer;
};

JournalStore::Parts::Parts(Paths paths_in, const Settings& settings_in, const Clock& clock_in, Disk& disk_in,
                           LockFile lock_in, std::unique_ptr<SegmentPool> segments_in, Recovered recovered)
    : paths(std::move(paths_in)),
      settings(settings_in),
      clock(clock_in),
      disk(disk_in),
      lock(std::move(lock_in)),
      damage(std::move(recovered.findings)),
      caches(paths.cache, cache_pending_bytes),
      files(disk, paths.bodies),
      segments(std::move(segments_in)),
      lookups(make_lookups(paths, settings.read_threads)),
      writers(file_threads),
      readers(settings.read_threads),
      indexer(std::move(recovered.index),
              {.delay = settings.index_delay, .most_backlog = settings.index_backlog_bytes},
              indexer_hooks()) {
  published.start(recovered.head, recovered.recents, std::move(recovered.queue));
  committer = std::make_unique<Committer>(committer_parts(),
                                          Committer::Options{.undelete_window = settings.undelete_window,
                                                             .view_memory_bytes = settings.view_memory_bytes},
                                          std::move(recovered.head), recovered.next_sequence,
                                          read_only_reason(damage));
}

std::string JournalStore::Parts::read_only_reason(const std::vector<Finding>& damage) {
  if (damage.empty()) return "";
  return fmt::format("{} at {}: {}", damage.front().file, damage.front().offset, damage.front().what);
}

Indexer::Hooks JournalStore::Parts::indexer_hooks() {
  return {.applied = [this](std::uint64_t sequence) { places.forget_up_to(sequence); },
          .dead =
              [this](IndexWriter::Dead dead) {
                caches.forget(dead.bodies);
                if (maintenance && !dead.files.empty()) maintenance->remove_files(std::move(dead.files));
              },
          .rest = [this] { caches.flush(); },
          .damaged =
              [](const SqlError&) {
                log::error("store",
                           "index.db is damaged: mail can be read and, for a while, taken; start the server "
                           "again to have the index made anew from the journal");
              }};
}

Committer::Parts JournalStore::Parts::committer_parts() {
  return {.clock = clock,
          .segments = *segments,
          .indexer = indexer,
          .published = published,
          .places = places,
          .load = [this](MailboxId mailbox) { load(mailbox); }};
}

void JournalStore::Parts::load(MailboxId mailbox) {
  look_up([this, mailbox](Lookups& with) {
    committer->installed(mailbox, as_store(with.index.messages(mailbox)));
  });
}

OpenedBody JournalStore::Parts::open(Lookups& with, BodyId body, std::optional<BodyRow> row) {
  for (int attempt = 0;; ++attempt) {
    if (!row) row = places.find(body);
    if (!row) row = TRY(as_store(with.index.body(body)));
    if (!row) return std::unexpected(Error{ErrorKind::not_found, "no such body"});
    auto source = open_body(*segments, files, *row);
    row.reset();
    if (!source && source.error().has_moved && attempt < open_attempts) continue;
    if (!source) return std::unexpected(source.error().error);
    std::string first;
    if (!source->begin.empty()) first = TRY(read_pieces(*source, 0, 1));
    source->begin.clear();
    return std::make_unique<JournalBodyReader>(readers, std::move(*source), std::move(first));
  }
}

std::vector<OpenedBody> JournalStore::Parts::open(Lookups& with, const std::vector<BodyId>& bodies) {
  std::vector<std::optional<BodyRow>> rows;
  rows.reserve(bodies.size());
  for (const BodyId body : bodies) rows.push_back(places.find(body));
  // If that fails each meets the error on its own.
  static_cast<void>(with.index.bodies(bodies, rows));
  std::vector<OpenedBody> opened;
  opened.reserve(bodies.size());
  for (std::size_t i = 0; i < bodies.size(); ++i) opened.push_back(open(with, bodies[i], rows[i]));
  return opened;
}

JournalStore::JournalStore(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

JournalStore::~JournalStore() {
  // The committer first: what it was asked is answered, and it needs all the others for that.
  if (parts_->maintenance) parts_->maintenance->stop();
  parts_->committer.reset();
}

std::expected<std::unique_ptr<JournalStore>, Error> JournalStore::open(std::string folder,
                                                                       const Settings& settings,
                                                                       const Clock& clock) {
  static const auto disk = make_posix_disk();
  return open(std::move(folder), settings, clock, *disk);
}

std::expected<std::unique_ptr<JournalStore>, Error> JournalStore::open(std::string folder,
                                                                       const Settings& settings,
                                                                       const Clock& clock, Disk& disk) {
  Paths paths(std::move(folder));
  TRY(as_store(disk.make_folder(paths.journal)));
  TRY(as_store(disk.make_folder(paths.bodies)));
  TRY(as_store(disk.sync_folder(paths.folder)));
  auto lock = TRY(LockFile::take(paths.lock));
  auto segments =
      TRY(as_store(SegmentPool::open(disk, {.folder = paths.journal,
                                            .segment_bytes = round_up(settings.segment_bytes, block_bytes),
                                            .spare = settings.spare_segments})));
  auto recovered = TRY(recover(disk, *segments, paths, Rebuild::if_needed));
  for (const Finding& finding : recovered.findings) {
    log::error("store", "{} at {}: {}. The store takes no changes. {}", finding.file, finding.offset,
               finding.what, finding.advice);
  }
  const bool is_whole = recovered.findings.empty();
  auto parts = std::make_unique<Parts>(std::move(paths), settings, clock, disk, std::move(lock),
                                       std::move(segments), std::move(recovered));
  if (is_whole) parts->segments->start();
  parts->maintenance = std::make_unique<Maintenance>(Maintenance::Parts{.clock = clock,
                                                                        .disk = disk,
                                                                        .paths = parts->paths,
                                                                        .settings = parts->settings,
                                                                        .segments = *parts->segments,
                                                                        .indexer = parts->indexer,
                                                                        .committer = *parts->committer,
                                                                        .files = parts->files});
  parts->maintenance->start();
  return std::unique_ptr<JournalStore>(new JournalStore(std::move(parts)));
}

const std::vector<Finding>& JournalStore::damage() const { return parts_->damage; }
bool JournalStore::is_read_only() const { return parts_->committer->is_read_only(); }
void JournalStore::maintain() { parts_->maintenance->run_once(); }

Task<std::expected<AccountId, Error>> JournalStore::open_account(std::string name) {
  using Result = std::expected<AccountId, Error>;
  if (name.empty() || name.size() > limits::account_name_bytes) {
    co_return too_much("account name empty or too long");
  }
  if (const auto known = parts_->published.find_account(name)) co_return *known;
  auto start = [this, name](auto done) { parts_->committer->make_account(name, done); };
  co_return co_await await_callback<Result>(start);
}

Task<std::expected<std::shared_ptr<const AccountView>, Error>> JournalStore::account(AccountId account) {
  co_return parts_->published.account(account);
}

Task<std::expected<MailboxStatus, Error>> JournalStore::status(MailboxId mailbox) {
  co_return parts_->published.status(mailbox);
}

Task<std::expected<std::shared_ptr<const MailboxView>, Error>> JournalStore::view(MailboxId mailbox) {
  using Result = std::expected<std::shared_ptr<const MailboxView>, Error>;
  Result known = parts_->published.view(mailbox);
  if (!known || *known) co_return known;
  auto start = [this, mailbox](auto done) { parts_->committer->view(mailbox, done); };
  co_return co_await await_callback<Result>(start);
}

std::unique_ptr<Watch> JournalStore::watch(MailboxId mailbox, std::function<void()> changed) {
  return parts_->published.watch(mailbox, std::move(changed));
}

Task<std::expected<Uid, Error>> JournalStore::first_recent(MailboxId mailbox, Recent how) {
  co_return parts_->published.first_recent(
      mailbox, how, [this, mailbox](Uid claimed) { parts_->indexer.set_first_recent(mailbox, claimed); });
}

std::unique_ptr<Draft> JournalStore::begin_draft() {
  return std::make_unique<JournalDraft>(parts_->files, parts_->writers, parts_->settings.inline_body_bytes);
}

Task<std::expected<Receipt, Error>> JournalStore::commit(Batch batch) {
  using Request = std::unique_ptr<Committer::Commit>;
  if (batch.bodies.size() > limits::bodies_per_batch ||
      batch.operations.size() > limits::operations_per_batch) {
    co_return too_much("too many operations in one batch");
  }
  auto request = std::make_unique<Committer::Commit>();
  request->bodies.reserve(batch.bodies.size());
  for (auto& draft : batch.bodies) {
    request->bodies.emplace_back(&dynamic_cast<JournalDraft&>(*draft.release()));
    JournalDraft& body = *request->bodies.back();
    if (body.finish_inline()) continue;
    auto finished = co_await body.finish();
    if (!finished) co_return std::unexpected(finished.error());
  }
  std::vector<BodyId> restored;
  for (const Operation& operation : batch.operations) {
    const auto* restore = std::get_if<Restore>(&operation);
    if (restore != nullptr) restored.insert(restored.end(), restore->bodies.begin(), restore->bodies.end());
  }
  if (!restored.empty()) {
    auto found = co_await restorable(std::move(restored));
    if (!found) co_return std::unexpected(found.error());
    request->restorable = std::move(*found);
  }
  request->operations = std::move(batch.operations);
  auto start = [this, &request](auto done) {
    request->done = std::move(done);
    parts_->committer->commit(std::move(request));
  };
  request = co_await await_callback<Request>(start);
  co_return std::move(request->answer);
}

// What was expunged before is in the index once that is up to date.
Task<std::expected<std::vector<Restorable>, Error>> JournalStore::restorable(std::vector<BodyId> bodies) {
  using Result = std::expected<std::vector<Restorable>, Error>;
  std::ranges::sort(bodies);
  bodies.erase(std::ranges::unique(bodies).begin(), bodies.end());
  auto start = [this, bodies](auto done) {
    parts_->indexer.when_applied([this, bodies, done](bool ok) {
      if (!ok)
        return done(Result(std::unexpected(Error{ErrorKind::io, "the index can't be brought up to date"})));
      parts_->look_up([bodies, done](Lookups& with) { done(as_store(with.index.restorable(bodies))); });
    });
  };
  co_return co_await await_callback<Result>(start);
}

Task<OpenedBody> JournalStore::body(BodyId body) {
  using Made = std::shared_ptr<OpenedBody>;  // callbacks are copied
  auto start = [this, body](auto done) {
    parts_->look_up([this, body, done](Lookups& with) {
      done(std::make_shared<OpenedBody>(parts_->open(with, body, std::nullopt)));
    });
  };
  const Made made = co_await await_callback<Made>(start);
  co_return std::move(*made);
}

Task<std::vector<OpenedBody>> JournalStore::bodies(std::vector<BodyId> bodies) {
  using Made = std::shared_ptr<std::vector<OpenedBody>>;
  auto start = [this, bodies = std::make_shared<const std::vector<BodyId>>(std::move(bodies))](auto done) {
    parts_->look_up([this, bodies, done](Lookups& with) {
      done(std::make_shared<std::vector<OpenedBody>>(parts_->open(with, *bodies)));
    });
  };
  const Made made = co_await await_callback<Made>(start);
  co_return std::move(*made);
}

Task<std::vector<std::optional<std::string>>> JournalStore::cached(std::vector<BodyId> bodies) {
  using Result = std::vector<std::optional<std::string>>;
  auto start = [this, bodies = std::make_shared<const std::vector<BodyId>>(std::move(bodies))](auto done) {
    parts_->look_up([this, bodies, done](Lookups& with) {
      Result found = parts_->caches.pending(*bodies);
      with.cache.find(*bodies, found);
      done(std::move(found));
    });
  };
  co_return co_await await_callback<Result>(start);
}

void JournalStore::cache(BodyId body, std::string computed) {
  if (parts_->caches.put(body, std::move(computed))) parts_->indexer.poke();
}

Task<std::expected<std::vector<ExpungedMessage>, Error>> JournalStore::expunged(MailboxId mailbox) {
  using Result = std::expected<std::vector<ExpungedMessage>, Error>;
  const Time after = parts_->clock.now() - parts_->settings.undelete_window;
  auto look = [mailbox, after](Lookups& with) -> Result {
    const auto rows = TRY(as_store(with.index.expunged(mailbox, after)));
    if (!rows) return std::unexpected(Error{ErrorKind::not_found, "no such mailbox"});
    std::vector<ExpungedMessage> result;
    for (const auto& row : *rows) result.push_back({.message = row.message, .expunged = row.expunged});
    return result;
  };
  auto start = [this, look](auto done) {
    parts_->indexer.when_applied([this, look, done](bool ok) {
      if (!ok)
        return done(Result(std::unexpected(Error{ErrorKind::io, "the index can't be brought up to date"})));
      parts_->look_up([look, done](Lookups& with) { done(look(with)); });
    });
  };
  co_return co_await await_callback<Result>(start);
}

Task<std::expected<std::vector<QueueEntry>, Error>> JournalStore::queue() {
  co_return parts_->published.queue();
}

Task<std::expected<std::vector<std::string>, Error>> JournalStore::account_names() {
  co_return parts_->published.account_names();
}

}  // namespace pillarbox::store::journal
