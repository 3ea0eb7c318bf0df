#include "store/journal/segment_pool.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <chrono>

#include "base/log.h"
#include "base/text.h"
#include "base/try.h"

namespace pillarbox::store::journal {
namespace {

constexpr std::string_view suffix = ".seg";
constexpr std::chrono::milliseconds retry_interval{500};

// A segment may stay empty at its end by as much as a record is long, and groups are padded.
constexpr std::uint64_t usable(std::uint64_t segment_bytes) {
  return segment_bytes - segment_bytes / 256 - block_bytes - 2 * record_bytes(max_payload_bytes);
}
static_assert(usable(least_segment_bytes) > record_bytes(max_payload_bytes));

}  // namespace

std::string segment_name(std::uint64_t number) { return fmt::format("{:08}{}", number, suffix); }

std::optional<std::uint64_t> segment_number(std::string_view name) {
  if (!name.ends_with(suffix)) return std::nullopt;
  const auto number = parse_decimal(name.substr(0, name.size() - suffix.size()));
  return number && *number > 0 && segment_name(*number) == name ? number : std::nullopt;
}

DiskResult<std::unique_ptr<SegmentPool>> SegmentPool::open(Disk& disk, Options options) {
  ASSERT(options.spare >= 1 && options.segment_bytes % block_bytes == 0);
  std::unique_ptr<SegmentPool> pool(new SegmentPool(disk, std::move(options)));
  pool->wanted_ = pool->options_.spare;
  TRY(pool->look_around());
  return pool;
}

SegmentPool::~SegmentPool() { stop(); }

DiskResult<void> SegmentPool::look_around() {
  std::vector<std::uint64_t> numbers;
  for (const auto& name : TRY(disk_.list(options_.folder))) {
    if (const auto number = segment_number(name)) numbers.push_back(*number);
  }
  std::ranges::sort(numbers);
  for (const auto number : numbers) TRY(look_at(number));
  // A crash in the middle of recycling leaves a ready one with an old number: later segments must have
  // greater ones.
  const std::uint64_t newest = used_.empty() ? 0 : used_.rbegin()->first;
  for (auto& ready : ready_) {
    if (ready.number > newest) continue;
    const std::uint64_t number = ++last_number_;
    TRY(disk_.rename(path(ready.number), path(number)));
    TRY(disk_.sync_folder(options_.folder));
    ready.number = number;
  }
  std::ranges::sort(ready_, {}, &Ready::number);
  return {};
}

DiskResult<void> SegmentPool::look_at(std::uint64_t number) {
  last_number_ = std::max(last_number_, number);
  const auto file = TRY(disk_.open(path(number), Access::read));
  const std::uint64_t size = TRY(file->size());
  std::string block(block_bytes, '\0');
  block.resize(TRY(file->read(0, block.data(), block.size())));
  const auto header = decode_segment_header(block);
  if (header && header->number == number && header->segment_bytes == size) {
    used_[number] = {*header, nullptr};
  } else if (size >= least_segment_bytes && size % block_bytes == 0 && is_zero(block)) {
    ready_.push_back({number, size});
  } else {
    damaged_.push_back(path(number));
  }
  return {};
}

std::vector<SegmentHeader> SegmentPool::in_use() const {
  const std::scoped_lock lock(mutex_);
  std::vector<SegmentHeader> result;
  for (const auto& [number, used] : used_) result.push_back(used.header);
  return result;
}

void SegmentPool::start() {
  ASSERT(!worker_.joinable());
  worker_ = std::thread([this] { work(); });
}

void SegmentPool::stop() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (worker_.joinable()) worker_.join();
}

std::size_t SegmentPool::ready() const {
  const std::scoped_lock lock(mutex_);
  return ready_.size();
}

bool SegmentPool::has_room(std::uint64_t bytes) const {
  std::uint64_t room = 0;
  for (const auto& ready : ready_) room += usable(ready.bytes);
  return !ready_.empty() && room >= bytes;
}

DiskResult<void> SegmentPool::reserve(std::uint64_t bytes) {
  std::unique_lock lock(mutex_);
  if (has_room(bytes)) return {};
  wanted_ = std::max(options_.spare, ready_.size() + bytes / usable(options_.segment_bytes) + 1);
  if (is_failing_) return std::unexpected(last_failure_);
  const std::uint64_t failures = failures_;
  changed_.notify_all();
  changed_.wait(lock, [&] { return has_room(bytes) || failures_ != failures || stopping_; });
  if (has_room(bytes)) return {};
  if (stopping_) return std::unexpected(DiskError{ECANCELED, "the store is closing"});
  return std::unexpected(last_failure_);
}

DiskResult<SegmentPool::Fresh> SegmentPool::take() {
  Ready next;
  {
    const std::scoped_lock lock(mutex_);
    ASSERT(!ready_.empty());
    next = ready_.front();
    ready_.pop_front();
    wanted_ = options_.spare;
  }
  changed_.notify_all();
  return Fresh{next.number, next.bytes, TRY(disk_.open(path(next.number), Access::write_log))};
}

void SegmentPool::use(const SegmentHeader& header) {
  const std::scoped_lock lock(mutex_);
  used_[header.number] = {header, nullptr};
}

DiskResult<std::shared_ptr<const File>> SegmentPool::reader(std::uint64_t number) {
  const std::scoped_lock lock(mutex_);
  const auto found = used_.find(number);
  if (found == used_.end())
    return std::unexpected(DiskError{ENOENT, segment_name(number) + " is not in use"});
  if (!found->second.file) found->second.file = TRY(disk_.open(path(number), Access::read));
  return found->second.file;
}

void SegmentPool::recycle(std::uint64_t number) {
  {
    const std::scoped_lock lock(mutex_);
    const auto found = used_.find(number);
    if (found == used_.end()) return;
    retired_.push_back(std::move(found->second));
    used_.erase(found);
  }
  changed_.notify_all();
}

bool SegmentPool::has_work() const {
  const bool can_recycle =
      std::ranges::any_of(retired_, [](const Used& u) { return u.file.use_count() <= 1; });
  return ready_.size() < wanted_ || can_recycle;
}

void SegmentPool::work() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    if (!has_work()) {
      // Readers that let go of a retired segment don't tell: so look again now and then.
      const std::chrono::milliseconds pause = retired_.empty() ? std::chrono::hours(1) : retry_interval;
      changed_.wait_for(lock, pause);
      continue;
    }
    const auto idle = std::ranges::find_if(retired_, [](const Used& u) { return u.file.use_count() <= 1; });
    DiskResult<Ready> made = std::unexpected(DiskError{});
    if (idle != retired_.end()) {
      const std::uint64_t old_number = idle->header.number;
      const bool fits = ready_.size() < wanted_ && idle->header.segment_bytes == options_.segment_bytes;
      retired_.erase(idle);
      const std::uint64_t number = fits ? ++last_number_ : 0;
      lock.unlock();
      if (fits) {
        made = remake(old_number, number);
      } else if (const auto removed = disk_.remove(path(old_number)); !removed) {
        log::warning("store", "{}", removed.error().what);
      }
      lock.lock();
      if (!fits) continue;
    } else {
      const std::uint64_t number = ++last_number_;
      lock.unlock();
      made = make(number);
      lock.lock();
    }
    if (made) {
      if (is_failing_) log::info("store", "there is space for new mail again");
      is_failing_ = false;
      ready_.push_back(*made);
      changed_.notify_all();
      continue;
    }
    failures_ += 1;
    last_failure_ = made.error();
    if (!is_failing_)
      log::error("store", "can't prepare space for new mail: {}; trying again", last_failure_.what);
    is_failing_ = true;
    changed_.notify_all();
    changed_.wait_for(lock, retry_interval, [this] { return stopping_; });
  }
}

DiskResult<SegmentPool::Ready> SegmentPool::make(std::uint64_t number) {
  const std::string beside = options_.folder + "/next" + std::string(suffix) + ".new";
  auto write_zeros = [&]() -> DiskResult<void> {
    const auto file = TRY(disk_.open(beside, Access::create_log));
    TRY(file->fill_with_zeros(options_.segment_bytes));
    return file->sync();
  };
  TRY(disk_.remove(beside));
  if (const auto written = write_zeros(); !written) {
    // It may have taken the last of the space.
    if (const auto removed = disk_.remove(beside); !removed)
      log::warning("store", "{}", removed.error().what);
    return std::unexpected(written.error());
  }
  TRY(disk_.rename(beside, path(number)));
  TRY(disk_.sync_folder(options_.folder));
  return Ready{number, options_.segment_bytes};
}

DiskResult<SegmentPool::Ready> SegmentPool::remake(std::uint64_t old_number, std::uint64_t number) {
  const auto file = TRY(disk_.open(path(old_number), Access::write));
  TRY(file->write(0, std::string(block_bytes, '\0')));
  TRY(file->sync());
  TRY(disk_.rename(path(old_number), path(number)));
  TRY(disk_.sync_folder(options_.folder));
  return Ready{number, TRY(file->size())};
}

}  // namespace pillarbox::store::journal
