// Groups of records on their way to a disk that may fail.
#include "store/journal/log_writer.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <vector>

#include "store/journal/fake_disk_test.h"

namespace pillarbox::store::journal {
namespace {

// Tells when it is settled, and takes as long for it as somebody wants.
class Slow final : public GroupNotes {
 public:
  Slow(int number, std::vector<int>& settled, std::future<void> wait = {})
      : number_(number), settled_(settled), wait_(std::move(wait)) {}
  void settle(const DiskError* failure) override {
    if (wait_.valid()) wait_.wait();
    settled_.push_back(failure == nullptr ? number_ : -number_);
  }

 private:
  int number_;
  std::vector<int>& settled_;
  std::future<void> wait_;
};

class LogWriterTest : public testing::Test {
 protected:
  LogWriterTest() {
    EXPECT_TRUE(disk_.make_folder("/j"));
    pool_ = SegmentPool::open(disk_, {.folder = "/j", .segment_bytes = least_segment_bytes}).value();
    pool_->start();
    log_ = std::make_unique<LogWriter>(*pool_, clock_, LogWriter::Options{.group_bytes = 512 * 1024}, 1,
                                       [this] { told_free_ += 1; });
    EXPECT_TRUE(log_->reserve(1000));
  }

  void write(int number, std::future<void> wait = {}) {
    log_->append_changes("changes", "");
    notes_.push_back(std::make_unique<Slow>(number, settled_, std::move(wait)));
    log_->hand_over(notes_.back().get());
  }

  FakeDisk disk_;
  ManualClock clock_{Time{std::chrono::milliseconds{1'700'000'000'000}}};
  std::unique_ptr<SegmentPool> pool_;
  std::vector<int> settled_;
  std::vector<std::unique_ptr<Slow>> notes_;
  std::atomic<int> told_free_ = 0;
  std::unique_ptr<LogWriter> log_;
};

TEST_F(LogWriterTest, WritesAGroupWhileTheOneBeforeSettles) {
  std::promise<void> go_on;
  write(1, go_on.get_future());
  write(2);
  // Comes back once the second is written, and that is while the first settles.
  write(3);
  EXPECT_FALSE(log_->is_free());
  go_on.set_value();
  log_->wait_until_settled();
  EXPECT_EQ(settled_, (std::vector{1, 2, 3}));
  EXPECT_TRUE(log_->is_free());
  EXPECT_GE(told_free_.load(), 1);
}

TEST_F(LogWriterTest, WritesNothingAfterAFailure) {
  write(1);
  log_->wait_until_settled();
  // Nobody else changes anything on the disk once there is a spare segment.
  EXPECT_TRUE(pool_->reserve(1000));
  disk_.fail_at(disk_.steps() + 1, FakeDisk::Fault::io_error);
  std::promise<void> go_on;
  write(2, go_on.get_future());
  write(3);
  go_on.set_value();
  write(4);
  log_->wait_until_settled();
  EXPECT_EQ(settled_, (std::vector{1, -2, -3, -4}));
  EXPECT_TRUE(log_->is_free());
}

}  // namespace
}  // namespace pillarbox::store::journal
