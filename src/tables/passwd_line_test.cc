#include "tables/passwd_line.h"

#include <gtest/gtest.h>

#include "tables/testing.h"

namespace pillarbox::tables {
namespace {

TEST(PasswdLine, ReadsEveryForm) {
  struct Case {
    const char* line;
    PasswdEntry expected;
  };
  const std::vector<Case> cases = {
      {"anna", {.login = "anna"}},
      {"anna:$6$salt$hash", {.login = "anna", .hash = "$6$salt$hash"}},
      {"billy@example.com:$2b$08$ynb94C/pvvr", {.login = "billy@example.com", .hash = "$2b$08$ynb94C/pvvr"}},
      {"anna $6$salt$hash", {.login = "anna", .hash = "$6$salt$hash"}},
      {"anna: $6$salt$hash", {.login = "anna", .hash = "$6$salt$hash"}},
      {"anna\t\t{SSHA}aGk=", {.login = "anna", .hash = "{SSHA}aGk="}},
      {"anna {PLAIN}a:b", {.login = "anna", .hash = "{PLAIN}a:b"}},
      {"anna:{PLAIN}a b", {.login = "anna", .hash = "{PLAIN}a b"}},
      {"mayeu  mayeu:hashpassword", {.login = "mayeu", .hash = "hashpassword", .label = "mayeu"}},
      {"mayeu => mayeu:hash", {.login = "mayeu", .hash = "hash", .label = "mayeu"}},
      {"label1  user:password", {.login = "user", .hash = "password", .label = "label1"}},
      {"m     5000:5000:/var/vmail/m", {.login = "m", .uid = 5000, .gid = 5000, .home = "/var/vmail/m"}},
      {"m: 5000:5000:/var/vmail/m", {.login = "m", .uid = 5000, .gid = 5000, .home = "/var/vmail/m"}},
      {"m:password:5000:5001::/var/vmail::userdb_mail=maildir:~/",
       {.login = "m",
        .hash = "password",
        .uid = 5000,
        .gid = 5001,
        .home = "/var/vmail",
        .extra = "userdb_mail=maildir:~/"}},
      {"m:{SHA512-CRYPT}$6$x$y:::John Doe:/home/m:/bin/sh:a=b c=d:e",
       {.login = "m", .hash = "{SHA512-CRYPT}$6$x$y", .home = "/home/m", .extra = "a=b c=d:e"}},
      {"m:x:1000", {.login = "m", .hash = "x", .uid = 1000}},
      {"m:", {.login = "m"}},
      {"m::1000:1000::/home/m:", {.login = "m", .uid = 1000, .gid = 1000, .home = "/home/m"}},
      {"bücher@exämple.org:x", {.login = "bücher@exämple.org", .hash = "x"}},
  };
  for (const auto& [line, expected] : cases) {
    const auto entry = parse_passwd_line(line);
    ASSERT_TRUE(entry) << line << ": " << entry.error();
    EXPECT_EQ(entry->login, expected.login) << line;
    EXPECT_EQ(entry->hash, expected.hash) << line;
    EXPECT_EQ(entry->label, expected.label) << line;
    EXPECT_EQ(entry->uid, expected.uid) << line;
    EXPECT_EQ(entry->gid, expected.gid) << line;
    EXPECT_EQ(entry->home, expected.home) << line;
    EXPECT_EQ(entry->extra, expected.extra) << line;
  }
}

TEST(PasswdLine, SaysWhatIsBroken) {
  struct Case {
    std::string line;
    const char* error;
  };
  for (const auto& [line, error] : {
           Case{"", "a line without a user's name"},
           Case{":hash", "a line without a user's name"},
           Case{"m:x:uid", "the uid isn't a number"},
           Case{"m:x:1:-2", "the gid isn't a number"},
           Case{"m:x:4294967296", "the uid isn't a number"},
           Case{"a\x01:x", "the user's name has characters that no name has"},
           Case{"\xff:x", "the user's name has characters that no name has"},
           Case{std::string(321, 'a') + ":x", "the user's name is too long"},
           Case{"a:" + std::string(1'025, 'x'), "the password's hash is too long"},
       }) {
    const auto entry = parse_passwd_line(line);
    ASSERT_FALSE(entry) << line;
    EXPECT_EQ(entry.error(), error) << line;
  }
}

TEST(PasswdMap, FindsWithoutCaseAndKeepsTheFirst) {
  const auto read = testing::read<PasswdMap>(
      "# users\n"
      "anna:one\n"
      "broken:x:y\n"
      "\n"
      "  Bob@Example.org  two\n"
      "ANNA:three\n"
      "relay1 anna:four\n"
      "relay2 anna:five\n");
  EXPECT_EQ(read.errors,
            (std::vector<std::string>{"3: the uid isn't a number: the line is ignored",
                                      "6: user ANNA stands in line 2 already: this line is ignored"}));
  ASSERT_NE(read.value.find("Anna"), nullptr);
  EXPECT_EQ(read.value.find("Anna")->hash, "one");
  EXPECT_EQ(read.value.find("Anna")->line, 2u);
  EXPECT_EQ(read.value.find("bob@example.ORG")->login, "Bob@Example.org");
  EXPECT_EQ(read.value.find("broken"), nullptr);
  EXPECT_EQ(read.value.find_label("relay1")->hash, "four");
  EXPECT_EQ(read.value.find_label("relay2")->hash, "five");
  EXPECT_EQ(read.value.find_label("anna")->hash, "one");
  EXPECT_EQ(read.value.find_label("relay3"), nullptr);
}

}  // namespace
}  // namespace pillarbox::tables
