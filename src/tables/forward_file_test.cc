#include "tables/forward_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "tables/limits.h"
#include "tables/system_users.h"

namespace pillarbox::tables {
namespace {

class ForwardFileTest : public ::testing::Test {
 protected:
  ForwardFileTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "pillarbox-forward-XXXXXX").string();
    home_ = ::mkdtemp(pattern.data());
    path_ = home_ / ".forward";
  }
  ~ForwardFileTest() override {
    ::chmod(home_.c_str(), 0700);
    std::filesystem::remove_all(home_);
  }

  void write(std::string_view text) { std::ofstream(path_, std::ios::trunc) << text; }

  // The text, "none", "refused: why" or "unavailable: why".
  std::string read() const { return read(home_, ::geteuid()); }
  std::string read(const std::string& home, std::uint32_t uid) const {
    const auto forward = read_forward_file(home, uid);
    if (!forward) return "unavailable: " + forward.error().detail;
    if (!forward->complaint.empty()) {
      EXPECT_FALSE(forward->text);
      const std::string start = path_.string() + " is not followed: ";
      EXPECT_TRUE(forward->complaint.starts_with(start)) << forward->complaint;
      return "refused: " + forward->complaint.substr(start.size());
    }
    return forward->text.value_or("none");
  }

  std::filesystem::path home_;
  std::filesystem::path path_;
};

TEST_F(ForwardFileTest, ReadsTheUsersOwn) {
  EXPECT_EQ(read(), "none");
  write("bob@example.org\n");
  EXPECT_EQ(read(), "bob@example.org\n");
  write("");
  EXPECT_EQ(read(), "");
  EXPECT_EQ(read(home_ / "nowhere", ::geteuid()), "none");
  EXPECT_EQ(read(path_, ::geteuid()), "none");
  EXPECT_EQ(read("", ::geteuid()), "none");
  EXPECT_EQ(read("relative", ::geteuid()), "none");
}

TEST_F(ForwardFileTest, FollowsNothingThatOthersCouldHaveMade) {
  write("bob@example.org\n");
  ::chmod(path_.c_str(), 0664);
  EXPECT_EQ(read(), "refused: others may write to it");
  ::chmod(path_.c_str(), 0602);
  EXPECT_EQ(read(), "refused: others may write to it");
  ::chmod(path_.c_str(), 0644);
  ::chmod(home_.c_str(), 0770);
  EXPECT_EQ(read(), "refused: others may write to the home");
  ::chmod(home_.c_str(), 0755);
  EXPECT_EQ(read(), "bob@example.org\n");
  // For another user neither the home nor the file are his own.
  if (::geteuid() == 0) {
    EXPECT_EQ(read(home_, 54'321), "refused: it belongs to another user");
    ::chown(home_.c_str(), 54'322, 54'322);
    EXPECT_EQ(read(home_, 54'321), "refused: the home belongs to another user");
    ::chown(home_.c_str(), 0, 0);
  } else {
    EXPECT_EQ(read(home_, ::geteuid() + 1), "refused: the home belongs to another user");
  }
}

TEST_F(ForwardFileTest, IsNotTrickedByLinksPipesOrSize) {
  std::ofstream(home_ / "secret") << "root@example.org\n";
  std::filesystem::create_symlink(home_ / "secret", path_);
  EXPECT_EQ(read(), "refused: it is a symbolic link");
  std::filesystem::remove(path_);
  ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
  EXPECT_EQ(read(), "refused: it isn't a plain file");  // and doesn't wait for a writer
  std::filesystem::remove(path_);
  std::filesystem::create_directory(path_);
  EXPECT_EQ(read(), "refused: it isn't a plain file");
  std::filesystem::remove(path_);
  write(std::string(limits::forward_bytes, 'x'));
  EXPECT_EQ(read().size(), limits::forward_bytes);
  write(std::string(limits::forward_bytes + 1, 'x'));
  EXPECT_EQ(read(), "refused: it is too large");
}

TEST_F(ForwardFileTest, WaitsWhileItsUserIsAtIt) {
  ::chmod(home_.c_str(), 01755);
  EXPECT_EQ(read(), "unavailable: " + home_.string() + " has the sticky bit: its user is at .forward");
}

TEST(NameServiceUsers, KnowsRoot) {
  NameServiceUsers users;
  const auto root = users.find("root");
  ASSERT_TRUE(root && *root);
  EXPECT_EQ((*root)->uid, 0u);
  EXPECT_EQ((*root)->login, "root");
  const auto nobody = users.find("no-such-user-here");
  ASSERT_TRUE(nobody.has_value());
  EXPECT_FALSE(nobody->has_value());
}

}  // namespace
}  // namespace pillarbox::tables
