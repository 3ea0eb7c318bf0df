#include "delivery/format.h"

#include <gmock/gmock.h>

namespace pillarbox::delivery {
namespace {

using testing::HasSubstr;

const FormatValues values{.sender = mail::Address{"Bob", "Elsewhere.example"},
                          .recipient = {"User+Tag", "Example.org"},
                          .destination = {"anna", "example.org"},
                          .username = "anna",
                          .directory = "/var/vmail/a n"};

std::string expand(std::string_view format, FormatUse use = FormatUse::path,
                   const FormatValues& with = values) {
  const auto result = expand_format(format, with, use);
  return result ? *result : "error: " + result.error();
}

TEST(Format, ExpandsWhatTheManualNames) {
  const std::pair<const char*, const char*> table[] = {
      {"", ""},
      {"/var/mail", "/var/mail"},
      {"100%", "100%"},
      {"%{sender}", "Bob@Elsewhere.example"},
      {"%{sender.user}|%{sender.domain}", "Bob|Elsewhere.example"},
      {"%{rcpt}", "User+Tag@Example.org"},
      {"%{rcpt.user}", "User+Tag"},
      {"%{dest}/%{dest.user}/%{dest.domain}", "anna@example.org/anna/example.org"},
      {"%{user.directory}/Maildir", "/var/vmail/a n/Maildir"},
      {"%{user.username}", "anna"},
      {"%{mbox.from}", "Bob@Elsewhere.example"},
      {"%{dest.domain[0]}", "e"},
      {"%{dest.domain[1]}", "x"},
      {"%{dest.domain[8:]}", "org"},
      {"%{dest.domain[-3:]}", "org"},
      {"%{dest.domain[0:6]}", "example"},
      {"%{dest.domain[0:-4]}", "example"},
      {"%{dest.domain[50:]}", ""},
      {"%{dest.domain[5:2]}", ""},
      {"%{dest.domain[-50:1]}", "ex"},
      {"%{rcpt:lowercase}", "user+tag@example.org"},
      {"%{rcpt:uppercase}", "USER+TAG@EXAMPLE.ORG"},
      {"%{rcpt:strip}", "User@Example.org"},
      {"%{rcpt:lowercase|strip}", "user@example.org"},
      {"%{rcpt.user[0:1]:lowercase}", "us"},
  };
  for (const auto& [format, expanded] : table) EXPECT_EQ(expand(format), expanded) << format;
}

TEST(Format, NamesWhatIsNone) {
  for (const auto* bad :
       {"%{", "%{rcpt", "%{rcptx}", "%{}", "%{user}", "%{mda}", "%{sender.users}", "%{rcpt[}", "%{rcpt[]}",
        "%{rcpt[a]}", "%{rcpt[0:b]}", "%{rcpt[0}", "%{rcpt:loud}"}) {
    EXPECT_THAT(expand(bad), testing::StartsWith("error: ")) << bad;
  }
}

TEST(Format, MakesWhatPeersChooseHarmless) {
  FormatValues hostile = values;
  const std::tuple<const char*, const char*, const char*, const char*> table[] = {
      // local part, in a path, raw in a path, raw in an argument
      {"user+t?g", "user+t:g", "user+t?g", "user+t?g"},
      {"..", ":.", ":.", ".."},
      {"../../etc", ":.:..:etc", ":.:..:etc", "../../etc"},
      {"/etc/passwd", ":etc:passwd", ":etc:passwd", "/etc/passwd"},
      {"-rf", ":rf", "-rf", "-rf"},
      {"$(id)", "::id:", "$(id)", "$(id)"},
      {"a b\tc", "a:b:c", "a b:c", "a b\tc"},
      {"%{sender}", "::sender:", "%{sender}", "%{sender}"},
      {"müller", "müller", "müller", "müller"},
  };
  for (const auto& [local, path, raw_path, raw] : table) {
    hostile.recipient.local_part = local;
    EXPECT_EQ(expand("%{rcpt.user}", FormatUse::path, hostile), path);
    EXPECT_EQ(expand("%{rcpt.user}", FormatUse::argument, hostile), path);
    EXPECT_EQ(expand("%{rcpt.user:raw}", FormatUse::path, hostile), raw_path);
    EXPECT_EQ(expand("%{rcpt.user:raw}", FormatUse::argument, hostile), raw);
  }
}

TEST(Format, TheNullSenderIsEmpty) {
  FormatValues bounce = values;
  bounce.sender.reset();
  EXPECT_EQ(expand("<%{sender}> <%{sender.user}>", FormatUse::argument, bounce), "<> <>");
  EXPECT_EQ(expand("%{mbox.from}", FormatUse::argument, bounce), "MAILER-DAEMON");
}

TEST(Format, IsBounded) { EXPECT_THAT(expand(std::string(5000, 'x')), HasSubstr("longer than")); }

}  // namespace
}  // namespace pillarbox::delivery
