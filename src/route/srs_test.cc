#include "route/srs.h"

#include <gtest/gtest.h>

namespace pillarbox::route {
namespace {

using std::chrono::days;

constexpr Time day_zero{std::chrono::milliseconds(0)};
const Time now = day_zero + days(20'000) + std::chrono::hours(13);

mail::Address address(std::string_view text) {
  const auto at = text.rfind('@');
  return {std::string(text.substr(0, at)), std::string(text.substr(at + 1))};
}

std::string forwarded(const Srs& srs, std::string_view sender, std::string_view domain = "ours.example") {
  const auto result = srs.forward(address(sender), domain, now);
  return result ? result->to_string() : "unchanged";
}

std::string reversed(const Srs& srs, std::string_view recipient, Time when = now) {
  const auto result = srs.reverse(address(recipient), when);
  return result ? result->to_string() : std::string(describe(result.error()));
}

// The hashes are those of a few lines of Python, with hmac and base64.b32encode(sum)[:8]:
//   hmac.new(b"secret", b"ra=sender.example=bob", "sha256")
TEST(Srs, WritesWhatOthersCanCompute) {
  const Srs srs("secret", "", days(4));
  EXPECT_EQ(forwarded(srs, "bob@sender.example"), "SRS0=KJT5A2JJ=RA=sender.example=bob@ours.example");
  EXPECT_EQ(forwarded(srs, "Bob.Smith+x=y@sender.example"),
            "SRS0=IDNADXBZ=RA=sender.example=Bob.Smith+x=y@ours.example");
  EXPECT_EQ(forwarded(srs, "SRS0=abcd=XY=first.example=bob@second.example"),
            "SRS1=JVA7IO5Y=second.example==abcd=XY=first.example=bob@ours.example");
  EXPECT_EQ(forwarded(srs, "srs0+abcd=XY=first.example=bob@second.example"),
            "SRS1=VJX6C3TK=second.example=+abcd=XY=first.example=bob@ours.example");
  EXPECT_EQ(forwarded(srs, "SRS1=zzzz=second.example==abcd=XY=first.example=bob@third.example"),
            "SRS1=JVA7IO5Y=second.example==abcd=XY=first.example=bob@ours.example");
}

TEST(Srs, LeavesSendersThatNeedNoOther) {
  const Srs srs("secret", "", days(4));
  EXPECT_EQ(forwarded(srs, "bob@ours.example"), "unchanged");
  // Longer than a local part may be.
  EXPECT_EQ(forwarded(srs, std::string(40, 'x') + "@sender.example"), "unchanged");
  EXPECT_EQ(forwarded(srs, std::string(32, 'x') + "@sender.example").size(),
            64 + std::string("@ours.example").size());
}

TEST(Srs, FindsTheWayBack) {
  const Srs srs("secret", "", days(4));
  for (const char* sender : {"bob@sender.example", "Bob@xn--bcher-kva.example", "a=b=c@sender.example",
                             "b\xc3\xbc@sender.example", "joe smith@sender.example", "bob@[192.0.2.1]"}) {
    const auto sent = srs.forward(address(sender), "ours.example", now);
    ASSERT_TRUE(sent.has_value()) << sender;
    EXPECT_TRUE(Srs::is_srs(sent->local_part));
    EXPECT_EQ(srs.reverse(*sent, now), address(sender)) << sender;
  }
  const auto chained =
      srs.forward(address("SRS0=abcd=XY=first.example=bob@second.example"), "ours.example", now);
  ASSERT_TRUE(chained.has_value());
  EXPECT_EQ(srs.reverse(*chained, now), address("SRS0=abcd=XY=first.example=bob@second.example"));
  // Some servers change the case, and some programs write another separator.
  EXPECT_EQ(reversed(srs, "srs0=kjt5a2jj=ra=SENDER.example=bob@ours.example"), "bob@sender.example");
  EXPECT_EQ(reversed(srs, "SRS0+KJT5A2JJ=RA=sender.example=bob@ours.example"), "bob@sender.example");
}

TEST(Srs, EndsAfterItsTime) {
  const Srs srs("secret", "", std::chrono::hours(36));
  const std::string sent = "SRS0=KJT5A2JJ=RA=sender.example=bob@ours.example";
  EXPECT_EQ(reversed(srs, sent, now + days(2)), "bob@sender.example");
  EXPECT_EQ(reversed(srs, sent, now + days(3)), "its time is over");
  EXPECT_EQ(reversed(srs, sent, now - days(1)), "its time is over");
  EXPECT_EQ(reversed(srs, sent, now + days(1'023)), "its time is over");
}

TEST(Srs, RefusesWhatItHasNotMade) {
  const Srs srs("secret", "", days(4));
  EXPECT_EQ(reversed(srs, "SRS0=AAAAAAAA=RA=sender.example=bob@ours.example"), "its hash isn't ours");
  EXPECT_EQ(reversed(srs, "SRS0=KJT5A2JJ=RA=sender.example=eve@ours.example"), "its hash isn't ours");
  EXPECT_EQ(reversed(srs, "SRS0=KJT5A2JJ=RB=sender.example=bob@ours.example"), "its hash isn't ours");
  EXPECT_EQ(reversed(srs, "SRS0=KJT5A=RA=sender.example=bob@ours.example"), "its hash isn't ours");
  EXPECT_EQ(reversed(srs, "SRS1=KJT5A2JJ=RA=sender.example=bob@ours.example"), "it is no whole SRS address");
  for (const char* broken : {"SRS0", "SRS0=", "SRS0==", "SRS0=a", "SRS0=a=", "SRS2=a=b=c=d", "bob"})
    EXPECT_NE(reversed(srs, std::string(broken) + "@ours.example"), "bob@sender.example") << broken;
  EXPECT_FALSE(Srs::is_srs("SRS0"));
  EXPECT_FALSE(Srs::is_srs("SRS0bob"));
  EXPECT_FALSE(Srs::is_srs("srs"));
  EXPECT_TRUE(Srs::is_srs("sRs1="));
}

TEST(Srs, UnderstandsTheKeyBefore) {
  const std::string sent = "SRS0=KJT5A2JJ=RA=sender.example=bob@ours.example";
  const Srs rotated("fresh", "secret", days(4));
  EXPECT_EQ(reversed(rotated, sent), "bob@sender.example");
  EXPECT_NE(forwarded(rotated, "bob@sender.example"), sent);
  EXPECT_EQ(reversed(Srs("fresh", "", days(4)), sent), "its hash isn't ours");
  // No backup key is no key, not the empty one.
  EXPECT_EQ(reversed(Srs("fresh", "", days(4)), "SRS0=7JX5WK2Y=RA=sender.example=bob@ours.example"),
            "its hash isn't ours");
}

}  // namespace
}  // namespace pillarbox::route
