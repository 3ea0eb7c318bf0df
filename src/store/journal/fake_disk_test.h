// A disk in memory that forgets what wasn't flushed, tears writes apart, and fails or dies at any step: what
// a power cut and a bad disk do, many times a second.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <vector>

#include "store/journal/file.h"

namespace pillarbox::store::journal {

class FakeDisk final : public Disk {
 public:
  enum class Fault : std::uint8_t {
    none,
    crash,     // from that step on nothing gets through
    io_error,  // that step fails; a failed flush loses what it was for, and the next one doesn't tell
    full,      // from that step on nothing grows, until make_space()
  };

  FakeDisk() = default;

  // What is changed on the disk counts as steps, from 1.
  void fail_at(std::uint64_t step, Fault fault);
  std::uint64_t steps() const;
  bool has_failed() const;
  void make_space();

  // The disk as it is found after the power came back: what was flushed, and by chance some sectors and names
  // that weren't.
  std::unique_ptr<FakeDisk> after_crash(std::uint64_t seed) const;

  // For tests that damage files.
  std::string content(const std::string& path) const;
  void set_content(const std::string& path, std::string content);
  std::vector<std::string> paths() const;

  DiskResult<std::unique_ptr<File>> open(const std::string& path, Access access) override;
  DiskResult<void> rename(const std::string& from, const std::string& to) override;
  DiskResult<void> remove(const std::string& path) override;
  DiskResult<void> sync_folder(const std::string& path) override;
  DiskResult<void> make_folder(const std::string& path) override;
  DiskResult<std::vector<std::string>> list(const std::string& path) override;

 private:
  friend class FakeFile;
  struct Write {
    std::uint64_t offset;
    std::string bytes;
  };
  struct Inode {
    std::string content;
    std::string durable;
    std::vector<Write> unflushed;
  };
  using Names = std::map<std::string, std::shared_ptr<Inode>>;

  // Counts a step; the error if it is the one that fails. `grows`: takes space.
  DiskResult<void> step(const std::string& path, bool grows);

  mutable std::mutex mutex_;
  Names names_;
  Names durable_names_;
  std::uint64_t steps_ = 0;
  std::uint64_t fail_at_ = 0;
  Fault fault_ = Fault::none;
  bool has_failed_ = false;
  bool is_dead_ = false;
  bool is_full_ = false;
};

}  // namespace pillarbox::store::journal
