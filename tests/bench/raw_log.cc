// pillarbox-raw-log: what the disk gives at best to a log with group commit. Producers hand records to one
// writer, which writes all that wait to a file that was written before, with one flush, then releases them.
// No checksum, no index, no copy: store commits are measured against this (engine.md).
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/uio.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t block = 4096;
constexpr std::size_t chunk = 1 << 20;

struct Options {
  std::string file;
  std::string flush = "fdatasync";  // or "direct": O_DIRECT and O_DSYNC
  std::string shape = "loop";       // or "threads"
  std::size_t producers = 16;
  std::size_t record = 4096;
  std::size_t file_bytes = 512 << 20;
  double seconds = 3;
};

[[noreturn]] void fail(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

struct FreeBytes {
  void operator()(void* bytes) const { std::free(bytes); }
};
using Bytes = std::unique_ptr<char[], FreeBytes>;

Bytes aligned_bytes(std::size_t size) {
  Bytes bytes(static_cast<char*>(std::aligned_alloc(block, size)));
  if (!bytes) throw std::bad_alloc();
  std::memset(bytes.get(), 'm', size);
  return bytes;
}

class File {
 public:
  explicit File(const Options& options) : direct_(options.flush == "direct"), bytes_(options.file_bytes) {
    write_whole(options.file);
    fd_ = open(options.file.c_str(), O_WRONLY | O_CLOEXEC | (direct_ ? O_DIRECT | O_DSYNC : 0));
    if (fd_ < 0) fail("open");
  }
  ~File() { close(fd_); }

  // Writes the pieces behind one another and flushes them.
  void append(std::vector<iovec>& pieces, std::size_t bytes) {
    if (at_ + bytes > bytes_) at_ = 0;
    constexpr std::size_t most_pieces = 1024;  // IOV_MAX
    for (std::size_t first = 0; first < pieces.size(); first += most_pieces) {
      const auto count = static_cast<int>(std::min(most_pieces, pieces.size() - first));
      const ssize_t written = pwritev(fd_, pieces.data() + first, count, static_cast<off_t>(at_));
      if (written < 0) fail("pwritev");
      at_ += static_cast<std::size_t>(written);
    }
    if (!direct_ && fdatasync(fd_) != 0) fail("fdatasync");
  }

 private:
  void write_whole(const std::string& path) const {
    const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0) fail("open");
    const Bytes zeroes = aligned_bytes(chunk);
    for (std::size_t done = 0; done < bytes_; done += chunk) {
      if (write(fd, zeroes.get(), chunk) != static_cast<ssize_t>(chunk)) fail("write");
    }
    if (fsync(fd) != 0) fail("fsync");
    close(fd);
  }

  int fd_ = -1;
  bool direct_;
  std::size_t bytes_;
  std::size_t at_ = 0;
};

// One producer's record. With threads each waits on its own `done`; in a loop one thread owns them all.
struct Slot {
  Bytes record;
  std::atomic<std::uint32_t> done = 0;
};

class Log {
 public:
  Log(const Options& options, File& file)
      : options_(options), file_(file), writer_([this] { write_batches(); }) {}
  ~Log() {
    {
      const std::lock_guard lock(mutex_);
      ended_ = true;
    }
    wake_writer_.notify_one();
    writer_.join();
  }

  void hand_over(const std::vector<Slot*>& slots) {
    bool writer_may_sleep = false;
    {
      const std::lock_guard lock(mutex_);
      writer_may_sleep = waiting_.empty();
      waiting_.insert(waiting_.end(), slots.begin(), slots.end());
    }
    if (writer_may_sleep) wake_writer_.notify_one();
  }

  // The records that became durable since the last call; waits for some.
  void take_finished(std::vector<Slot*>& finished) {
    std::unique_lock lock(mutex_);
    wake_loop_.wait(lock, [this] { return !finished_.empty(); });
    finished.clear();
    finished.swap(finished_);
  }

  std::uint64_t batches() const { return batches_; }

 private:
  void write_batches() {
    std::vector<Slot*> batch;
    std::vector<iovec> pieces;
    for (;;) {
      {
        std::unique_lock lock(mutex_);
        wake_writer_.wait(lock, [this] { return ended_ || !waiting_.empty(); });
        if (waiting_.empty()) return;
        batch.clear();
        batch.swap(waiting_);
      }
      pieces.clear();
      for (const Slot* slot : batch) pieces.push_back({slot->record.get(), options_.record});
      file_.append(pieces, batch.size() * options_.record);
      ++batches_;
      release(batch);
    }
  }

  void release(const std::vector<Slot*>& batch) {
    if (options_.shape == "threads") {
      for (Slot* slot : batch) {
        slot->done.fetch_add(1, std::memory_order_release);
        slot->done.notify_one();
      }
      return;
    }
    {
      const std::lock_guard lock(mutex_);
      finished_.insert(finished_.end(), batch.begin(), batch.end());
    }
    wake_loop_.notify_one();
  }

  const Options& options_;
  File& file_;
  std::mutex mutex_;
  std::condition_variable wake_writer_;
  std::condition_variable wake_loop_;
  std::vector<Slot*> waiting_;
  std::vector<Slot*> finished_;
  bool ended_ = false;
  std::uint64_t batches_ = 0;
  std::thread writer_;
};

std::uint64_t produce_with_threads(const Options& options, Log& log, std::vector<Slot>& slots) {
  const auto end = Clock::now() + std::chrono::duration<double>(options.seconds);
  std::atomic<std::uint64_t> records = 0;
  std::vector<std::thread> producers;
  for (Slot& slot : slots) {
    producers.emplace_back([&] {
      const std::vector<Slot*> own = {&slot};
      std::uint64_t count = 0;
      while (Clock::now() < end) {
        const auto before = slot.done.load(std::memory_order_acquire);
        std::memcpy(slot.record.get(), &count, sizeof count);
        log.hand_over(own);
        slot.done.wait(before, std::memory_order_acquire);
        ++count;
      }
      records += count;
    });
  }
  for (auto& producer : producers) producer.join();
  return records;
}

std::uint64_t produce_in_a_loop(const Options& options, Log& log, std::vector<Slot>& slots) {
  const auto end = Clock::now() + std::chrono::duration<double>(options.seconds);
  std::uint64_t records = 0;
  std::vector<Slot*> ready;
  for (Slot& slot : slots) ready.push_back(&slot);
  std::size_t under_way = 0;
  for (;;) {
    const bool going_on = Clock::now() < end;
    if (going_on) {
      for (Slot* slot : ready) std::memcpy(slot->record.get(), &records, sizeof records);
      log.hand_over(ready);
      under_way += ready.size();
    }
    if (under_way == 0) return records;
    log.take_finished(ready);
    under_way -= ready.size();
    records += ready.size();
  }
}

int run(const Options& options) {
  File file(options);
  std::vector<Slot> slots(options.producers);
  for (Slot& slot : slots) slot.record = aligned_bytes(options.record);
  Log log(options, file);
  const auto began = Clock::now();
  const std::uint64_t records = options.shape == "threads" ? produce_with_threads(options, log, slots)
                                                           : produce_in_a_loop(options, log, slots);
  const double seconds = std::chrono::duration<double>(Clock::now() - began).count();
  fmt::print(
      R"({{"mode":"raw-log","flush":"{}","shape":"{}","producers":{},"record":{},"records":{},"batches":{},)"
      R"("seconds":{:.4f},"per_second":{:.0f}}})"
      "\n",
      options.flush, options.shape, options.producers, options.record, records, log.batches(), seconds,
      static_cast<double>(records) / seconds);
  unlink(options.file.c_str());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app{"Measures a raw log with group commit: records a second, each durable before it counts."};
  app.add_option("file", options.file, "made, written in full, used, removed")->required();
  app.add_option("--flush", options.flush)->check(CLI::IsMember({"fdatasync", "direct"}));
  app.add_option("--shape", options.shape, "a thread for each producer, or all in one loop")
      ->check(CLI::IsMember({"threads", "loop"}));
  app.add_option("--producers", options.producers)->check(CLI::Range(1, 4096));
  app.add_option("--record", options.record, "bytes; a multiple of 4096")->check(CLI::Range(4096, 1 << 20));
  app.add_option("--file-bytes", options.file_bytes);
  app.add_option("--seconds", options.seconds);
  CLI11_PARSE(app, argc, argv);
  try {
    if (options.record % block != 0) throw std::invalid_argument("--record must be a multiple of 4096");
    return run(options);
  } catch (const std::exception& error) {
    fmt::print(stderr, "pillarbox-raw-log: {}\n", error.what());
    return 2;
  }
}
