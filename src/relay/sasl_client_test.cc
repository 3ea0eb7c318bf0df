#include "relay/sasl_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pillarbox::relay {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::unique_ptr<SaslClient> make(std::string_view mechanism, const std::string& user,
                                 const std::string& password, const std::string& nonce = "") {
  return make_sasl_client(mechanism, {.user = user, .password = password}, nonce);
}

// RFC 4616 §4.
TEST(SaslClient, Plain) {
  const auto client = make("PLAIN", "tim", "tanstaaftanstaaf");
  EXPECT_EQ(client->first(), std::string("\0tim\0tanstaaftanstaaf", 21));
  EXPECT_EQ(client->answer(""), std::string("\0tim\0tanstaaftanstaaf", 21));
}

TEST(SaslClient, Login) {
  const auto client = make("LOGIN", "tim", "secret");
  EXPECT_EQ(client->first(), std::nullopt);
  EXPECT_EQ(client->answer("Username:"), "tim");
  EXPECT_EQ(client->answer("anything"), "secret");
  EXPECT_FALSE(client->answer("Password again:"));
}

// RFC 2195 §2.
TEST(SaslClient, CramMd5) {
  const auto client = make("CRAM-MD5", "tim", "tanstaaftanstaaf");
  EXPECT_EQ(client->first(), std::nullopt);
  EXPECT_EQ(client->answer("<1896.697170952@postoffice.reston.mci.net>"),
            "tim b913a602c7eda7a495b4e6e7334d3890");
  EXPECT_FALSE(client->answer("<1896.697170952@postoffice.reston.mci.net>"));
}

// RFC 5802 §5.
TEST(SaslClient, ScramSha1) {
  const auto client = make("SCRAM-SHA-1", "user", "pencil", "fyko+d2lbbFgONRv9qkxdawL");
  EXPECT_EQ(client->first(), "n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL");
  EXPECT_EQ(client->answer("r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096"),
            "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=");
  EXPECT_FALSE(client->is_satisfied());
  EXPECT_EQ(client->answer("v=rmF9pqV8S7suAoZWja4dJRkFsKQ="), "");
  EXPECT_TRUE(client->is_satisfied());
  EXPECT_FALSE(client->answer("more"));
}

constexpr std::string_view sha256_challenge =
    "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";

// RFC 7677 §3.
TEST(SaslClient, ScramSha256) {
  const auto client = make("SCRAM-SHA-256", "user", "pencil", "rOprNGfwEbeRWgbNEkqO");
  EXPECT_EQ(client->first(), "n,,n=user,r=rOprNGfwEbeRWgbNEkqO");
  EXPECT_EQ(client->answer(sha256_challenge),
            "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
            "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
  EXPECT_EQ(client->answer("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="), "");
  EXPECT_TRUE(client->is_satisfied());
}

TEST(SaslClient, ScramTrustsNoServer) {
  for (const std::string_view challenge :
       {"", "r=", "r=nonce,s=QSXCR+Q6sek8bf92,i=4096",  // nothing added to our nonce
        "r=other3rfc,s=QSXCR+Q6sek8bf92,i=4096", "r=nonce3rfc,s=,i=4096", "r=nonce3rfc,s=?,i=4096",
        "r=nonce3rfc,s=QSXCR+Q6sek8bf92,i=4095", "r=nonce3rfc,s=QSXCR+Q6sek8bf92,i=200001",
        "r=nonce3rfc,s=QSXCR+Q6sek8bf92,i=99999999999999999999", "r=nonce3rfc,s=QSXCR+Q6sek8bf92",
        "m=x,r=nonce3rfc,s=QSXCR+Q6sek8bf92,i=4096"}) {
    EXPECT_FALSE(make("SCRAM-SHA-256", "user", "pencil", "nonce")->answer(challenge)) << challenge;
  }
  for (const std::string_view last : {"", "v=", "v=7rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
                                      "e=other-error", "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G"}) {
    const auto client = make("SCRAM-SHA-256", "user", "pencil", "rOprNGfwEbeRWgbNEkqO");
    ASSERT_TRUE(client->answer(sha256_challenge));
    const auto answer = client->answer(last);
    ASSERT_FALSE(answer) << last;
    EXPECT_THAT(answer.error(), HasSubstr("SCRAM-SHA-256: the server's message "));
    EXPECT_FALSE(client->is_satisfied());
  }
}

TEST(SaslClient, ScramEscapesNames) {
  EXPECT_EQ(make("SCRAM-SHA-1", "a=b,c", "x", "N")->first(), "n,,n=a=3Db=2Cc,r=N");
}

TEST(SaslClient, ChoosesByWhatIsGivenAway) {
  const std::vector<std::string> offered = {"LOGIN",  "PLAIN",       "CRAM-MD5",
                                            "GSSAPI", "SCRAM-SHA-1", "SCRAM-SHA-256"};
  EXPECT_THAT(mechanisms_to_try(offered, Secrecy::encrypted),
              ElementsAre("SCRAM-SHA-256", "SCRAM-SHA-1", "CRAM-MD5", "PLAIN", "LOGIN"));
  EXPECT_THAT(mechanisms_to_try(offered, Secrecy::in_the_clear),
              ElementsAre("SCRAM-SHA-256", "SCRAM-SHA-1", "CRAM-MD5"));
  EXPECT_TRUE(mechanisms_to_try({"GSSAPI", "X"}, Secrecy::encrypted).empty());
  EXPECT_EQ(make_sasl_client("GSSAPI", {}, ""), nullptr);
}

}  // namespace
}  // namespace pillarbox::relay
