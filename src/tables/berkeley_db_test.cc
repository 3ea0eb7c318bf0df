#include "tables/berkeley_db.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <map>

namespace pillarbox::tables {
namespace {

std::string vector_file(const std::string& name) {
  std::ifstream file(std::string(PILLARBOX_SOURCE_DIR) + "/tests/vectors/berkeley-db/" + name);
  EXPECT_TRUE(file.good()) << name;
  return {std::istreambuf_iterator<char>(file), {}};
}

std::map<std::string, std::string> read(const std::string& bytes) {
  std::deque<std::string> joined;
  const auto pairs = read_berkeley_db(bytes, joined);
  if (!pairs) return {{"error", std::string(describe(pairs.error()))}};
  std::map<std::string, std::string> result;
  for (const auto& [key, value] : *pairs)
    EXPECT_TRUE(result.emplace(std::string(key), std::string(value)).second) << key;
  return result;
}
using Map = std::map<std::string, std::string>;

TEST(BerkeleyDb, ReadsWhatMakemapMakes) {
  EXPECT_EQ(read(vector_file("makemap-aliases.db")), (Map{
                                                         {"@", "catch"},
                                                         {"@example.org", "Catch"},
                                                         {"example.org", "true"},
                                                         {"m@example.org", "m"},
                                                         {"mailer-daemon", "postmaster"},
                                                         {"postmaster", "m+pm@example.org"},
                                                         {"root", "anna, bob@example.net"},
                                                         {"team", "\"|/usr/bin/cmd a b\", /var/mail/x"},
                                                     }));
  EXPECT_EQ(read(vector_file("makemap-auth.db")), (Map{{"mayeu", "mayeu:$6$salt$hash"}}));
  EXPECT_EQ(read(vector_file("makemap-vusers-btree.db")), (Map{{"m", "5000:5000:/var/vmail/m"}}));
  const Map domains = read(vector_file("makemap-set.db"));
  EXPECT_EQ(domains.size(), 2u);
  EXPECT_TRUE(domains.contains("example.org") && domains.contains("example.net"));
}

// What make.c puts into its files.
Map made(int count) {
  Map map;
  for (int i = 0; i < count; ++i) {
    const std::string key = i == 7 ? std::string(500, 'k') : "user" + std::to_string(i);
    const auto letter = static_cast<char>('a' + i % 26);
    map[key] = i % 10 == 3 ? std::string(static_cast<std::size_t>(300 + i * 7), letter)
                           : "target" + std::to_string(i) + "@example.org";
  }
  map.erase("user5");
  return map;
}

TEST(BerkeleyDb, ReadsEveryLayout) {
  EXPECT_EQ(read(vector_file("hash.db")), made(60));
  EXPECT_EQ(read(vector_file("btree.db")), made(60));
  for (const char* kind : {"hash", "btree"}) {
    for (const char* way : {"big-endian", "checksums"})
      EXPECT_EQ(read(vector_file(std::string(kind) + "-" + way + ".db")), made(40)) << kind << way;
  }
}

TEST(BerkeleyDb, SaysWhatItCannotRead) {
  EXPECT_EQ(read(""), (Map{{"error", "it isn't a Berkeley DB file, such as makemap makes"}}));
  EXPECT_EQ(read("root: anna\n"), (Map{{"error", "it isn't a Berkeley DB file, such as makemap makes"}}));
  EXPECT_EQ(read(vector_file("recno.db")),
            (Map{{"error", "it isn't a Berkeley DB file, such as makemap makes"}}));
  EXPECT_EQ(read(vector_file("duplicates.db")),
            (Map{{"error", "it is a Berkeley DB file with several values for a key"}}));
  std::string file = vector_file("hash.db");
  file[16] = 99;
  EXPECT_EQ(read(file), (Map{{"error", "it is a Berkeley DB file of a version that isn't known"}}));
  file = vector_file("hash.db");
  file[24] = 1;
  EXPECT_EQ(read(file), (Map{{"error", "it is an encrypted Berkeley DB file"}}));
  file = vector_file("hash.db");
  EXPECT_EQ(read(file.substr(0, file.size() - 100)),
            (Map{{"error", "it is a damaged Berkeley DB file, or one that is being written"}}));
}

// Bytes changed, any length: pairs that lie within the file, or an error.
TEST(BerkeleyDb, BearsDamage) {
  for (const char* name : {"hash.db", "btree.db"}) {
    const std::string whole = vector_file(name);
    for (std::size_t i = 0; i < whole.size(); i += i % 512 < 64 ? 1 : 13) {
      for (const char value : {'\0', '\xff'}) {
        std::string file = whole;
        file[i] = value;
        std::deque<std::string> joined;
        const auto pairs = read_berkeley_db(file, joined);
        if (!pairs) continue;
        std::size_t bytes = 0;
        for (const auto& [key, text] : *pairs) bytes += key.size() + text.size();
        EXPECT_LE(bytes, 2 * file.size()) << name << " " << i;
      }
    }
    for (std::size_t pages = 0; pages < whole.size() / 512; ++pages) {
      std::deque<std::string> joined;
      const std::string file = whole.substr(0, pages * 512);
      if (const auto pairs = read_berkeley_db(file, joined)) EXPECT_LT(pairs->size(), 60u);
    }
  }
}

}  // namespace
}  // namespace pillarbox::tables
