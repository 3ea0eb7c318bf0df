#include "crypto/certificate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pillarbox::crypto {
namespace {

const Time now{std::chrono::sys_days{std::chrono::year{2025} / 6 / 1}};
const Time later = now + std::chrono::days(365);

TEST(Certificate, TellsWhatASelfSignedOneSays) {
  const auto made = make_self_signed({"mail.Example.org", "192.0.2.1", "2001:db8::1"}, now, later);
  const auto certificates = read_certificates(made.certificate_pem);
  ASSERT_TRUE(certificates) << certificates.error();
  ASSERT_EQ(certificates->size(), 1u);
  const auto facts = facts_of(*certificates->front());
  EXPECT_EQ(facts.not_before, now - std::chrono::hours(1));
  EXPECT_EQ(facts.not_after, later);
  EXPECT_TRUE(facts.is_self_signed);
  EXPECT_THAT(facts.names, testing::ElementsAre("mail.example.org", "192.0.2.1", "2001:db8::1"));
  const auto key = read_private_key(made.key_pem);
  ASSERT_TRUE(key) << key.error();
  EXPECT_TRUE(belong_together(*certificates->front(), **key));
  const auto other = make_self_signed({"mail.example.org"}, now, later);
  EXPECT_FALSE(belong_together(*certificates->front(), **read_private_key(other.key_pem)));
  EXPECT_NE(other.certificate_pem, made.certificate_pem);
}

TEST(Certificate, ReadsChainsAndPassesOverKeys) {
  const auto first = make_self_signed({"a.example"}, now, later);
  const auto second = make_self_signed({std::string(70, 'b') + ".example"}, now, later);
  const auto chain =
      read_certificates("a comment\n" + first.certificate_pem + first.key_pem + second.certificate_pem);
  ASSERT_TRUE(chain) << chain.error();
  ASSERT_EQ(chain->size(), 2u);
  EXPECT_THAT(facts_of(*chain->front()).names, testing::ElementsAre("a.example"));
  EXPECT_TRUE(read_private_key(first.certificate_pem + first.key_pem));
}

TEST(Certificate, SaysWhatIsWrongWithAFile) {
  const auto made = make_self_signed({"a.example"}, now, later);
  std::string damaged = made.certificate_pem;
  damaged[100] = damaged[100] == 'A' ? 'B' : 'A';
  damaged.erase(120, 4);
  EXPECT_THAT(read_certificates("").error(), testing::HasSubstr("no certificate"));
  EXPECT_THAT(read_certificates(made.key_pem).error(), testing::HasSubstr("no certificate"));
  EXPECT_THAT(read_certificates(damaged).error(), testing::HasSubstr("damaged"));
  EXPECT_THAT(read_private_key(made.certificate_pem).error(), testing::HasSubstr("no private key"));
  EXPECT_THAT(read_private_key("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n").error(),
              testing::HasSubstr("damaged"));
  EXPECT_THAT(read_private_key(
                  "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIGbMFc=\n-----END ENCRYPTED PRIVATE KEY-----\n")
                  .error(),
              testing::HasSubstr("encrypted"));
}

TEST(Certificate, CoversHostsAsTheRfcSays) {
  const std::vector<std::string> names = {"example.org", "*.example.org", "192.0.2.1"};
  for (const auto* host : {"example.org", "EXAMPLE.org", "mail.example.org", "192.0.2.1"}) {
    EXPECT_TRUE(covers(names, host)) << host;
  }
  for (const auto* host : {"a.b.example.org", ".example.org", "org", "", "xexample.org", "192.0.2.2"}) {
    EXPECT_FALSE(covers(names, host)) << host;
  }
}

}  // namespace
}  // namespace pillarbox::crypto
