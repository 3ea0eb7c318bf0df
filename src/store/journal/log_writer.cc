#include "store/journal/log_writer.h"

#include <sys/random.h>

#include <algorithm>
#include <cstring>
#include <iterator>
#include <new>
#include <utility>

#include "base/try.h"
#include "store/journal/checksum.h"

namespace pillarbox::store::journal {
namespace {

// Never the same twice, or what a recycled segment held before could be taken for its new records.
std::uint64_t new_stamp(Time now, std::uint64_t sequence) {
  std::uint64_t stamp = 0;
  if (::getrandom(&stamp, sizeof stamp, 0) == sizeof stamp) return stamp;
  const std::uint64_t seed[] = {static_cast<std::uint64_t>(now.time_since_epoch().count()), sequence};
  return checksum({reinterpret_cast<const char*>(seed), sizeof seed});
}

}  // namespace

void LogWriter::FreeBuffer::operator()(char* buffer) const {
  ::operator delete[](buffer, std::align_val_t{block_bytes});
}

LogWriter::LogWriter(SegmentPool& pool, const Clock& clock, Options options, std::uint64_t next_sequence,
                     std::function<void()> free)
    : pool_(pool),
      clock_(clock),
      options_(options),
      free_(std::move(free)),
      next_sequence_(next_sequence),
      group_sequence_(next_sequence) {
  ASSERT(options_.group_bytes % block_bytes == 0);
  ASSERT(options_.group_bytes >= block_bytes + record_bytes(max_payload_bytes));
  for (auto& group : groups_) {
    group.buffer.reset(new (std::align_val_t{block_bytes}) char[options_.group_bytes]);
  }
  for (auto& thread : threads_) thread = std::thread([this] { write_groups(); });
}

LogWriter::~LogWriter() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  handed_over_.notify_all();
  for (auto& thread : threads_) thread.join();
}

DiskResult<void> LogWriter::reserve(std::uint64_t bytes) {
  const std::uint64_t room = segment_ ? segment_->header.segment_bytes - segment_used_ - fill_->used : 0;
  const std::uint64_t padding = (bytes / options_.group_bytes + 2) * block_bytes;
  if (bytes + padding <= room) return {};
  return pool_.reserve(bytes);
}

bool LogWriter::has_room(std::uint64_t bytes) const {
  if (!segment_) return fill_->used == 0;
  return fill_->used + bytes <= options_.group_bytes - block_bytes &&
         segment_used_ + fill_->used + bytes <= segment_->header.segment_bytes;
}

char* LogWriter::begin_record(std::uint64_t payload_bytes) {
  const std::uint64_t needed = record_bytes(payload_bytes);
  if (segment_ && !has_room(needed) && fill_->used > 0) hand_over(nullptr);
  if (!segment_ || !has_room(needed)) open_segment();
  if (fill_->used == 0 || (fill_->opens_segment && fill_->used == block_bytes)) {
    group_sequence_ = next_sequence_;
    fill_->segment = segment_;
    fill_->offset = segment_used_;
  }
  return fill_->buffer.get() + fill_->used;
}

void LogWriter::end_record(char* record, RecordHeader header) {
  header.sequence = next_sequence_++;
  header.group_sequence = group_sequence_;
  seal_record(record, header, segment_->header.stamp);
  fill_->used += record_bytes(header.payload_bytes);
}

void LogWriter::open_segment() {
  ASSERT(fill_->used == 0);
  auto fresh = pool_.take();
  segment_ = std::make_shared<OpenSegment>();
  if (fresh) {
    segment_->header.number = fresh->number;
    segment_->header.segment_bytes = fresh->bytes;
    segment_->log = std::move(fresh->log);
  } else {
    // It can't be opened: the writing thread finds no file and breaks off there.
    segment_->header.segment_bytes = most_segment_bytes;
    const std::scoped_lock lock(mutex_);
    if (!broken_) broken_ = fresh.error();
  }
  segment_->header.stamp = new_stamp(clock_.now(), next_sequence_);
  segment_->header.first_sequence = next_sequence_;
  segment_->header.opened = clock_.now();
  segment_used_ = 0;
  active_segment_ = segment_->header.number;
  // The header goes out with the first group: one flush makes both durable.
  const std::string block = encode(segment_->header);
  std::memcpy(fill_->buffer.get(), block.data(), block.size());
  fill_->used = block.size();
  fill_->opens_segment = true;
}

Place LogWriter::append_body(BodyId body, std::string_view checksums, std::string_view bytes) {
  const std::size_t payload = body_payload_bytes(bytes.size());
  char* record = begin_record(payload);
  const Place place{segment_->header.number, segment_used_ + fill_->used};
  write_body_payload(record + record_header_bytes, body.value, checksums, bytes);
  end_record(record, {.kind = RecordKind::body, .payload_bytes = static_cast<std::uint32_t>(payload)});
  return place;
}

std::uint64_t LogWriter::append_changes(std::string_view first, std::string_view second) {
  bool begins = true;
  do {
    const std::size_t part = std::min(first.size() + second.size(), max_changes_bytes);
    const std::size_t from_first = std::min(first.size(), part);
    const std::size_t from_second = part - from_first;
    char* record = begin_record(part);
    char* to = record + record_header_bytes;
    std::memcpy(to, first.data(), from_first);
    std::memcpy(to + from_first, second.data(), from_second);
    first.remove_prefix(from_first);
    second.remove_prefix(from_second);
    end_record(record, {.kind = RecordKind::changes,
                        .begins = begins,
                        .ends = first.empty() && second.empty(),
                        .payload_bytes = static_cast<std::uint32_t>(part)});
    begins = false;
  } while (!first.empty() || !second.empty());
  return next_sequence_ - 1;
}

void LogWriter::hand_over(GroupNotes* notes) {
  // Padded, so that a block that somebody relies on is never written again.
  const std::size_t padded = round_up(fill_->used, block_bytes);
  std::memset(fill_->buffer.get() + fill_->used, 0, padded - fill_->used);
  fill_->used = padded;
  fill_->notes = notes;
  segment_used_ += padded;
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return can_write(); });
    waiting_ = fill_;
  }
  handed_over_.notify_one();
  fill_ = fill_ == &groups_[0] ? &groups_[1] : &groups_[0];
}

bool LogWriter::is_free() const {
  const std::scoped_lock lock(mutex_);
  return can_write() && taken_ - settled_ < std::size(threads_);
}

void LogWriter::wait_until_settled() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return can_write() && taken_ == settled_; });
}

DiskResult<void> LogWriter::write(const Group& group) {
  if (group.used == 0) return {};
  const auto before = std::chrono::steady_clock::now();
  TRY(group.segment->log->write_durably(group.offset, {group.buffer.get(), group.used}));
  const std::int64_t took = (std::chrono::steady_clock::now() - before).count();
  flush_nanoseconds_ = (flush_nanoseconds_ * 7 + took) / 8;
  if (group.opens_segment) pool_.use(group.segment->header);
  return {};
}

void LogWriter::write_groups() {
  std::unique_lock lock(mutex_);
  for (;;) {
    handed_over_.wait(lock, [this] { return waiting_ != nullptr || stopping_; });
    if (waiting_ == nullptr) return;
    Group& group = *std::exchange(waiting_, nullptr);
    const std::uint64_t number = taken_++;
    is_writing_ = true;
    auto failure = broken_;
    lock.unlock();
    if (!failure) {
      if (const auto written = write(group); !written) failure = written.error();
    }
    // From here on it may be filled again.
    GroupNotes* const notes = std::exchange(group.notes, nullptr);
    group.segment.reset();
    group.used = 0;
    group.opens_segment = false;
    lock.lock();
    if (failure && !broken_) broken_ = failure;
    is_writing_ = false;
    const bool is_last = settled_ == number;
    lock.unlock();
    changed_.notify_all();
    // The other thread is there for the next group, unless it is still settling the one before.
    if (is_last) free_();
    lock.lock();
    changed_.wait(lock, [&] { return settled_ == number; });
    lock.unlock();
    if (notes != nullptr) notes->settle(failure ? &*failure : nullptr);
    lock.lock();
    settled_ = number + 1;
    const bool was_awaited = can_write() && taken_ > settled_;
    lock.unlock();
    changed_.notify_all();
    if (was_awaited) free_();
    lock.lock();
  }
}

}  // namespace pillarbox::store::journal
