#include "proto/smtp/capabilities.h"

#include <gtest/gtest.h>

#include "proto/smtp/limits.h"

namespace pillarbox::smtp {
namespace {

using Names = std::vector<std::string>;

TEST(Capabilities, ReadsWhatIsOffered) {
  const auto offered =
      capabilities_of({.code = 250,
                       .text = "mx.example.org SIZE 1\nPIPELINING\nsize 52428800\n8BITMIME\n"
                               "SMTPUTF8\nCHUNKING\nBINARYMIME\nSTARTTLS\nDSN\n"
                               "ENHANCEDSTATUSCODES\nREQUIRETLS\nDELIVERBY 240\nMT-PRIORITY MIXER\n"
                               "AUTH plain LOGIN\nAUTH=LOGIN CRAM-MD5\n"
                               "LIMITS RCPTMAX=50 MAILMAX=3 RCPTDOMAINMAX=1"});
  EXPECT_TRUE(offered.has_pipelining && offered.has_size && offered.has_8bitmime && offered.has_smtputf8);
  EXPECT_TRUE(offered.has_chunking && offered.has_binarymime && offered.has_starttls && offered.has_dsn);
  EXPECT_TRUE(offered.has_enhanced_codes && offered.has_requiretls && offered.has_deliver_by);
  EXPECT_TRUE(offered.has_priority);
  EXPECT_EQ(offered.size, 52428800);
  EXPECT_EQ(offered.least_deliver_by, 240);
  EXPECT_EQ(offered.mechanisms, (Names{"PLAIN", "LOGIN", "CRAM-MD5"}));
  EXPECT_EQ(offered.rcpt_max, 50);
  EXPECT_EQ(offered.mail_max, 3);
  EXPECT_EQ(offered.rcpt_domain_max, 1);
}

TEST(Capabilities, PassesOverNonsense) {
  const auto offered =
      capabilities_of({.code = 250,
                       .text = "PIPELINING\nSIZE x\n\nXXXXXXXA\nSTARTTLSX\nAUTH\n"
                               "LIMITS RCPTMAX=0 MAILMAX=99999999999999999999 RCPTMAX\nDSN extra"});
  EXPECT_FALSE(offered.has_pipelining);  // the first line is a greeting
  EXPECT_TRUE(offered.has_size);
  EXPECT_EQ(offered.size, std::nullopt);
  EXPECT_FALSE(offered.has_starttls);
  EXPECT_TRUE(offered.mechanisms.empty());
  EXPECT_EQ(offered.rcpt_max, std::nullopt);
  EXPECT_EQ(offered.mail_max, std::nullopt);
  EXPECT_TRUE(offered.has_dsn);
  EXPECT_EQ(capabilities_of({.code = 250, .text = "x\nSIZE 0"}).size, std::nullopt);
}

TEST(Capabilities, IsBounded) {
  std::string text = "x\nAUTH";
  for (int i = 0; i < 1'000; ++i) text += " M" + std::to_string(i);
  EXPECT_EQ(capabilities_of({.code = 250, .text = text}).mechanisms.size(), max_mechanisms);
}

}  // namespace
}  // namespace pillarbox::smtp
