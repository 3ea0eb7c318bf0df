#include "delivery/way.h"

#include <gtest/gtest.h>

namespace pillarbox::delivery {
namespace {

using Means = route::DeliveryDestination::Means;

const Way ways[] = {
    {.destination = {.action = "local", .user = route::LocalUser{.login = "anna"}},
     .original = "anna@example.org"},
    {.destination = {.action = "in",
                     .means = Means::command,
                     .argument = "/usr/bin/x \"a b\" 100%\n\x7f",
                     .user = route::LocalUser{.login = "a=b c",
                                              .uid = 5000,
                                              .gid = 0,
                                              .home = "/var/vmail/m ü",
                                              .extra = "userdb_mail=maildir:~/"},
                     .run_as = route::LocalUser{.login = "vmail", .uid = 4294967294, .gid = 1},
                     .detail = "tag"},
     .original = "\"x y\"@example.org"},
    {.destination = {.action = "f", .means = Means::file, .argument = "/var/mail/archive"}},
};

TEST(Way, SurvivesTheQueue) {
  for (const Way& way : ways) {
    const auto read = way_from_text(to_text(way));
    ASSERT_TRUE(read.has_value()) << read.error();
    EXPECT_EQ(*read, way) << to_text(way);
  }
}

TEST(Way, CanBeReadByPeople) {
  EXPECT_EQ(to_text(ways[0]), "by=action action=local user.login=anna for=anna@example.org");
}

TEST(Way, SaysWhatIsWrong) {
  for (const auto* bad : {"", " ", "by", "by=hand", "user.uid=-1", "user.uid=4294967295", "as.gid=x",
                          "user.shoe=7", "for=%", "for=%0", "for=%0g", "else=1", "by=action  for=x"}) {
    EXPECT_FALSE(way_from_text(bad).has_value()) << bad;
  }
}

}  // namespace
}  // namespace pillarbox::delivery
