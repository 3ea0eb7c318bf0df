#include "mail/transfer.h"

#include <gtest/gtest.h>

namespace pillarbox::mail {
namespace {

const struct {
  TransferEncoding encoding;
  std::string_view bytes, decoded;
} decodings[] = {
    {TransferEncoding::identity, "a=\r\n b", "a=\r\n b"},
    {TransferEncoding::base64, "Zm9v\r\nYmFy", "foobar"},
    {TransferEncoding::base64, "Zm9vYg==", "foob"},
    {TransferEncoding::base64, "Zm9vYmE=\r\n", "fooba"},
    {TransferEncoding::base64, "Zm9vYmE", "fooba"},
    {TransferEncoding::base64, "Z m*9-v", "foo"},
    {TransferEncoding::base64, "Zg==Zg==Zm8=bw", "fffoo"},
    {TransferEncoding::base64, "====Zg", "f"},
    {TransferEncoding::base64, "Z", ""},
    {TransferEncoding::quoted_printable, "Gr=FC=c3=9F", "Gr\xfc\xc3\x9f"},
    {TransferEncoding::quoted_printable, "soft=\r\nbreak=\nand = \t\r\nblanks", "softbreakand blanks"},
    {TransferEncoding::quoted_printable, "padding \t\r\nhere  \nand  there ", "padding\r\nhere\nand  there"},
    {TransferEncoding::quoted_printable, "kept=20\r\n", "kept \r\n"},
    {TransferEncoding::quoted_printable, "wrong =, =4, =4g, == and =", "wrong =, =4, =4g, == and "},
    {TransferEncoding::quoted_printable, "=4", "=4"},
    {TransferEncoding::quoted_printable, "a\rb\r\n\r", "a\rb\r\n\r"},
    {TransferEncoding::quoted_printable, "=\rx = \rx", "=\rx = \rx"},
    {TransferEncoding::quoted_printable, "==41", "=A"},
};

TEST(Transfer, IsDecodedLenientlyInOnePieceAndInMany) {
  for (const auto& c : decodings) {
    EXPECT_EQ(decode_transfer(c.bytes, c.encoding), c.decoded) << c.bytes;
    TransferDecoder decoder(c.encoding);
    for (int round = 0; round < 2; ++round) {
      std::string out;
      for (const char byte : c.bytes) decoder.feed({&byte, 1}, out);
      decoder.finish(out);
      EXPECT_EQ(out, c.decoded) << c.bytes << " byte by byte";
    }
  }
}

TEST(Transfer, HoldsNoMoreThanALineOfBlanks) {
  std::string out;
  TransferDecoder decoder(TransferEncoding::quoted_printable);
  const std::string blanks(100'000, ' ');
  decoder.feed(blanks, out);
  EXPECT_GT(out.size(), blanks.size() - 2'000);
}

TEST(Transfer, KnowsItsNames) {
  EXPECT_EQ(transfer_encoding("BASE64"), TransferEncoding::base64);
  EXPECT_EQ(transfer_encoding("Quoted-Printable"), TransferEncoding::quoted_printable);
  for (const auto* name : {"7bit", "8bit", "binary", "x-uuencode", ""}) {
    EXPECT_EQ(transfer_encoding(name), TransferEncoding::identity) << name;
  }
}

}  // namespace
}  // namespace pillarbox::mail
