// Messages while they are received.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "store/draft.h"
#include "store/journal/body_files.h"
#include "store/journal/thread_pool.h"

namespace pillarbox::store::journal {

// The file of a large one. Written by one thread at a time; removed when it goes, unless it was kept.
class Spill {
 public:
  explicit Spill(BodyFiles& files) : files_(files) {}
  ~Spill();
  Spill(const Spill&) = delete;
  Spill& operator=(const Spill&) = delete;

  // Whole pieces, but for the last.
  DiskResult<void> write(std::string_view bytes);
  // Afterwards the file is complete and durable, and so is its name.
  DiskResult<void> finish();
  // The journal refers to it now.
  void keep() { is_kept_ = true; }
  std::uint64_t number() const { return file_->number; }

 private:
  BodyFiles& files_;
  std::optional<BodyFiles::Made> file_;
  std::string checksums_;
  std::uint64_t written_ = 0;
  bool is_kept_ = false;
};

class JournalDraft final : public Draft {
 public:
  // All must outlive the draft. Files are written by `threads`.
  JournalDraft(BodyFiles& files, ThreadPool& threads, std::size_t most_inline);
  ~JournalDraft() override;

  Task<std::expected<void, Error>> append(std::string_view bytes) override;
  std::uint64_t size() const override { return size_; }

  // One of them is to be called once, before it is committed: finish() when finish_inline() says that it
  // takes a file.
  bool finish_inline();
  Task<std::expected<void, Error>> finish();

  // Afterwards: in memory, with its pieces' checksums, or else in a file.
  bool is_inline() const { return !spill_; }
  std::string_view bytes() const { return buffer_; }
  std::string_view checksums() const { return checksums_; }
  Spill& spill() { return *spill_; }

 private:
  Task<std::expected<void, Error>> write_out(std::string bytes);

  BodyFiles& files_;
  ThreadPool& threads_;
  const std::size_t most_inline_;
  std::uint64_t size_ = 0;
  std::string buffer_;  // all of it, or what the file has not yet
  std::string checksums_;
  std::shared_ptr<Spill> spill_;  // shared with the task that writes to it, which may outlive the draft
};

}  // namespace pillarbox::store::journal
