#include "proto/smtp/client_command.h"

#include <gtest/gtest.h>

#include "proto/smtp/xtext.h"

namespace pillarbox::smtp {
namespace {

std::string line(const auto& parameters) {
  std::string out;
  write(parameters, out);
  return out;
}

TEST(ClientCommand, WritesMail) {
  EXPECT_EQ(line(MailParameters{}), "MAIL FROM:<>\r\n");
  EXPECT_EQ(line(MailParameters{.reverse_path = "anna@example.org"}), "MAIL FROM:<anna@example.org>\r\n");
  EXPECT_EQ(line(MailParameters{.reverse_path = "anna@example.org",
                                .size = 1234,
                                .body = "8BITMIME",
                                .smtputf8 = true,
                                .require_tls = true,
                                .ret = "HDRS",
                                .envelope_id = "QQ+314 159",
                                .priority = -3,
                                .deliver_by = "120;R"}),
            "MAIL FROM:<anna@example.org> SIZE=1234 BODY=8BITMIME SMTPUTF8 REQUIRETLS RET=HDRS "
            "ENVID=QQ+2B314+20159 MT-PRIORITY=-3 BY=120;R\r\n");
}

TEST(ClientCommand, WritesRcpt) {
  EXPECT_EQ(line(RcptParameters{.forward_path = "bob@example.org"}), "RCPT TO:<bob@example.org>\r\n");
  EXPECT_EQ(line(RcptParameters{.forward_path = "bob@example.org",
                                .notify = "SUCCESS,DELAY",
                                .original = "rfc822;bob+x@example.org"}),
            "RCPT TO:<bob@example.org> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;bob+2Bx@example.org\r\n");
  EXPECT_EQ(line(RcptParameters{.forward_path = "b@example.org", .original = "bob@example.org"}),
            "RCPT TO:<b@example.org> ORCPT=rfc822;bob@example.org\r\n");
  EXPECT_EQ(
      line(RcptParameters{.forward_path = "b@example.org", .original = "rfc822;j\xc3\xb6rg+a@example.org"}),
      "RCPT TO:<b@example.org> ORCPT=utf-8;j\\x{F6}rg\\x{2B}a@example.org\r\n");
}

TEST(ClientCommand, WritesBdat) {
  std::string out;
  write_bdat(86, false, out);
  write_bdat(0, true, out);
  EXPECT_EQ(out, "BDAT 86\r\nBDAT 0 LAST\r\n");
}

TEST(Xtext, EscapesWhatItMust) {
  EXPECT_EQ(encode_xtext(std::string_view("a+b=c d\0\x7f\xff~!", 12)), "a+2Bb+3Dc+20d+00+7F+FF~!");
  EXPECT_EQ(encode_unitext("\xe2\x82\xac\xf0\x9f\x98\x80\\"), "\\x{20AC}\\x{1F600}\\x{5C}");
  EXPECT_EQ(encode_unitext("j\\x{F6}rg"), "j\\x{F6}rg");
  EXPECT_EQ(encode_unitext("\xff\xc3"), "\\x{FF}\\x{C3}");
}

}  // namespace
}  // namespace pillarbox::smtp
