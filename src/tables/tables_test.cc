#include "tables/tables.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <barrier>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include "base/clock.h"
#include "tables/alias_map.h"
#include "tables/file_table.h"
#include "tables/value_list.h"

namespace pillarbox::tables {
namespace {

using std::chrono::milliseconds;

class FileTableTest : public ::testing::Test {
 protected:
  FileTableTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "pillarbox-tables-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    path_ = folder_ / "table";
  }
  ~FileTableTest() override { std::filesystem::remove_all(folder_); }

  void write(std::string_view text) { std::ofstream(path_, std::ios::trunc) << text; }
  // As careful programs write: a new file that takes the old one's place.
  void replace(std::string_view text) {
    const auto fresh = folder_ / "fresh";
    std::ofstream(fresh) << text;
    std::filesystem::rename(fresh, path_);
  }
  // Not written just now: what it says is settled.
  void make_old() {
    const timespec times[2] = {{1'000'000'000, 0}, {1'000'000'000, 0}};
    ASSERT_EQ(::utimensat(AT_FDCWD, path_.c_str(), times, 0), 0);
  }
  static std::string first_line(Table& table) {
    const auto lines = table.lines();
    if (!lines) return "unavailable: " + lines.error().detail;
    return (*lines)->lines.empty() ? "" : std::string((*lines)->lines[0].text);
  }

  std::filesystem::path folder_;
  std::filesystem::path path_;
  ManualClock clock_{Time(milliseconds(1'700'000'000'000))};
};

TEST_F(FileTableTest, IsReadAgainWhenItChanges) {
  write("one\n");
  FileTable table("t", path_, FileTable::Format::text, clock_);
  EXPECT_EQ(first_line(table), "one");
  replace("two\n");
  EXPECT_EQ(first_line(table), "one");  // within the second
  EXPECT_EQ((*table.fresh_lines())->lines[0].text, "two");
  replace("three\n");
  clock_.advance(milliseconds(1'000));
  EXPECT_EQ(first_line(table), "three");
}

TEST_F(FileTableTest, SeesAChangeThatLeavesSizeAndTimesAsTheyWere) {
  write("one\n");
  FileTable table("t", path_, FileTable::Format::text, clock_);
  EXPECT_EQ(first_line(table), "one");
  struct stat before;
  ASSERT_EQ(::stat(path_.c_str(), &before), 0);
  write("two\n");
  const timespec times[2] = {before.st_atim, before.st_mtim};
  ASSERT_EQ(::utimensat(AT_FDCWD, path_.c_str(), times, 0), 0);
  clock_.advance(milliseconds(1'000));
  EXPECT_EQ(first_line(table), "two");
}

TEST_F(FileTableTest, IsTheSameVersionUntilItsTextChanges) {
  write("one\n");
  FileTable table("t", path_, FileTable::Format::text, clock_);
  const auto first = *table.lines();
  clock_.advance(milliseconds(1'000));
  EXPECT_EQ(*table.lines(), first);
  replace("one\n");
  clock_.advance(milliseconds(1'000));
  EXPECT_EQ(*table.lines(), first);
}

TEST_F(FileTableTest, KeepsWhatItSaidWhenItCannotBeRead) {
  write("one\n");
  make_old();
  FileTable table("t", path_, FileTable::Format::text, clock_);
  EXPECT_EQ(first_line(table), "one");
  std::filesystem::remove(path_);
  clock_.advance(milliseconds(1'000));
  EXPECT_EQ(first_line(table), "one");
  replace("two\n");
  clock_.advance(milliseconds(1'000));
  EXPECT_EQ(first_line(table), "two");
}

TEST_F(FileTableTest, IsUnavailableUntilItCouldBeRead) {
  FileTable table("t", path_, FileTable::Format::text, clock_);
  EXPECT_EQ(first_line(table), "unavailable: " + path_.string() + ": No such file or directory");
  write("one\n");
  clock_.advance(milliseconds(1'000));
  EXPECT_EQ(first_line(table), "one");

  FileTable directory("d", folder_, FileTable::Format::text, clock_);
  EXPECT_EQ(first_line(directory), "unavailable: " + folder_.string() + ": it isn't a file");
  const auto pipe = folder_ / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  FileTable fifo("f", pipe, FileTable::Format::text, clock_);
  EXPECT_EQ(first_line(fifo), "unavailable: " + pipe.string() + ": it isn't a file");
}

TEST_F(FileTableTest, ReadsADatabaseAndKeepsItWhenItIsDamaged) {
  const std::filesystem::path made =
      std::filesystem::path(PILLARBOX_SOURCE_DIR) / "tests/vectors/berkeley-db/makemap-aliases.db";
  path_ = folder_ / "aliases.db";
  FileTable table("t", path_, FileTable::Format::database, clock_);
  write("root: anna\n");
  EXPECT_EQ(first_line(table),
            "unavailable: " + path_.string() +
                ": it isn't a Berkeley DB file, such as makemap makes (\"pillarbox makemap " +
                (folder_ / "aliases").string() + "\" makes it anew; file:" + (folder_ / "aliases").string() +
                " reads the text)");
  std::filesystem::copy_file(made, path_, std::filesystem::copy_options::overwrite_existing);
  Typed<AliasMap> typed(table);
  const auto map = typed.fresh();
  ASSERT_TRUE(map.has_value());
  ASSERT_NE((*map)->find_name("root"), nullptr);
  EXPECT_EQ((*map)->find_name("root")->size(), 2u);
  EXPECT_EQ((*map)->find_address("m", "example.org")->size(), 1u);
  EXPECT_EQ((*map)->find_name("example.org"), nullptr);  // a virtual domain's mark
  EXPECT_FALSE(why_outdated(path_));

  std::ofstream(folder_ / "aliases") << "root: bob\n";
  std::filesystem::last_write_time(path_, std::filesystem::last_write_time(path_) - std::chrono::hours(1));
  EXPECT_EQ(why_outdated(path_), (folder_ / "aliases").string() + " was changed after " + path_.string() +
                                     " was made of it: \"pillarbox makemap " +
                                     (folder_ / "aliases").string() + "\" makes it anew");
  std::filesystem::resize_file(path_, 8'192);
  EXPECT_NE((*typed.fresh())->find_name("root"), nullptr);
}

TEST_F(FileTableTest, ManyThreadsReadWhileItChanges) {
  write("key: value\n");
  FileTable table("t", path_, FileTable::Format::text, clock_);
  Typed<AliasMap> typed(table);
  std::vector<std::thread> readers;
  for (int i = 0; i < 4; ++i) {
    readers.emplace_back([&typed] {
      for (int round = 0; round < 300; ++round) {
        const auto map = typed.fresh();
        ASSERT_TRUE(map);
        ASSERT_NE((*map)->find_name("key"), nullptr);
      }
    });
  }
  for (int i = 0; i < 100; ++i) replace("key: value" + std::to_string(i) + "\n");
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(text_of((*typed.fresh())->find_name("key")->at(0)), "value99");
}

TEST_F(FileTableTest, WhoeverComesDuringTheFirstReadingWaitsForIt) {
  write("key: value\n" + std::string(200'000, '#') + "\n");
  for (int round = 0; round < 100; ++round) {
    FileTable table("t", path_, FileTable::Format::text, clock_);
    std::barrier together(4);
    std::vector<std::jthread> readers;
    for (int i = 0; i < 4; ++i) {
      readers.emplace_back([&] {
        together.arrive_and_wait();
        EXPECT_EQ(first_line(table), "key: value");
      });
    }
  }
}

TEST(Tables, FindsInlineTablesByName) {
  const SystemClock clock;
  config::Table list{
      .name = "tags", .kind = config::Table::Kind::inline_list, .entries = {{"a b", ""}, {"#c", ""}}};
  config::Table map{
      .name = "aliases", .kind = config::Table::Kind::inline_map, .entries = {{"info", "anna, bob"}}};
  const Tables tables({list, map}, clock);
  EXPECT_EQ(tables.find("nothing"), nullptr);
  Typed<AliasMap> aliases(tables.get("aliases"));
  EXPECT_EQ((*aliases.get())->find_name("info")->size(), 2u);
  const auto lines = *tables.get("tags").lines();
  ASSERT_EQ(lines->lines.size(), 2u);
  EXPECT_EQ(lines->lines[1].text, "#c");
}

TEST(Lines, AreSplitAndTrimmed) {
  const auto lines =
      split_lines("x", "\xEF\xBB\xBF# comment\n\n  a b \r\n\tc\nd\n" + std::string(70'000, 'e') + "\nlast");
  ASSERT_EQ(lines->lines.size(), 4u);
  EXPECT_EQ(lines->lines[0].text, "a b");
  EXPECT_EQ(lines->lines[0].number, 3u);
  EXPECT_TRUE(lines->lines[0].is_indented);
  EXPECT_FALSE(lines->lines[2].is_indented);
  EXPECT_EQ(lines->lines[3].text, "last");
  ASSERT_EQ(lines->errors.size(), 1u);
  EXPECT_EQ(lines->errors[0].line, 6u);
}

}  // namespace
}  // namespace pillarbox::tables
