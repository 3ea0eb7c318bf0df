#include "crypto/password_hash.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "crypto/argon2_hash.h"
#include "crypto/random.h"
#include "crypto/secret.h"

namespace pillarbox::crypto {
namespace {

using namespace std::string_literals;
using testing::HasSubstr;

struct Known {
  const char* password;
  const char* stored;
  PasswordScheme scheme;
};

// Made by other programs: openssl passwd, Python's crypt, the reference argon2.
const Known known[] = {
    {"pass word", "$1$saltstri$NO5UqDdlOSsBzLAoAXmZ7.", PasswordScheme::md5_crypt},
    {"pass word", "{MD5-CRYPT}$1$salt$hO1/3cCDozlSOFtxq9bT00", PasswordScheme::md5_crypt},
    {"pass word", "$2y$05$abcdefghijklmnopqrstuuIt/9/tGzLcigNq/.RWIDjeEVR30RSf.", PasswordScheme::bcrypt},
    {"pass word", "$2a$05$abcdefghijklmnopqrstuuIt/9/tGzLcigNq/.RWIDjeEVR30RSf.", PasswordScheme::bcrypt},
    {"pass word", "{blf-crypt}$2b$04$abcdefghijklmnopqrstuuFcV8WPKEefLKdOWfX8pW1yTVya21P7a",
     PasswordScheme::bcrypt},
    {"pass word", "$5$rounds=1000$salt$jm1gbAlMEX69f5aMSwrB2Kx.q2rvQpg1zbTj2gkfPt2",
     PasswordScheme::sha256_crypt},
    {"pass word", "{SHA256-CRYPT}$5$saltstring$Pr2/FkMue4pholsRSwxlRcDhMiu2AJpqw6sz37HLBXB",
     PasswordScheme::sha256_crypt},
    {"pass word",
     "$6$rounds=1000$salt$bMoZoQ/"
     "tUAxCRtl9ODj.BPcrg8CSkQYIc5OGt2sVbdpLcQaKu40wyMi94fp3lcplgkTcUHx61kSkKuJoWAhD21",
     PasswordScheme::sha512_crypt},
    {"pass word",
     "{CRYPT}$6$saltstring$"
     "BLjMLrKPyfKBxh3hSPxqEOXfTCQzk3Cc4tfCYH5UnyvNu9oxNRVffkaQZJMzoNKe9XNggyY70IqAMh4BaAXA70",
     PasswordScheme::sha512_crypt},
    {"password", "$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc",
     PasswordScheme::argon2id},
    {"password",
     "{ARGON2ID}$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
     PasswordScheme::argon2id},
    {"pass word", "{PLAIN}pass word", PasswordScheme::plain},
    {"}{", "{plain}}{", PasswordScheme::plain},
    {"pass word", "$y$j75$5Y1XMaFvmwWIFZTZSj3u./$89EE1jP59eTvWgYO9Pq.ayQfM9zm6Nz38gu.WI8mdu.",
     PasswordScheme::yescrypt},
};

TEST(PasswordHash, MatchesWhatOthersMade) {
  for (const auto& [password, stored, scheme] : known) {
    const auto hash = PasswordHash::parse(stored);
    ASSERT_TRUE(hash) << stored << ": " << hash.error();
    EXPECT_EQ(hash->scheme(), scheme) << stored;
    EXPECT_TRUE(hash->matches(password)) << stored;
    EXPECT_FALSE(hash->matches(password + "x"s)) << stored;
    EXPECT_FALSE(hash->matches("")) << stored;
    EXPECT_FALSE(hash->matches(password + "\0x"s)) << stored;
  }
}

TEST(PasswordHash, NeverMatchesWhatIsDamaged) {
  for (const auto& [password, stored, scheme] : known) {
    if (scheme == PasswordScheme::plain || std::string(stored).starts_with("{ARGON2ID}")) continue;
    const std::string whole = stored;
    for (std::size_t length = 0; length < whole.size(); ++length) {
      const auto cut = PasswordHash::parse(whole.substr(0, length));
      EXPECT_FALSE(cut && cut->matches(password)) << whole.substr(0, length);
    }
    std::string changed = whole;
    changed[whole.size() - 2] = changed[whole.size() - 2] == 'a' ? 'b' : 'a';
    const auto hash = PasswordHash::parse(changed);
    EXPECT_FALSE(hash && hash->matches(password)) << changed;
    EXPECT_FALSE(PasswordHash::parse(whole + "\n"));
    EXPECT_FALSE(PasswordHash::parse(" " + whole));
  }
}

TEST(PasswordHash, SaysWhatItRefuses) {
  const std::string sha_digits(86, 'a');
  struct Row {
    std::string stored;
    const char* reason;
  };
  for (const auto& [stored, reason] : {
           Row{"", "no password"},
           Row{"!", "no password"},
           Row{"*LK*", "no password"},
           Row{"x", "no password"},
           Row{"secret", "not a password hash"},
           Row{"abJnggxhB/yWI", "not a password hash"},
           Row{"{SSHA}YWJjZGVmZw==", "{SSHA} isn't supported"},
           Row{"{PLAIN-MD5}5f4dcc3b5aa765d61d8327deb882cf99", "{PLAIN-MD5} isn't supported"},
           Row{"{PLAIN}", "empty"},
           Row{"{PLAIN", "without its }"},
           Row{"{MD5-CRYPT}$6$salt$" + sha_digits, "another scheme"},
           Row{"{CRYPT}$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc",
               "another scheme"},
           Row{"{\x1b[2J}x", "{\\x1b[2J} isn't"},
           Row{"$7$CU..../....salt$hash", "$7$ isn't supported"},
           Row{"$argon2i$v=19$m=256,t=2,p=2$c29tZXNhbHQ$tsEVYKap1h6scGt5ovl9aLRGOqOth+AMB+KwHpDFZPs",
               "$argon2i$ isn't supported"},
           Row{"$2x$05$abcdefghijklmnopqrstuuIt/9/tGzLcigNq/.RWIDjeEVR30RSf.", "$2x$ isn't supported"},
           Row{"$2y$17$abcdefghijklmnopqrstuuIt/9/tGzLcigNq/.RWIDjeEVR30RSf.", "cost above 16"},
           Row{"$2y$03$abcdefghijklmnopqrstuuIt/9/tGzLcigNq/.RWIDjeEVR30RSf.", "malformed bcrypt"},
           Row{"$6$rounds=5000001$salt$" + sha_digits, "more than 5 million"},
           Row{"$6$rounds=99999999999999999999$salt$" + sha_digits, "malformed"},
           Row{"$6$rounds=-1$salt$" + sha_digits, "malformed"},
           Row{"$6$salt:x$" + sha_digits, "malformed"},
           Row{"$y$jFT$abcdefgh$" + std::string(43, 'a'), "more than 256 MiB"},
           Row{"$y$zzzzzzz$abcdefgh$" + std::string(43, 'a'), "unusual"},
           Row{"$argon2id$v=19$m=4194304,t=1,p=1$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc",
               "256 MiB"},
           Row{"$argon2id$v=19$m=65536,t=1000,p=1$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc",
               "1 GiB"},
           Row{"$argon2id$v=19$m=7,t=1,p=1$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc",
               "malformed"},
           Row{"$argon2id$v=19$m=8,t=1,p=0$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc",
               "malformed"},
           Row{"$argon2id$v=16$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc",
               "version"},
           Row{"$argon2id$v=19$m=256,t=2,p=2$YQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc", "malformed"},
           Row{"$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$", "malformed"},
           Row{std::string(5000, '$'), "longer"},
       }) {
    const auto hash = PasswordHash::parse(stored);
    ASSERT_FALSE(hash) << stored;
    EXPECT_THAT(hash.error(), HasSubstr(reason)) << stored;
  }
}

TEST(PasswordHash, MakesWhatItVerifies) {
  for (const auto name : names_of_schemes_to_make()) {
    const auto scheme = scheme_to_make(name);
    ASSERT_TRUE(scheme) << name;
    const std::string stored = make_password_hash(*scheme, "gr\xc3\xbc\xc3\x9f Gott");
    EXPECT_NE(stored, make_password_hash(*scheme, "gr\xc3\xbc\xc3\x9f Gott"));
    const auto hash = PasswordHash::parse(stored);
    ASSERT_TRUE(hash) << stored << ": " << hash.error();
    EXPECT_EQ(hash->scheme(), *scheme);
    EXPECT_TRUE(hash->matches("gr\xc3\xbc\xc3\x9f Gott")) << stored;
    EXPECT_FALSE(hash->matches("gruss Gott")) << stored;
  }
  EXPECT_EQ(scheme_to_make("ARGON2ID"), PasswordScheme::argon2id);
  EXPECT_EQ(scheme_to_make("plain"), std::nullopt);
  EXPECT_EQ(scheme_to_make("md5-crypt"), std::nullopt);
}

TEST(PasswordHash, TellsCostsApart) {
  const auto cost = [](std::string stored) { return PasswordHash::parse(stored)->cost(); };
  const std::string digits(86, 'a');
  EXPECT_EQ(cost("$6$a$" + digits), cost("$6$b$" + digits));
  EXPECT_NE(cost("$6$a$" + digits), cost("$6$rounds=6000$a$" + digits));
  EXPECT_EQ(cost("$y$j9T$abcdefgh$" + std::string(43, 'a')), "$y$j9T");
}

TEST(Secret, WipesAndCompares) {
  std::string secret = "a secret that is longer than a short string";
  const char* bytes = secret.data();
  wipe(secret);
  EXPECT_EQ(secret, "");
  EXPECT_EQ(bytes[1], '\0');
  EXPECT_TRUE(equals_in_constant_time("abc", "abc"));
  EXPECT_FALSE(equals_in_constant_time("abc", "abd"));
  EXPECT_FALSE(equals_in_constant_time("abc", "abcd"));
  EXPECT_TRUE(equals_in_constant_time("", ""));
  // RFC 4231 §4.3
  EXPECT_EQ(hmac_sha256("Jefe", "what do ya want for nothing?").substr(0, 4), "\x5b\xdc\xc1\x46");
}

TEST(Random, MakesPasswordsThatDiffer) {
  EXPECT_EQ(random_bytes(16).size(), 16u);
  EXPECT_NE(random_bytes(16), random_bytes(16));
  const std::string password = random_password(24);
  EXPECT_EQ(password.size(), 24u);
  EXPECT_EQ(password.find_first_not_of("abcdefghijkmnpqrstuvwxyz23456789"), std::string::npos);
}

}  // namespace
}  // namespace pillarbox::crypto
