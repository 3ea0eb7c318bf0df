#include <gtest/gtest.h>

#include "mail/structure_reader.h"

namespace pillarbox::mail {
namespace {

const Structure structure = read_structure(
    "From: Joe <joe@example.org>, Friends: <@r:a@b>;\r\nSender: x@y\r\nSubject: s\r\n"
    "Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Language: de, en\r\nContent-ID: "
    "<1>\r\n\r\none\r\n"
    "--x\r\nContent-Type: message/rfc822\r\nContent-Disposition: attachment; filename*=utf-8''a\r\n\r\n"
    "Subject: in\r\nIn-Reply-To: <2>\r\n\r\ntwo\r\n--x\r\nContent-Type: image/png; name=x\r\n"
    "Content-Transfer-Encoding: base64\r\nContent-MD5: m\r\nContent-Description: d\r\nContent-Location: "
    "l\r\n\r\n"
    "--x--\r\n");

TEST(StructureCodec, KeepsEverything) {
  ASSERT_EQ(structure.parts.size(), 5u);
  const std::string encoded = encode(structure);
  EXPECT_EQ(decode_structure(encoded), structure);
  EXPECT_LT(encoded.size(), 300u);
}

// Whatever comes of damaged bytes is nothing, or a structure that can be walked.
TEST(StructureCodec, IsSafeOnDamagedBytes) {
  const std::string encoded = encode(structure);
  for (std::size_t size = 0; size < encoded.size(); ++size) {
    EXPECT_FALSE(decode_structure(std::string_view(encoded).substr(0, size))) << size;
  }
  EXPECT_FALSE(decode_structure(encoded + "x"));
  for (std::size_t at = 0; at < encoded.size(); ++at) {
    for (const int change : {1, 2, 4, 8, 16, 32, 64, 128, 255}) {
      std::string damaged = encoded;
      damaged[at] = static_cast<char>(damaged[at] ^ change);
      const auto decoded = decode_structure(damaged);
      if (at == 0) EXPECT_FALSE(decoded) << "another version";
      if (!decoded) continue;
      for (PartIndex i = 0; i < decoded->parts.size(); ++i) {
        const Part& part = decoded->parts[i];
        ASSERT_LE(part.body_start, part.body_end);
        ASSERT_GT(part.end, i);
        ASSERT_LE(part.end, decoded->parts.size());
        if (part.envelope != none) ASSERT_LT(part.envelope, decoded->envelopes.size());
        if (part.kind == Part::Kind::message)
          ASSERT_NE(decoded->parts[decoded->first_child(i)].envelope, none);
      }
    }
  }
}

TEST(StructureCodec, RefusesHugeNumbers) {
  EXPECT_FALSE(decode_structure(std::string("\1\xff\xff\xff\xff\xff\xff\xff\xff\x7f", 10)));
  EXPECT_FALSE(decode_structure(std::string("\1\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 13)));
  EXPECT_FALSE(decode_structure(std::string("\1\0", 2)));
  EXPECT_FALSE(decode_structure(""));
}

}  // namespace
}  // namespace pillarbox::mail
