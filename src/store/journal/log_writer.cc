#include "store/journal/log_writer.h"

#include <sys/random.h>

#include <algorithm>
#include <cstring>
#include <new>

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
                     std::function<void()> idle)
    : pool_(pool),
      clock_(clock),
      options_(options),
      idle_(std::move(idle)),
      next_sequence_(next_sequence),
      group_sequence_(next_sequence) {
  ASSERT(options_.group_bytes % block_bytes == 0);
  ASSERT(options_.group_bytes >= block_bytes + record_bytes(max_payload_bytes));
  for (auto& group : groups_) {
    group.buffer.reset(new (std::align_val_t{block_bytes}) char[options_.group_bytes]);
  }
  thread_ = std::thread([this] { write_groups(); });
}

LogWriter::~LogWriter() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
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

void LogWriter::hand_over(std::unique_ptr<GroupNotes> notes) {
  // Padded, so that a block that somebody relies on is never written again.
  const std::size_t padded = round_up(fill_->used, block_bytes);
  std::memset(fill_->buffer.get() + fill_->used, 0, padded - fill_->used);
  fill_->used = padded;
  fill_->notes = std::move(notes);
  segment_used_ += padded;
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return writing_ == nullptr; });
    writing_ = fill_;
  }
  changed_.notify_all();
  fill_ = fill_ == &groups_[0] ? &groups_[1] : &groups_[0];
}

bool LogWriter::is_idle() const {
  const std::scoped_lock lock(mutex_);
  return writing_ == nullptr;
}

void LogWriter::wait_until_idle() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return writing_ == nullptr; });
}

DiskResult<void> LogWriter::write(Group& group) {
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
    changed_.wait(lock, [this] { return writing_ != nullptr || stopping_; });
    if (writing_ == nullptr) return;
    Group& group = *writing_;
    auto failure = broken_;
    lock.unlock();
    if (!failure) {
      if (const auto written = write(group); !written) failure = written.error();
    }
    if (group.notes) group.notes->settle(failure ? &*failure : nullptr);
    group.notes.reset();
    group.segment.reset();
    group.used = 0;
    group.opens_segment = false;
    lock.lock();
    if (failure && !broken_) broken_ = failure;
    writing_ = nullptr;
    changed_.notify_all();
    lock.unlock();
    idle_();
    lock.lock();
  }
}

}  // namespace pillarbox::store::journal
