// Reads bodies, wherever they are, and verifies every piece.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "store/journal/body_files.h"
#include "store/journal/index_reader.h"
#include "store/journal/segment_pool.h"
#include "store/journal/thread_pool.h"
#include "store/store.h"

namespace pillarbox::store::journal {

// Where a body's bytes are, and what they must come to.
struct BodySource {
  std::shared_ptr<const File> file;
  std::string name;          // for messages
  std::uint64_t offset = 0;  // of its first byte in the file
  std::uint64_t size = 0;
  std::string checksums;
  std::string begin;  // its first bytes, if they were read already: whole pieces, not yet verified
};

// Blocks. Error ENOENT inside: the place is not where it is any more.
struct OpenError {
  Error error;
  bool has_moved = false;
};
std::expected<BodySource, OpenError> open_body(SegmentPool& segments, const BodyFiles& files,
                                               const BodyRow& row);

// Blocks: the pieces from `first` on, `count` of them. Error: corrupt or io.
std::expected<std::string, Error> read_pieces(const BodySource& source, std::size_t first, std::size_t count);

class JournalBodyReader final : public BodyReader {
 public:
  // `threads` must outlive it.
  JournalBodyReader(ThreadPool& threads, BodySource source, std::string first_pieces);

  std::uint64_t size() const override { return source_->size; }
  Task<std::expected<std::string_view, Error>> read(std::uint64_t offset, std::size_t most) override;

 private:
  ThreadPool& threads_;
  const std::shared_ptr<const BodySource>
      source_;        // shared with the task that reads, which may outlive the reader
  std::string held_;  // verified pieces
  std::uint64_t held_at_ = 0;
};

}  // namespace pillarbox::store::journal
