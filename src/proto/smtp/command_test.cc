#include "proto/smtp/command.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

namespace pillarbox::smtp {
namespace {

using Kind = SyntaxError::Kind;

// A command or error in words, so that the tables below can be read.
std::string shown(const std::expected<Command, SyntaxError>& parsed) {
  struct Show {
    std::string operator()(const Ehlo& c) { return "EHLO " + c.client; }
    std::string operator()(const Helo& c) { return "HELO " + c.client; }
    std::string operator()(const Mail& c) {
      std::string text = "MAIL " + (c.reverse_path.address ? c.reverse_path.address->to_string() : "null");
      if (c.size) text += fmt::format(" size {}", *c.size);
      if (c.body == BodyType::eight_bit_mime) text += " 8bit";
      if (c.body == BodyType::binary_mime) text += " binary";
      if (c.smtputf8) text += " utf8";
      if (c.submitter) text += " by " + *c.submitter;
      return text;
    }
    std::string operator()(const Rcpt& c) {
      const auto& address = *c.forward_path.address;
      return "RCPT " + (address.domain.empty() ? "bare " + address.local_part : address.to_string());
    }
    std::string operator()(const Data&) { return "DATA"; }
    std::string operator()(const Bdat& c) {
      return fmt::format("BDAT {}{}", c.size, c.is_last ? " last" : "");
    }
    std::string operator()(const Rset&) { return "RSET"; }
    std::string operator()(const Noop&) { return "NOOP"; }
    std::string operator()(const Quit&) { return "QUIT"; }
    std::string operator()(const StartTls&) { return "STARTTLS"; }
    std::string operator()(const Help&) { return "HELP"; }
    std::string operator()(const Vrfy& c) { return "VRFY " + c.query; }
    std::string operator()(const Expn& c) { return "EXPN " + c.query; }
    std::string operator()(const Auth& c) {
      return "AUTH " + c.mechanism + (c.initial_response ? " [" + *c.initial_response + "]" : "");
    }
    std::string operator()(const NotOffered& c) { return "not offered " + c.verb; }
  };
  if (!parsed) return fmt::format("error {}", static_cast<int>(parsed.error().kind));
  return std::visit(Show{}, *parsed);
}

std::string failing(Kind kind) { return fmt::format("error {}", static_cast<int>(kind)); }

struct Case {
  std::string line;
  std::string result;
};

void check(const std::vector<Case>& cases) {
  for (const auto& c : cases) EXPECT_EQ(shown(parse_command(c.line)), c.result) << c.line;
}

TEST(Command, KnowsItsVerbsInAnyCase) {
  check({
      {"DATA", "DATA"},
      {"data", "DATA"},
      {"dAtA  ", "DATA"},
      {"RSET", "RSET"},
      {"QUIT", "QUIT"},
      {"STARTTLS", "STARTTLS"},
      {"NOOP", "NOOP"},
      {"NOOP whatever this is", "NOOP"},
      {"HELP", "HELP"},
      {"HELP mail", "HELP"},
      {"VRFY carol", "VRFY carol"},
      {"EXPN list", "EXPN list"},
      {"etrn example.org", "not offered ETRN"},
      {"TURN", "not offered TURN"},
      {"XCLIENT ADDR=192.0.2.1", "not offered XCLIENT"},
  });
}

TEST(Command, RefusesWhatIsNone) {
  check({
      {"", failing(Kind::unknown_command)},
      {" ", failing(Kind::unknown_command)},
      {" NOOP", failing(Kind::unknown_command)},
      {"NOOPE", failing(Kind::unknown_command)},
      {"MAILFROM:<a@b.example>", failing(Kind::unknown_command)},
      {"GET / HTTP/1.1", failing(Kind::other_protocol)},
      {"DATA now", failing(Kind::unwanted_arguments)},
      {"RSET x", failing(Kind::unwanted_arguments)},
      {"QUIT x", failing(Kind::unwanted_arguments)},
      {"STARTTLS now", failing(Kind::unwanted_arguments)},
      {"VRFY", failing(Kind::bad_arguments)},
      {"EXPN ", failing(Kind::bad_arguments)},
      {"NO\tOP", failing(Kind::bad_characters)},
      {std::string("NOOP\0", 5), failing(Kind::bad_characters)},
      {"NOOP \xff", failing(Kind::bad_characters)},
      {"NOOP \x7f", failing(Kind::bad_characters)},
  });
}

TEST(Command, ReadsClientNames) {
  check({
      {"EHLO client.example", "EHLO client.example"},
      {"helo client", "HELO client"},
      {"EHLO [192.0.2.1]", "EHLO [192.0.2.1]"},
      {"EHLO [IPv6:2001:db8::1]", "EHLO [IPv6:2001:db8::1]"},
      {"EHLO my_pc", "EHLO my_pc"},
      {"EHLO b\xc3\xbcro", "EHLO b\xc3\xbcro"},
      {"EHLO", failing(Kind::bad_client_name)},
      {"EHLO ", failing(Kind::bad_client_name)},
      {"EHLO a b", failing(Kind::bad_client_name)},
      {"EHLO (evil)", failing(Kind::bad_client_name)},
      {"EHLO <a>", failing(Kind::bad_client_name)},
      {"EHLO a;b", failing(Kind::bad_client_name)},
      {"EHLO " + std::string(255, 'a'), "EHLO " + std::string(255, 'a')},
      {"EHLO " + std::string(256, 'a'), failing(Kind::bad_client_name)},
  });
}

TEST(Command, ReadsMail) {
  check({
      {"MAIL FROM:<bob@elsewhere.example>", "MAIL bob@elsewhere.example"},
      {"mail from:<bob@elsewhere.example>", "MAIL bob@elsewhere.example"},
      {"MAIL FROM: <bob@elsewhere.example>", "MAIL bob@elsewhere.example"},
      {"MAIL FROM:<>", "MAIL null"},
      {"MAIL FROM:<@relay.example,@other.example:bob@elsewhere.example>", "MAIL bob@elsewhere.example"},
      {"MAIL FROM:<\"a>b\"@elsewhere.example> SIZE=1", "MAIL \"a>b\"@elsewhere.example size 1"},
      {"MAIL FROM:<bob@elsewhere.example> SIZE=500 BODY=8BITMIME",
       "MAIL bob@elsewhere.example size 500 8bit"},
      {"MAIL FROM:<bob@elsewhere.example>  size=0  body=binarymime",
       "MAIL bob@elsewhere.example size 0 binary"},
      {"MAIL FROM:<bob@elsewhere.example> BODY=7BIT", "MAIL bob@elsewhere.example"},
      {"MAIL FROM:<bob@elsewhere.example> SIZE=99999999999999999999",
       fmt::format("MAIL bob@elsewhere.example size {}", std::numeric_limits<std::uint64_t>::max())},
      {"MAIL FROM:<b\xc3\xb6"
       "b@elsewhere.example> SMTPUTF8",
       "MAIL b\xc3\xb6"
       "b@elsewhere.example utf8"},
      {"MAIL FROM:<b\xc3\xb6"
       "b@elsewhere.example>",
       failing(Kind::utf8_needs_smtputf8)},
      {"MAIL FROM:<bob@b\xc3\xbc"
       "cher.example>",
       failing(Kind::utf8_needs_smtputf8)},
      {"MAIL FROM:<bob@elsewhere.example> AUTH=<>", "MAIL bob@elsewhere.example by "},
      {"MAIL FROM:<bob@elsewhere.example> AUTH=e+3Dmc2@example.com",
       "MAIL bob@elsewhere.example by e=mc2@example.com"},
  });
}

TEST(Command, RefusesBadMail) {
  check({
      {"MAIL", failing(Kind::bad_arguments)},
      {"MAIL FROM", failing(Kind::bad_arguments)},
      {"MAIL TO:<bob@elsewhere.example>", failing(Kind::bad_arguments)},
      {"MAIL FROM:", failing(Kind::bad_reverse_path)},
      {"MAIL FROM:bob@elsewhere.example", failing(Kind::bad_reverse_path)},
      {"MAIL FROM:<bob>", failing(Kind::bad_reverse_path)},
      {"MAIL FROM:<bob@elsewhere.example", failing(Kind::bad_reverse_path)},
      {"MAIL FROM:<bob@elsewhere.example>SIZE=1", failing(Kind::bad_arguments)},
      {"MAIL FROM:<bob@elsewhere.example> FOO", failing(Kind::unknown_parameter)},
      {"MAIL FROM:<bob@elsewhere.example> RET=HDRS", failing(Kind::unknown_parameter)},
      {"MAIL FROM:<bob@elsewhere.example> SIZE", failing(Kind::bad_parameter)},
      {"MAIL FROM:<bob@elsewhere.example> SIZE=", failing(Kind::bad_parameter)},
      {"MAIL FROM:<bob@elsewhere.example> SIZE=-1", failing(Kind::bad_parameter)},
      {"MAIL FROM:<bob@elsewhere.example> SIZE=000000000000000000001", failing(Kind::bad_parameter)},
      {"MAIL FROM:<bob@elsewhere.example> SIZE=1 SIZE=1", failing(Kind::bad_parameter)},
      {"MAIL FROM:<bob@elsewhere.example> SIZE=1=2", failing(Kind::bad_parameter)},
      {"MAIL FROM:<bob@elsewhere.example> BODY=9BIT", failing(Kind::bad_parameter)},
      {"MAIL FROM:<bob@elsewhere.example> BODY", failing(Kind::bad_parameter)},
      {"MAIL FROM:<bob@elsewhere.example> SMTPUTF8=yes", failing(Kind::bad_parameter)},
      {"MAIL FROM:<bob@elsewhere.example> AUTH=", failing(Kind::bad_parameter)},
      {"MAIL FROM:<bob@elsewhere.example> AUTH=a+0", failing(Kind::bad_parameter)},
      {"MAIL FROM:<bob@elsewhere.example> AUTH=nobody", failing(Kind::bad_parameter)},
      {"MAIL FROM:<bob@elsewhere.example> =x", failing(Kind::bad_arguments)},
      {"MAIL FROM:<bob@elsewhere.example> -x", failing(Kind::bad_arguments)},
      {"MAIL FROM:<bob@elsewhere.example> garbage!", failing(Kind::bad_arguments)},
  });
}

TEST(Command, ReadsRcpt) {
  check({
      {"RCPT TO:<carol@house.example>", "RCPT carol@house.example"},
      {"rcpt to: <carol@house.example>", "RCPT carol@house.example"},
      {"RCPT TO:<Postmaster>", "RCPT bare Postmaster"},
      {"RCPT TO:<postMASTER>", "RCPT bare postMASTER"},
      {"RCPT TO:<\"Joe Smith\"@house.example>", "RCPT \"Joe Smith\"@house.example"},
      {"RCPT TO:<carol@[192.0.2.1]>", "RCPT carol@[192.0.2.1]"},
      {"RCPT TO:<>", failing(Kind::bad_forward_path)},
      {"RCPT TO:<carol>", failing(Kind::bad_forward_path)},
      {"RCPT TO:carol@house.example", failing(Kind::bad_forward_path)},
      {"RCPT TO:<carol@house.example> NOTIFY=NEVER", failing(Kind::unknown_parameter)},
      {"RCPT TO:<carol@house.example> SIZE=1", failing(Kind::unknown_parameter)},
      {"RCPT TO:<carol@house.example>x", failing(Kind::bad_arguments)},
      {"RCPT FROM:<carol@house.example>", failing(Kind::bad_arguments)},
  });
}

TEST(Command, ReadsBdat) {
  check({
      {"BDAT 0", "BDAT 0"},
      {"BDAT 1000", "BDAT 1000"},
      {"BDAT 86 LAST", "BDAT 86 last"},
      {"bdat 0 last", "BDAT 0 last"},
      {"BDAT 18446744073709551615", "BDAT 18446744073709551615"},
      {"BDAT", failing(Kind::bad_chunk_size)},
      {"BDAT LAST", failing(Kind::bad_chunk_size)},
      {"BDAT -1", failing(Kind::bad_chunk_size)},
      {"BDAT 0x10", failing(Kind::bad_chunk_size)},
      {"BDAT 18446744073709551616", failing(Kind::bad_chunk_size)},
      {"BDAT 10 LATER", failing(Kind::bad_chunk_size)},
      {"BDAT 10 LAST LAST", failing(Kind::bad_chunk_size)},
      {"BDAT 10LAST", failing(Kind::bad_chunk_size)},
  });
}

TEST(Command, ReadsAuth) {
  check({
      {"AUTH PLAIN", "AUTH PLAIN"},
      {"auth plain", "AUTH PLAIN"},
      {"AUTH PLAIN AGJvYgBib2I=", "AUTH PLAIN [AGJvYgBib2I=]"},
      {"AUTH PLAIN =", "AUTH PLAIN []"},
      {"AUTH SCRAM-SHA-256 abcd", "AUTH SCRAM-SHA-256 [abcd]"},
      {"AUTH", failing(Kind::bad_arguments)},
      {"AUTH PLAIN a b", failing(Kind::bad_arguments)},
      {"AUTH PL@IN", failing(Kind::bad_arguments)},
      {"AUTH ABCDEFGHIJKLMNOPQRSTU", failing(Kind::bad_arguments)},
  });
}

TEST(Command, TellsAuthByItsBeginning) {
  for (const auto* text : {"AUTH ", "auth plain AG"}) EXPECT_TRUE(is_auth(text)) << text;
  for (const auto* text : {"", "AUT", "AUTH", "AUTHx", "MAIL FROM:<a>"}) EXPECT_FALSE(is_auth(text)) << text;
}

}  // namespace
}  // namespace pillarbox::smtp
