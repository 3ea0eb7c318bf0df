#include "store/journal/body_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>

#include "base/try.h"
#include "store/journal/bytes.h"
#include "store/journal/checksum.h"
#include "store/journal/format.h"

namespace pillarbox::store::journal {
namespace {

Error corrupt(const std::string& name, std::uint64_t offset, const char* what) {
  return {ErrorKind::corrupt, fmt::format("{} at {}: {}", name, offset, what)};
}

std::expected<BodySource, OpenError> open_in_segment(SegmentPool& segments, const BodyRow& row) {
  auto fail = [](Error error) { return std::unexpected(OpenError{std::move(error)}); };
  auto file = segments.reader(row.place.segment);
  if (!file && file.error().code == ENOENT) {
    return std::unexpected(OpenError{{ErrorKind::corrupt, file.error().what}, true});
  }
  if (!file) return fail(file.error().as_store_error());
  BodySource source{.file = *file, .name = segment_name(row.place.segment), .size = row.size};
  if (row.size > max_inline_body_bytes)
    return fail(corrupt(source.name, row.place.at, "too large for a record"));
  // The record's beginning, the checksums and the first piece in one call: for most messages that is all.
  const std::size_t sums = pieces_of(row.size) * 8;
  const std::size_t prologue = record_header_bytes + body_prologue_bytes;
  const std::size_t first = std::min<std::uint64_t>(row.size, piece_bytes);
  std::string bytes(prologue + sums + first, '\0');
  const auto read = (*file)->read(row.place.at, bytes.data(), bytes.size());
  if (!read) return fail(read.error().as_store_error());
  ByteReader in(std::string_view(bytes).substr(record_header_bytes));
  const bool is_it = *read == bytes.size() && in.u64() == row.body.value && in.u32() == row.size;
  if (!is_it) return fail(corrupt(source.name, row.place.at, "not the body that should be there"));
  source.offset = row.place.at + prologue + sums;
  source.checksums = bytes.substr(prologue, sums);
  bytes.erase(0, prologue + sums);
  source.begin = std::move(bytes);
  return source;
}

}  // namespace

std::expected<BodySource, OpenError> open_body(SegmentPool& segments, const BodyFiles& files,
                                               const BodyRow& row) {
  if (row.place.segment != 0) return open_in_segment(segments, row);
  auto opened = files.open(row.place.at);
  if (!opened) {
    const bool is_damaged = opened.error().code == EBADMSG || opened.error().code == ENOENT;
    const Error error =
        is_damaged ? Error{ErrorKind::corrupt, opened.error().what} : opened.error().as_store_error();
    return std::unexpected(OpenError{error});
  }
  if (opened->size != row.size) {
    return std::unexpected(
        OpenError{corrupt(files.path(row.place.at), 0, "not the size that it should have")});
  }
  return BodySource{.file = std::move(opened->file),
                    .name = files.path(row.place.at),
                    .size = opened->size,
                    .checksums = std::move(opened->checksums)};
}

std::expected<std::string, Error> read_pieces(const BodySource& source, std::size_t first,
                                              std::size_t count) {
  const std::uint64_t at = std::min<std::uint64_t>(source.size, std::uint64_t{first} * piece_bytes);
  std::string bytes;
  if (first == 0 && !source.begin.empty() && count == 1) {
    bytes = source.begin;
  } else {
    bytes.resize(std::min<std::uint64_t>(source.size - at, std::uint64_t{count} * piece_bytes));
    const auto read = source.file->read(source.offset + at, bytes.data(), bytes.size());
    if (!read) return std::unexpected(read.error().as_store_error());
    if (*read != bytes.size()) return std::unexpected(corrupt(source.name, source.offset + at, "cut short"));
  }
  for (std::size_t i = 0; i * piece_bytes < bytes.size(); ++i) {
    const auto piece = std::string_view(bytes).substr(i * piece_bytes, piece_bytes);
    ByteReader expected(std::string_view(source.checksums).substr((first + i) * 8));
    if (expected.u64() != checksum(piece)) {
      const std::uint64_t piece_at = source.offset + at + i * piece_bytes;
      return std::unexpected(corrupt(source.name, piece_at, "a piece of a message doesn't fit its checksum"));
    }
  }
  return bytes;
}

JournalBodyReader::JournalBodyReader(ThreadPool& threads, BodySource source, std::string first_pieces)
    : threads_(threads),
      source_(std::make_shared<const BodySource>(std::move(source))),
      held_(std::move(first_pieces)) {}

Task<std::expected<std::string_view, Error>> JournalBodyReader::read(std::uint64_t offset, std::size_t most) {
  using Pieces = std::expected<std::string, Error>;
  if (offset >= source_->size || most == 0) co_return std::string_view();
  const std::uint64_t end = offset + std::min<std::uint64_t>(most, source_->size - offset);
  if (offset < held_at_ || end > held_at_ + held_.size()) {
    const auto first = static_cast<std::size_t>(offset / piece_bytes);
    const std::size_t count = pieces_of(end) - first;
    auto start = [&threads = threads_, source = source_, first, count](auto done) {
      threads.submit([source, first, count, done](std::size_t) { done(read_pieces(*source, first, count)); });
    };
    Pieces pieces = co_await await_callback<Pieces>(start);
    if (!pieces) co_return std::unexpected(pieces.error());
    held_ = std::move(*pieces);
    held_at_ = std::uint64_t{first} * piece_bytes;
  }
  co_return std::string_view(held_).substr(offset - held_at_, end - offset);
}

}  // namespace pillarbox::store::journal
