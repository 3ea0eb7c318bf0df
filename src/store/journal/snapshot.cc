#include "store/journal/snapshot.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>

#include "base/text.h"
#include "base/try.h"
#include "store/journal/bytes.h"
#include "store/journal/checksum.h"

namespace pillarbox::store::journal {
namespace {

constexpr std::string_view magic = "PBXSNAPS";
constexpr std::string_view suffix = ".snapshot";
constexpr std::size_t header_bytes = 40;  // before its checksum
// Rows gather to this before they become a record. The largest row, a chunk or a queue entry, comes on top.
constexpr std::size_t rows_bytes = 64 * 1024;
constexpr std::size_t most_row_bytes = 32 * 1024 * 1024;

}  // namespace

std::string snapshot_name(std::uint64_t sequence) { return fmt::format("{:08}{}", sequence, suffix); }

std::optional<std::uint64_t> snapshot_sequence(std::string_view name) {
  if (!name.ends_with(suffix)) return std::nullopt;
  const auto sequence = parse_decimal(name.substr(0, name.size() - suffix.size()));
  return sequence && snapshot_name(*sequence) == name ? sequence : std::nullopt;
}

std::string encode(const SnapshotHeader& header) {
  std::string block;
  ByteWriter out(block);
  out.bytes(magic);
  out.u32(format_version);
  out.u32(0);
  out.u64(header.sequence);
  out.u64(header.stamp);
  out.u64(static_cast<std::uint64_t>(header.made.time_since_epoch().count()));
  out.u64(checksum(block));
  block.resize(block_bytes);
  return block;
}

std::optional<SnapshotHeader> decode_snapshot_header(std::string_view block) {
  ByteReader in(block);
  if (in.bytes(magic.size()) != magic || in.u32() != format_version || in.u32() != 0) return std::nullopt;
  SnapshotHeader header;
  header.sequence = in.u64();
  header.stamp = in.u64();
  header.made = Time{std::chrono::milliseconds{static_cast<std::int64_t>(in.u64())}};
  if (in.u64() != checksum(block.substr(0, header_bytes)) || in.failed()) return std::nullopt;
  return header;
}

DiskResult<SnapshotWriter> SnapshotWriter::begin(Disk& disk, std::string folder, SnapshotHeader header) {
  const std::string path = folder + "/" + snapshot_name(header.sequence) + ".new";
  TRY(disk.remove(path));
  auto file = TRY(disk.open(path, Access::create));
  TRY(file->write(0, encode(header)));
  return SnapshotWriter(disk, std::move(folder), header, std::move(file));
}

DiskResult<void> SnapshotWriter::add(const SnapshotRow& row) {
  encode(rows_, row);
  row_count_ += 1;
  if (rows_.size() < rows_bytes) return {};
  return flush();
}

// A record as in segments, but that it may be longer: the record's number stands for its sequence.
DiskResult<void> SnapshotWriter::flush() {
  std::string record(record_bytes(rows_.size()), '\0');
  rows_.copy(record.data() + record_header_bytes, rows_.size());
  record_count_ += 1;
  seal_record(record.data(),
              {.payload_bytes = static_cast<std::uint32_t>(rows_.size()),
               .sequence = record_count_,
               .group_sequence = record_count_},
              header_.stamp);
  TRY(file_->write(offset_, record));
  offset_ += record.size();
  rows_.clear();
  return {};
}

DiskResult<std::uint64_t> SnapshotWriter::finish() {
  encode(rows_, EndRow{row_count_});
  TRY(flush());
  TRY(file_->sync());
  const std::string path = folder_ + "/" + snapshot_name(header_.sequence);
  TRY(disk_.rename(path + ".new", path));
  TRY(disk_.sync_folder(folder_));
  return offset_;
}

DiskResult<SnapshotReader> SnapshotReader::open(std::shared_ptr<const File> file, std::string name) {
  std::string block(block_bytes, '\0');
  block.resize(TRY(file->read(0, block.data(), block.size())));
  const auto header = decode_snapshot_header(block);
  if (!header) return std::unexpected(DiskError{EBADMSG, name + " at 0: not a snapshot of this version"});
  return SnapshotReader(std::move(file), std::move(name), *header);
}

std::unexpected<DiskError> SnapshotReader::damaged() const {
  return std::unexpected(DiskError{EBADMSG, fmt::format("{} at {}: damaged", name_, offset_)});
}

DiskResult<void> SnapshotReader::load() {
  // The header says how long the record is; its checksum, whether that is true.
  std::string header(record_header_bytes, '\0');
  if (TRY(file_->read(offset_, header.data(), header.size())) != header.size()) return damaged();
  ByteReader in(std::string_view(header).substr(8));
  const std::uint32_t payload_bytes = in.u32();
  if (payload_bytes > most_row_bytes) return damaged();
  buffer_.resize(record_bytes(payload_bytes));
  if (TRY(file_->read(offset_, buffer_.data(), buffer_.size())) != buffer_.size()) return damaged();
  const auto record = decode_record(buffer_, header_.stamp, most_row_bytes);
  if (!record || record->header.sequence != records_ + 1) return damaged();
  records_ += 1;
  offset_ += record->bytes;
  rest_ = record->payload;
  return {};
}

DiskResult<SnapshotRow> SnapshotReader::next() {
  if (rest_.empty()) TRY(load());
  if (rest_.empty()) return damaged();
  auto row = take_row(rest_);
  if (!row) return damaged();
  if (const auto* end = std::get_if<EndRow>(&*row); end != nullptr && end->rows != rows_) return damaged();
  rows_ += 1;
  return std::move(*row);
}

}  // namespace pillarbox::store::journal
