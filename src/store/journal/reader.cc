#include "store/journal/reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/try.h"

namespace pillarbox::store::journal {
namespace {

constexpr std::size_t window_bytes = 4 * 1024 * 1024;
constexpr std::size_t largest_record = record_bytes(max_payload_bytes);
// No Batch's changes are larger: a longer chain of parts is nonsense that was made to fill the memory.
constexpr std::size_t max_assembled_bytes = 1024 * 1024 * 1024;

}  // namespace

SegmentReader::SegmentReader(std::shared_ptr<const File> file, const SegmentHeader& header)
    : file_(std::move(file)), header_(header) {}

DiskResult<std::string_view> SegmentReader::window(std::uint64_t offset) {
  const bool is_inside = offset >= window_at_ && offset <= window_at_ + window_.size();
  const bool reaches_end = window_at_ + window_.size() >= header_.segment_bytes;
  if (!is_inside || (!reaches_end && window_at_ + window_.size() - offset < largest_record)) {
    window_at_ = offset / block_bytes * block_bytes;
    window_.resize(std::min<std::uint64_t>(window_bytes, header_.segment_bytes - window_at_));
    window_.resize(TRY(file_->read(window_at_, window_.data(), window_.size())));
    if (offset > window_at_ + window_.size()) return std::string_view();
  }
  return std::string_view(window_).substr(offset - window_at_);
}

DiskResult<std::optional<SegmentReader::Found>> SegmentReader::at(std::uint64_t offset) {
  if (offset >= header_.segment_bytes) return std::nullopt;
  const auto record = decode_record(TRY(window(offset)), header_.stamp);
  if (!record) return std::nullopt;
  // A group begins with a block, and only there.
  const bool begins_group = record->header.sequence == record->header.group_sequence;
  if (begins_group && offset % block_bytes != 0) return std::nullopt;
  return Found{*record, offset};
}

DiskResult<std::optional<SegmentReader::Found>> SegmentReader::next() {
  auto found = TRY(at(position_));
  if (!found && position_ % block_bytes != 0) found = TRY(at(round_up(position_, block_bytes)));
  if (found) position_ = found->offset + found->record.bytes;
  return found;
}

DiskResult<bool> SegmentReader::has_group_after(std::uint64_t sequence) {
  for (std::uint64_t offset = round_up(position_, block_bytes); offset < header_.segment_bytes;
       offset += block_bytes) {
    const auto found = TRY(at(offset));
    if (found && found->record.header.group_sequence > sequence) return true;
  }
  return false;
}

DiskResult<std::optional<SegmentReader::Found>> SegmentReader::find(std::uint64_t first, std::uint64_t last) {
  // What only looks like a record doesn't fit the checksum: its seed is this segment's own, and nobody could
  // know it.
  for (std::uint64_t offset = position_; offset < header_.segment_bytes; offset += record_alignment) {
    auto found = TRY(at(offset));
    if (!found || found->record.header.sequence < first || found->record.header.sequence > last) continue;
    position_ = found->offset + found->record.bytes;
    return found;
  }
  return std::nullopt;
}

JournalReader::JournalReader(std::vector<Source> sources, std::uint64_t from)
    : sources_(std::move(sources)), from_(from) {
  // Begin with the last segment whose first record isn't behind `from`.
  while (current_ + 1 < sources_.size() && sources_[current_ + 1].header.first_sequence <= from_) ++current_;
  open_source();
}

void JournalReader::open_source() {
  if (sources_.empty()) expected_ = from_;
  if (current_ >= sources_.size()) return;
  const auto& source = sources_[current_];
  if (!has_started_) {
    has_started_ = true;
    expected_ = source.header.first_sequence;
    if (expected_ > from_) report(0, from_, expected_);
  }
  reader_.emplace(source.file, source.header);
}

void JournalReader::report(std::uint64_t offset, std::uint64_t from, std::uint64_t to) {
  // What comes before `from_` is nobody's concern: it is in the index.
  from = std::max(from, from_);
  if (from >= to) return;
  findings_.push_back({.file = sources_[current_].name,
                       .offset = offset,
                       .what = fmt::format("records {} to {} are damaged or missing", from, to - 1),
                       .advice = "restore this file from a backup, or accept the loss with "
                                 "`pillarbox doctor --rebuild`"});
}

DiskResult<std::optional<SegmentReader::Found>> JournalReader::pass_over(std::uint64_t end) {
  const bool is_last = current_ + 1 == sources_.size();
  const std::uint64_t broken_at = reader_->position();
  if (is_last && !TRY(reader_->has_group_after(expected_))) return std::nullopt;
  const auto found = TRY(reader_->find(expected_ + 1, end - 1));
  report(broken_at, expected_, found ? found->record.header.sequence : end);
  return found;
}

DiskResult<std::optional<JournalReader::Entry>> JournalReader::next() {
  while (current_ < sources_.size()) {
    const auto& source = sources_[current_];
    const bool is_last = current_ + 1 == sources_.size();
    const std::uint64_t end = is_last ? ~std::uint64_t{0} : sources_[current_ + 1].header.first_sequence;
    // A segment ends where the next begins: what may stand behind that in it was torn when the store last
    // stopped.
    std::optional<SegmentReader::Found> found;
    if (expected_ < end) {
      const std::uint64_t before = reader_->position();
      found = TRY(reader_->next());
      if (!found || found->record.header.sequence != expected_) {
        reader_->rewind(before);
        found = TRY(pass_over(end));
      }
    }
    if (!found) {
      if (!is_last) expected_ = std::max(expected_, end);
      ++current_;
      open_source();
      continue;
    }
    const RecordHeader& header = found->record.header;
    expected_ = header.sequence + 1;
    if (header.sequence < from_) continue;
    return Entry{source.header.number, found->offset, source.name, header, found->record.payload};
  }
  return std::nullopt;
}

std::optional<std::string_view> Assembler::add(const RecordHeader& header, std::string_view payload) {
  if (header.kind != RecordKind::changes) return std::nullopt;
  if (header.begins && header.ends) {
    is_open_ = false;
    return payload;
  }
  if (header.begins) {
    parts_.clear();
    is_open_ = true;
  }
  if (!is_open_ || parts_.size() + payload.size() > max_assembled_bytes) {
    is_open_ = false;
    parts_.clear();
    return std::nullopt;
  }
  parts_ += payload;
  if (!header.ends) return std::nullopt;
  is_open_ = false;
  return parts_;
}

}  // namespace pillarbox::store::journal
