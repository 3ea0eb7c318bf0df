#include "store/journal/drafts.h"

#include <utility>

#include "base/log.h"
#include "base/try.h"
#include "store/journal/bytes.h"
#include "store/limits.h"

namespace pillarbox::store::journal {
namespace {

// What is gathered before it goes to the file; a multiple of piece_bytes.
constexpr std::size_t write_bytes = 256 * 1024;

std::expected<void, Error> as_store_result(const DiskResult<void>& result) {
  if (!result) return std::unexpected(result.error().as_store_error());
  return {};
}

}  // namespace

Spill::~Spill() {
  if (!file_ || is_kept_) return;
  file_->file.reset();
  if (const auto removed = files_.remove(file_->number); !removed) {
    log::warning("store", "{}; it is tried again at the next start", removed.error().what);
  }
}

DiskResult<void> Spill::write(std::string_view bytes) {
  if (!file_) file_ = TRY(files_.make());
  checksums_ += piece_checksums(bytes);
  TRY(file_->file->write(written_, bytes));
  written_ += bytes.size();
  return {};
}

DiskResult<void> Spill::finish() {
  TRY(file_->file->write(written_, checksums_));
  TRY(file_->file->write(written_ + checksums_.size(), encode_body_footer(written_, checksums_)));
  TRY(file_->file->sync());
  return files_.disk().sync_folder(files_.folder());
}

JournalDraft::JournalDraft(BodyFiles& files, ThreadPool& threads, std::size_t most_inline)
    : files_(files), threads_(threads), most_inline_(most_inline) {}

JournalDraft::~JournalDraft() {
  // Removing a large file takes its time: not on the caller's thread.
  if (spill_) threads_.submit([spill = std::move(spill_)](std::size_t) {});
}

Task<std::expected<void, Error>> JournalDraft::append(std::string_view bytes) {
  if (size_ + bytes.size() > limits::body_bytes) {
    co_return std::unexpected(Error{ErrorKind::limit, "message too large"});
  }
  size_ += bytes.size();
  buffer_.append(bytes);
  // Small messages end here. Others go to the file in strokes.
  if (size_ <= most_inline_ || buffer_.size() < write_bytes) co_return std::expected<void, Error>{};
  std::string rest = buffer_.substr(buffer_.size() / write_bytes * write_bytes);
  buffer_.resize(buffer_.size() - rest.size());
  std::string whole_pieces = std::exchange(buffer_, std::move(rest));
  co_return co_await write_out(std::move(whole_pieces));
}

Task<std::expected<void, Error>> JournalDraft::write_out(std::string bytes) {
  if (!spill_) spill_ = std::make_shared<Spill>(files_);
  auto shared = std::make_shared<const std::string>(std::move(bytes));
  auto start = [&threads = threads_, spill = spill_, shared](auto done) {
    threads.submit([spill, shared, done](std::size_t) { done(spill->write(*shared)); });
  };
  co_return as_store_result(co_await await_callback<DiskResult<void>>(start));
}

bool JournalDraft::finish_inline() {
  if (size_ > most_inline_) return false;
  checksums_ = piece_checksums(buffer_);
  return true;
}

Task<std::expected<void, Error>> JournalDraft::finish() {
  auto written = co_await write_out(std::exchange(buffer_, {}));
  if (!written) co_return written;
  auto start = [&threads = threads_, spill = spill_](auto done) {
    threads.submit([spill, done](std::size_t) { done(spill->finish()); });
  };
  co_return as_store_result(co_await await_callback<DiskResult<void>>(start));
}

}  // namespace pillarbox::store::journal
