#include "mail/seven_bit.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "base/text.h"
#include "mail/structure_reader.h"
#include "mail/transfer.h"

namespace pillarbox::mail {
namespace {

// What the leaves of a message say when they are decoded.
std::vector<std::string> leaves(std::string_view message) {
  std::vector<std::string> result;
  for (const Part& part : read_structure(message).parts) {
    if (part.kind != Part::Kind::leaf) continue;
    result.push_back(
        part.content_type.type + "/" + part.content_type.subtype + ": " +
        decode_transfer(message.substr(part.body_start, part.body_size()), transfer_encoding(part.encoding)));
  }
  return result;
}

TEST(SevenBit, EncodesQuotedPrintable) {
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"", ""},
      {"plain\r\ntext\r\n", "plain\r\ntext\r\n"},
      {"1=2", "1=3D2"},
      {"gr\xc3\xbc\xc3\x9f", "gr=C3=BC=C3=9F"},
      {"blank \r\nat\t\r\nends ", "blank=20\r\nat=09\r\nends=20"},
      {"a\nb\rc", "a=0Ab=0Dc"},
      {std::string("\0", 1), "=00"},
      {std::string(75, 'x'), std::string(75, 'x')},
      {std::string(76, 'x'), std::string(75, 'x') + "=\r\nx"},
      {std::string(74, 'x') + "=", std::string(74, 'x') + "=\r\n=3D"},
  };
  for (const auto& [text, encoded] : rows) {
    EXPECT_EQ(encode_quoted_printable(text), encoded) << escape_controls(text);
    EXPECT_EQ(decode_transfer(encoded, TransferEncoding::quoted_printable), text) << escape_controls(text);
  }
}

TEST(SevenBit, EncodesBase64InLines) {
  EXPECT_EQ(encode_base64_lines(""), "");
  const std::string bytes(58, 'x');
  const std::string encoded = encode_base64_lines(bytes);
  EXPECT_EQ(encoded.find("\r\n"), 76);
  EXPECT_EQ(decode_transfer(encoded, TransferEncoding::base64), bytes);
}

TEST(SevenBit, ConvertsASimpleText) {
  EXPECT_EQ(to_seven_bit("Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
                         "Content-Transfer-Encoding: 8bit\r\n\r\ngr\xc3\xbc\xc3\x9f\r\n"),
            "Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
            "Content-Transfer-Encoding: quoted-printable\r\n\r\ngr=C3=BC=C3=9F\r\n");
  EXPECT_EQ(to_seven_bit("Subject: x\r\n\r\n\xe4\r\n"),
            "Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=unknown-8bit\r\n"
            "Content-Transfer-Encoding: quoted-printable\r\n\r\n=E4\r\n");
}

TEST(SevenBit, LeavesWhatIsFitAsItIs) {
  const std::string fit = "Subject: x\r\n\r\nHello\r\n";
  EXPECT_EQ(to_seven_bit(fit), fit);
  EXPECT_EQ(
      to_seven_bit("Content-Transfer-Encoding: 8bit\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\n"
                   "\r\nHello\r\n"),
      "MIME-Version: 1.0\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: 7bit\r\n\r\nHello\r\n");
}

const std::string tree =
    "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n"
    "Content-Transfer-Encoding: 8bit\r\n\r\n"
    "pre\xc3\xa4mble\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n\xc3\xa4\xc3\xb6\r\n--b\r\n"
    "Content-Type: image/png\r\nContent-Transfer-Encoding: binary\r\n\r\n\x89PNG\r\r\n\n\x01\r\n--b\r\n"
    "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    "Subject: inside\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: 8bit\r\n\r\n<p>\xc3\xbc</p>\r\n"
    "--b\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\nSGVsbG8=\r\n--b--\r\n"
    "epilogue\r\n";

TEST(SevenBit, ConvertsATree) {
  const auto converted = to_seven_bit(tree);
  ASSERT_TRUE(converted);
  EXPECT_TRUE(std::ranges::all_of(*converted, [](char c) { return static_cast<unsigned char>(c) < 0x80; }));
  EXPECT_EQ(leaves(*converted), leaves(tree));
  EXPECT_EQ(leaves(tree).size(), 4);
  EXPECT_FALSE(converted->contains("8bit"));
  EXPECT_FALSE(converted->contains("binary"));
  EXPECT_TRUE(converted->contains("SGVsbG8=")) << "what was fit already stays";
}

TEST(SevenBit, RefusesWhatItWouldBreak) {
  const std::string head = "MIME-Version: 1.0\r\nContent-Type: multipart/";
  EXPECT_EQ(to_seven_bit(head + "signed; boundary=b\r\n\r\n--b\r\n\r\n\xe4\r\n--b--\r\n").error(),
            SevenBitError::is_signed);
  EXPECT_EQ(
      to_seven_bit(head +
                   "mixed; boundary=b\r\n\r\n--b\r\nContent-Type: message/partial\r\n\r\n\xe4\r\n--b--\r\n")
          .error(),
      SevenBitError::is_opaque);
  EXPECT_EQ(to_seven_bit("MIME-Version: 1.0\r\nContent-Transfer-Encoding: x-uue\r\n\r\n\xe4\r\n").error(),
            SevenBitError::is_opaque);
}

}  // namespace
}  // namespace pillarbox::mail
