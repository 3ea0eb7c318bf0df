#include "accounts/user_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

namespace pillarbox::accounts {
namespace {

using testing::HasSubstr;

struct UserFiles : testing::Test {
  UserFiles()
      : folder(std::filesystem::temp_directory_path() / ("pillarbox-file-" + std::to_string(::getpid()))) {
    std::filesystem::create_directory(folder);
  }
  ~UserFiles() override { std::filesystem::remove_all(folder); }

  std::string path() const { return folder / "users"; }
  void write(const std::string& text) const { std::ofstream(path()) << text; }
  std::string text() const {
    std::stringstream all;
    all << std::ifstream(path()).rdbuf();
    return all.str();
  }
  UserFile open(UserFile::Open how = UserFile::Open::existing) const {
    auto file = UserFile::open(path(), how);
    EXPECT_TRUE(file) << file.error();
    return std::move(*file);
  }

  std::filesystem::path folder;
};

TEST_F(UserFiles, KeepCommentsOrderAndWhatIsNotUnderstood) {
  write("# our users\nanna:old\n\n  # a comment\na:b:no number\nbob:x");
  auto file = open();
  ASSERT_TRUE(file.set_hash("ANNA", "new"));
  ASSERT_TRUE(file.add("carol@example.org", "$y$h", ""));
  ASSERT_TRUE(file.add("dave", "h", "/home/dave"));
  EXPECT_EQ(text(), "# our users\nanna:old\n\n  # a comment\na:b:no number\nbob:x") << "not before save()";
  ASSERT_TRUE(file.save());
  EXPECT_EQ(text(),
            "# our users\nanna:new\n\n  # a comment\na:b:no number\nbob:x\ncarol@example.org:$y$h\n"
            "dave:h::::/home/dave\n");
  EXPECT_EQ(file.users().find("dave")->home, "/home/dave");
}

TEST_F(UserFiles, ChangeTheHashInEveryFormOfLine) {
  struct Row {
    const char* before;
    const char* after;
  };
  for (const auto& [before, after] : {
           Row{"m:old", "m:new"},
           Row{"m", "m:new"},
           Row{"m:", "m:new"},
           Row{"m   old", "m   new"},
           Row{"m: old", "m: new"},
           Row{"m => old", "m => new"},
           Row{"label m:old", "label m:new"},
           Row{"m m:old", "m m:new"},
           Row{"m:m:1:1::/m::x=m", "m:new:1:1::/m::x=m"},
           Row{"m::1000:1000::/home/m::", "m:new:1000:1000::/home/m::"},
           Row{"  m:{SHA512-CRYPT}$6$x$y:::John Doe:/home/m:/bin/sh:a=b",
               "  m:new:::John Doe:/home/m:/bin/sh:a=b"},
       }) {
    write(before);
    auto file = open();
    const auto changed = file.set_hash("m", "new");
    ASSERT_TRUE(changed) << before << ": " << changed.error();
    ASSERT_TRUE(file.save());
    EXPECT_EQ(text(), after + std::string("\n"));
  }
  for (const auto* before : {"m 5000:5000:/var/vmail/m", "m: 5000:5000:/var/vmail/m"}) {
    write(before);
    EXPECT_THAT(open().set_hash("m", "new").error(), HasSubstr("users:1: this form of line has no place"))
        << before;
  }
}

TEST_F(UserFiles, RemoveEveryLineOfAUser) {
  write("a:1\nlabel1 b:2\nlabel2 b:3\nB:4\n# b\nc:5\n");
  auto file = open();
  ASSERT_TRUE(file.remove("b"));
  ASSERT_TRUE(file.save());
  EXPECT_EQ(text(), "a:1\n# b\nc:5\n");
  EXPECT_THAT(file.remove("b").error(), HasSubstr("there is no user b in"));
}

TEST_F(UserFiles, RefuseNamesThatWouldBecomeSomethingElse) {
  write("anna:x\n");
  for (const auto* bad : {"", "a b", "a:b", "a\nb:c", "#a", "\xff", "a\tb", "label user"}) {
    EXPECT_FALSE(open().add(bad, "hash", "")) << bad;
  }
  EXPECT_FALSE(open().add("b", "hash", "/a:b"));
  EXPECT_FALSE(open().add("b", "hash", "/a\nroot:x"));
  EXPECT_THAT(open().add("Anna", "hash", "").error(), HasSubstr("user anna is there already"));
  EXPECT_EQ(text(), "anna:x\n");
}

TEST_F(UserFiles, KeepRightsAndFollowLinks) {
  write("anna:x\n");
  ::chmod(path().c_str(), 0640);
  const std::string link = folder / "link";
  std::filesystem::create_symlink("users", link);
  auto file = *UserFile::open(link, UserFile::Open::existing);
  ASSERT_TRUE(file.add("bob", "y", ""));
  ASSERT_TRUE(file.save());
  EXPECT_TRUE(std::filesystem::is_symlink(link));
  EXPECT_EQ(text(), "anna:x\nbob:y\n");
  struct stat status{};
  ::stat(path().c_str(), &status);
  EXPECT_EQ(status.st_mode & 07777, 0640u);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder), {}), 2) << "no temporary file is left";
}

TEST_F(UserFiles, AreMadeIfThatWasAskedFor) {
  EXPECT_THAT(UserFile::open(path(), UserFile::Open::existing).error(), HasSubstr("No such file"));
  auto file = open(UserFile::Open::may_be_new);
  ASSERT_TRUE(file.add("anna", "x", ""));
  ASSERT_TRUE(file.save());
  EXPECT_EQ(text(), "anna:x\n");
  struct stat status{};
  ::stat(path().c_str(), &status);
  EXPECT_EQ(status.st_mode & 07777, 0600u);
  std::filesystem::remove(path());
  std::filesystem::create_directory(path());
  EXPECT_THAT(UserFile::open(path(), UserFile::Open::may_be_new).error(), HasSubstr("not a file"));
  EXPECT_THAT(UserFile::open(folder / "none" / "users", UserFile::Open::may_be_new).error(),
              HasSubstr("No such file"));
  std::filesystem::create_symlink("nowhere", folder / "dangling");
  EXPECT_FALSE(UserFile::open(folder / "dangling", UserFile::Open::may_be_new));
}

TEST_F(UserFiles, LoseNoChangeOfManyEditors) {
  write("");
  std::vector<std::thread> editors;
  for (int i = 0; i < 4; ++i) {
    editors.emplace_back([this, i] {
      for (int j = 0; j < 10; ++j) {
        auto file = open();
        ASSERT_TRUE(file.add(std::to_string(i) + "-" + std::to_string(j), "x", ""));
        ASSERT_TRUE(file.save());
      }
    });
  }
  for (auto& editor : editors) editor.join();
  EXPECT_EQ(open().users().entries().size(), 40u);
}

}  // namespace
}  // namespace pillarbox::accounts
