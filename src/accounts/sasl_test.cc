#include "accounts/sasl.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace pillarbox::accounts {
namespace {

using namespace std::string_literals;

std::string shown(const SaslStep& step) {
  if (const auto* challenge = std::get_if<SaslChallenge>(&step)) return "challenge " + challenge->base64;
  if (const auto* login = std::get_if<PasswordLogin>(&step)) {
    return login->authorization + "|" + login->authentication + "|" + login->password;
  }
  return std::get<SaslFailure>(step) == SaslFailure::cancelled ? "cancelled" : "malformed";
}

TEST(Sasl, PlainInOneStepOrTwo) {
  const std::string response = base64_encode("\0m@example.org\0secret"s);
  auto with_response = SaslExchange::begin("PLAIN");
  EXPECT_EQ(shown(with_response->start(response)), "|m@example.org|secret");
  auto without = SaslExchange::begin("plain");
  EXPECT_EQ(shown(without->start(std::nullopt)), "challenge ");
  EXPECT_EQ(shown(without->answer(response)), "|m@example.org|secret");
}

TEST(Sasl, PlainMessages) {
  struct Row {
    std::string message;
    std::string result;
  };
  for (const auto& [message, result] : {
           Row{"\0tim\0tanstaaf"s, "|tim|tanstaaf"},
           Row{"Ursel\0Kurt\0xipj3plmq"s, "Ursel|Kurt|xipj3plmq"},
           Row{"\0tim\0 pass word "s, "|tim| pass word "},
           Row{"\0t\xc3\xafm\0p\xff"s, "|t\xc3\xafm|p\xff"},
           Row{""s, "malformed"},
           Row{"tim"s, "malformed"},
           Row{"tim\0secret"s, "malformed"},
           Row{"\0tim\0a\0b"s, "malformed"},
           Row{"\0\0secret"s, "malformed"},
           Row{"\0tim\0"s, "malformed"},
           Row{"\0tim\0"s + std::string(1024, 'x'), "|tim|" + std::string(1024, 'x')},
           Row{"\0tim\0"s + std::string(1025, 'x'), "malformed"},
           Row{"\0"s + std::string(320, 't') + "\0x"s, "|" + std::string(320, 't') + "|x"},
           Row{"\0"s + std::string(321, 't') + "\0x"s, "malformed"},
           Row{std::string(321, 't') + "\0t\0x"s, "malformed"},
       }) {
    EXPECT_EQ(shown(SaslExchange::begin("PLAIN")->start(base64_encode(message))), result) << to_hex(message);
  }
}

TEST(Sasl, LoginInTwoStepsOrThree) {
  auto exchange = SaslExchange::begin("LOGIN");
  EXPECT_EQ(shown(exchange->start(std::nullopt)), "challenge VXNlcm5hbWU6");
  EXPECT_EQ(shown(exchange->answer(base64_encode("m"))), "challenge UGFzc3dvcmQ6");
  EXPECT_EQ(shown(exchange->answer(base64_encode("secret"))), "|m|secret");
  auto with_name = SaslExchange::begin("login");
  EXPECT_EQ(shown(with_name->start(base64_encode("m"))), "challenge UGFzc3dvcmQ6");
  EXPECT_EQ(shown(with_name->answer(base64_encode("a\0b"s))), "malformed");
  EXPECT_EQ(shown(SaslExchange::begin("LOGIN")->start("=")), "malformed");
}

TEST(Sasl, CancelsAndRefusesWhatIsNoBase64) {
  auto exchange = SaslExchange::begin("LOGIN");
  exchange->start(std::nullopt);
  EXPECT_EQ(shown(exchange->answer("*")), "cancelled");
  for (const auto* bad : {"=", "", "abc", "a b=", "AGEAYg==\r", "*"}) {
    EXPECT_EQ(shown(SaslExchange::begin("PLAIN")->start(bad)), "malformed") << bad;
  }
  for (const auto* unknown : {"", "PLAIN ", "CRAM-MD5", "EXTERNAL"}) {
    EXPECT_FALSE(SaslExchange::begin(unknown)) << unknown;
  }
}

}  // namespace
}  // namespace pillarbox::accounts
