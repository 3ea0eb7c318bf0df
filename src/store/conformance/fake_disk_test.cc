#include "store/journal/fake_disk_test.h"

#include <algorithm>
#include <cerrno>

#include "base/try.h"

namespace pillarbox::store::journal {
namespace {

constexpr std::size_t sector = 512;

std::unexpected<DiskError> error(int code, const std::string& path) {
  return std::unexpected(DiskError{code, "fake " + path});
}

std::string folder_of(const std::string& path) { return path.substr(0, path.rfind('/')); }

void put(std::string& content, std::uint64_t offset, std::string_view bytes) {
  if (content.size() < offset + bytes.size()) content.resize(offset + bytes.size());
  content.replace(offset, bytes.size(), bytes);
}

}  // namespace

class FakeFile final : public File {
 public:
  FakeFile(FakeDisk& disk, std::string path, std::shared_ptr<FakeDisk::Inode> inode)
      : disk_(disk), path_(std::move(path)), inode_(std::move(inode)) {}

  DiskResult<std::size_t> read(std::uint64_t offset, char* to, std::size_t count) const override {
    const std::scoped_lock lock(disk_.mutex_);
    if (offset >= inode_->content.size()) return 0;
    return inode_->content.copy(to, count, offset);
  }

  DiskResult<void> write(std::uint64_t offset, std::string_view bytes) override {
    const std::scoped_lock lock(disk_.mutex_);
    return write_locked(offset, bytes);
  }

  DiskResult<void> sync() override {
    const std::scoped_lock lock(disk_.mutex_);
    return sync_locked();
  }

  DiskResult<void> write_durably(std::uint64_t offset, std::string_view bytes) override {
    const std::scoped_lock lock(disk_.mutex_);
    TRY(write_locked(offset, bytes));
    return sync_locked();
  }

  DiskResult<void> fill_with_zeros(std::uint64_t bytes) override {
    constexpr std::size_t stroke = 512 * 1024;
    for (std::uint64_t at = 0; at < bytes; at += stroke) {
      TRY(write(at, std::string(std::min<std::uint64_t>(stroke, bytes - at), '\0')));
    }
    return {};
  }

  DiskResult<std::uint64_t> size() const override {
    const std::scoped_lock lock(disk_.mutex_);
    return inode_->content.size();
  }

 private:
  DiskResult<void> write_locked(std::uint64_t offset, std::string_view bytes) {
    const auto stepped = disk_.step(path_, offset + bytes.size() > inode_->content.size());
    if (!stepped) {
      // Some of it may get through.
      if (!disk_.is_full_) inode_->unflushed.push_back({offset, std::string(bytes)});
      return stepped;
    }
    put(inode_->content, offset, bytes);
    inode_->unflushed.push_back({offset, std::string(bytes)});
    return {};
  }

  DiskResult<void> sync_locked() {
    const auto stepped = disk_.step(path_, false);
    if (!stepped) {
      // A live system forgets what it couldn't write, and thinks the matter settled.
      if (!disk_.is_dead_) inode_->unflushed.clear();
      return stepped;
    }
    for (const auto& write : inode_->unflushed) put(inode_->durable, write.offset, write.bytes);
    inode_->unflushed.clear();
    return {};
  }

  FakeDisk& disk_;
  std::string path_;
  std::shared_ptr<FakeDisk::Inode> inode_;
};

void FakeDisk::fail_at(std::uint64_t step, Fault fault) {
  const std::scoped_lock lock(mutex_);
  fail_at_ = step;
  fault_ = fault;
}

std::uint64_t FakeDisk::steps() const {
  const std::scoped_lock lock(mutex_);
  return steps_;
}

bool FakeDisk::has_failed() const {
  const std::scoped_lock lock(mutex_);
  return has_failed_;
}

void FakeDisk::make_space() {
  const std::scoped_lock lock(mutex_);
  fault_ = Fault::none;
  is_full_ = false;
}

DiskResult<void> FakeDisk::step(const std::string& path, bool grows) {
  steps_ += 1;
  if (is_dead_) return error(EIO, path);
  const bool is_it = fault_ != Fault::none && steps_ >= fail_at_;
  if (!is_it) return {};
  if (fault_ == Fault::full) {
    is_full_ = true;
    if (!grows) return {};
    has_failed_ = true;
    return error(ENOSPC, path);
  }
  if (steps_ > fail_at_ && !is_dead_) return {};
  has_failed_ = true;
  is_dead_ = fault_ == Fault::crash;
  return error(EIO, path);
}

std::unique_ptr<FakeDisk> FakeDisk::after_crash(std::uint64_t seed) const {
  const std::scoped_lock lock(mutex_);
  std::mt19937_64 random(seed);
  auto after = std::make_unique<FakeDisk>();
  std::map<const Inode*, std::shared_ptr<Inode>> inodes;
  auto survivor = [&](const Inode& inode) {
    auto& found = inodes[&inode];
    if (found) return found;
    found = std::make_shared<Inode>();
    found->durable = inode.durable;
    const bool all = random() % 3 == 0;
    for (const auto& write : inode.unflushed) {
      for (std::size_t at = 0; at < write.bytes.size(); at += sector) {
        const auto piece = std::string_view(write.bytes).substr(at, sector);
        if (all || random() % 2 == 0) put(found->durable, write.offset + at, piece);
      }
    }
    found->content = found->durable;
    return found;
  };
  for (const auto& [name, inode] : durable_names_) after->durable_names_[name] = survivor(*inode);
  // A name that was made, changed or removed since the last flush of its folder: it is either as it was or as
  // it is.
  for (const auto& [name, inode] : names_) {
    if (random() % 2 == 0) after->durable_names_[name] = survivor(*inode);
  }
  for (const auto& [name, inode] : durable_names_) {
    if (!names_.contains(name) && random() % 2 == 0) after->durable_names_.erase(name);
  }
  after->names_ = after->durable_names_;
  return after;
}

std::string FakeDisk::content(const std::string& path) const {
  const std::scoped_lock lock(mutex_);
  const auto found = names_.find(path);
  return found == names_.end() ? "" : found->second->content;
}

void FakeDisk::set_content(const std::string& path, std::string content) {
  const std::scoped_lock lock(mutex_);
  auto inode = std::make_shared<Inode>();
  inode->content = inode->durable = std::move(content);
  names_[path] = durable_names_[path] = inode;
}

std::vector<std::string> FakeDisk::paths() const {
  const std::scoped_lock lock(mutex_);
  std::vector<std::string> result;
  for (const auto& [name, inode] : names_) result.push_back(name);
  return result;
}

DiskResult<std::unique_ptr<File>> FakeDisk::open(const std::string& path, Access access) {
  const std::scoped_lock lock(mutex_);
  auto found = names_.find(path);
  if (access == Access::create || access == Access::create_log) {
    if (found != names_.end()) return error(EEXIST, path);
    TRY(step(path, true));
    found = names_.emplace(path, std::make_shared<Inode>()).first;
  }
  if (found == names_.end()) return error(ENOENT, path);
  return std::make_unique<FakeFile>(*this, path, found->second);
}

DiskResult<void> FakeDisk::rename(const std::string& from, const std::string& to) {
  const std::scoped_lock lock(mutex_);
  const auto found = names_.find(from);
  if (found == names_.end()) return error(ENOENT, from);
  TRY(step(from, false));
  auto inode = found->second;
  names_.erase(found);
  names_[to] = std::move(inode);
  return {};
}

DiskResult<void> FakeDisk::remove(const std::string& path) {
  const std::scoped_lock lock(mutex_);
  if (!names_.contains(path)) return {};
  TRY(step(path, false));
  names_.erase(path);
  return {};
}

DiskResult<void> FakeDisk::sync_folder(const std::string& path) {
  const std::scoped_lock lock(mutex_);
  TRY(step(path, false));
  std::erase_if(durable_names_,
                [&](const auto& n) { return folder_of(n.first) == path && !names_.contains(n.first); });
  for (const auto& [name, inode] : names_) {
    if (folder_of(name) == path) durable_names_[name] = inode;
  }
  return {};
}

DiskResult<void> FakeDisk::make_folder(const std::string&) { return {}; }

DiskResult<std::vector<std::string>> FakeDisk::list(const std::string& path) {
  const std::scoped_lock lock(mutex_);
  std::vector<std::string> result;
  for (const auto& [name, inode] : names_) {
    if (folder_of(name) == path) result.push_back(name.substr(path.size() + 1));
  }
  return result;
}

}  // namespace pillarbox::store::journal
