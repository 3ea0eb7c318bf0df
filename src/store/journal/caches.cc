#include "store/journal/caches.h"

#include <unistd.h>

#include "base/log.h"
#include "base/try.h"

namespace pillarbox::store::journal {
namespace {

constexpr const char* schema = R"(
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
PRAGMA wal_autocheckpoint = 4000;
CREATE TABLE IF NOT EXISTS computed (body INTEGER PRIMARY KEY, value BLOB);
)";

SqlResult<Database> open_cache(const std::string& path) {
  auto database = TRY(Database::open(path, Database::Mode::write));
  TRY(database.execute(schema));
  return database;
}

}  // namespace

SqlResult<void> CacheReader::try_find(const std::vector<BodyId>& bodies,
                                      std::vector<std::optional<std::string>>& found) {
  if (!database_) database_ = TRY(Database::open(path_, Database::Mode::read));
  // One transaction: else each look-up would take and give back a lock.
  TRY(database_->execute("BEGIN"));
  Statement& row = *TRY(database_->prepared("SELECT value FROM computed WHERE body = ?"));
  SqlResult<void> result;
  for (std::size_t i = 0; i < bodies.size() && result; ++i) {
    if (found[i]) continue;
    const Resetting resetting(row);
    const auto is_there = row.bind(1, bodies[i].value).step();
    if (!is_there) result = std::unexpected(is_there.error());
    if (is_there && *is_there) found[i].emplace(row.bytes(0));
  }
  TRY(database_->execute("COMMIT"));
  return result;
}

void CacheReader::find(const std::vector<BodyId>& bodies, std::vector<std::optional<std::string>>& found) {
  if (const auto read = try_find(bodies, found); !read) {
    database_.reset();
    log::debug("store", "cache.db: {}", read.error().what);
  }
}

Caches::Caches(std::string path, std::size_t most_pending)
    : path_(std::move(path)), most_pending_(most_pending) {
  auto opened = open_cache(path_);
  if (!opened) {
    log::warning("store", "cache.db: {}; beginning a new one", opened.error().what);
    for (const auto* suffix : {"", "-wal", "-shm"}) ::unlink((path_ + suffix).c_str());
    opened = open_cache(path_);
  }
  if (opened) database_ = std::move(*opened);
}

bool Caches::put(BodyId body, std::string computed) {
  const std::scoped_lock lock(mutex_);
  if (!database_ || pending_bytes_ + computed.size() > most_pending_) return false;
  pending_bytes_ += computed.size() + sizeof(Values::value_type);
  const bool is_first = pending_->empty();
  pending_->insert_or_assign(body, std::move(computed));
  return is_first;
}

void Caches::forget(const std::vector<BodyId>& bodies) {
  const std::scoped_lock lock(mutex_);
  if (!database_) return;
  for (const BodyId body : bodies) pending_->erase(body);
  forgotten_.insert(forgotten_.end(), bodies.begin(), bodies.end());
}

std::vector<std::optional<std::string>> Caches::pending(const std::vector<BodyId>& bodies) const {
  std::vector<std::optional<std::string>> found(bodies.size());
  const std::scoped_lock lock(mutex_);
  if (pending_->empty() && writing_->empty()) return found;
  for (std::size_t i = 0; i < bodies.size(); ++i) {
    const auto waiting = pending_->find(bodies[i]);
    if (waiting != pending_->end()) {
      found[i] = waiting->second;
      continue;
    }
    const auto writing = writing_->find(bodies[i]);
    if (writing != writing_->end()) found[i] = writing->second;
  }
  return found;
}

SqlResult<void> Caches::write(const Values& values, const std::vector<BodyId>& forgotten) {
  TRY(database_->execute("BEGIN IMMEDIATE"));
  for (const auto& [body, value] : values) {
    TRY(TRY(database_->prepared("INSERT OR REPLACE INTO computed VALUES (?, ?)"))
            ->bind(1, body.value)
            .bind_blob(2, value)
            .run());
  }
  for (const BodyId body : forgotten) {
    TRY(TRY(database_->prepared("DELETE FROM computed WHERE body = ?"))->bind(1, body.value).run());
  }
  return database_->execute("COMMIT");
}

void Caches::flush() {
  std::shared_ptr<const Values> values;
  std::vector<BodyId> forgotten;
  {
    const std::scoped_lock lock(mutex_);
    if (pending_->empty() && forgotten_.empty()) return;
    values = writing_ = std::move(pending_);
    pending_ = std::make_shared<Values>();
    forgotten = std::exchange(forgotten_, {});
    pending_bytes_ = 0;
  }
  if (const auto written = write(*values, forgotten); !written) {
    log::debug("store", "cache.db: {}", written.error().what);
    static_cast<void>(database_->execute("ROLLBACK"));  // there may be no transaction left
  }
  const std::scoped_lock lock(mutex_);
  writing_ = std::make_shared<Values>();
}

}  // namespace pillarbox::store::journal
