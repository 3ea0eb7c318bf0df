#include "crypto/digest.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace pillarbox::crypto {
namespace {

TEST(Digest, HashesKnownTexts) {
  EXPECT_EQ(to_hex(hash(Digest::md5, "abc")), "900150983cd24fb0d6963f7d28e17f72");
  EXPECT_EQ(to_hex(hash(Digest::sha1, "abc")), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(to_hex(hash(Digest::sha256, "abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

// RFC 2202, test cases 2; RFC 4231 §4.3.
TEST(Digest, AuthenticatesKnownTexts) {
  EXPECT_EQ(to_hex(hmac(Digest::md5, "Jefe", "what do ya want for nothing?")),
            "750c783e6ab0b503eaa86e310a5db738");
  EXPECT_EQ(to_hex(hmac(Digest::sha1, "Jefe", "what do ya want for nothing?")),
            "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
  EXPECT_EQ(to_hex(hmac(Digest::sha256, "Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(to_hex(hmac(Digest::md5, {}, {})), "74e6f7298a9c2d168935f58c001bad88");
}

// RFC 6070 §2.
TEST(Digest, DerivesKnownKeys) {
  EXPECT_EQ(to_hex(pbkdf2(Digest::sha1, "password", "salt", 2)), "ea6c014dc72d6f8ccd1ed92ace1d41f0d8de8957");
  EXPECT_EQ(to_hex(pbkdf2(Digest::sha1, "password", "salt", 4096)),
            "4b007901b765489abead49d926f721d065a429c1");
}

}  // namespace
}  // namespace pillarbox::crypto
