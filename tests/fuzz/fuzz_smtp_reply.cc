// links: proto/smtp
// A server's replies, whole and byte by byte: the same, bounded, without control characters; what EHLO offers
// is read from each. What DataEncoder makes of the same bytes, DataDecoder takes apart, and no line break
// stands alone in it.
#include <string>

#include "base/text.h"
#include "base/try.h"
#include "proto/smtp/capabilities.h"
#include "proto/smtp/data_decoder.h"
#include "proto/smtp/data_encoder.h"
#include "proto/smtp/limits.h"
#include "proto/smtp/reply_reader.h"
#include "proto/smtp/xtext.h"

using namespace pillarbox;

namespace {

std::string read(std::string_view bytes, std::size_t piece) {
  smtp::ReplyReader reader;
  std::string result;
  while (!bytes.empty()) {
    std::string_view input = bytes.substr(0, piece);
    bytes.remove_prefix(input.size());
    while (!input.empty()) {
      const auto reply = reader.take(input);
      if (!reply) return result + std::string(describe(reply.error()));
      if (!*reply) continue;
      ASSERT((*reply)->code >= 200 && (*reply)->code < 600);
      ASSERT((*reply)->text.size() <= 4 * smtp::max_server_reply && is_utf8((*reply)->text));
      ASSERT(smtp::capabilities_of(**reply).mechanisms.size() <= smtp::max_mechanisms);
      std::string text = (*reply)->text;
      for (char& c : text) c = c == '\n' ? ' ' : c;
      ASSERT(escape_controls(text) == text);
      result += std::to_string((*reply)->code) + (*reply)->text + "\n";
    }
  }
  return result;
}

void check_encoder(std::string_view bytes) {
  smtp::DataEncoder encoder;
  std::string whole;
  encoder.feed(bytes, whole);
  encoder.finish(whole);
  smtp::DataEncoder slow;
  std::string pieces;
  for (const char& byte : bytes) slow.feed({&byte, 1}, pieces);
  slow.finish(pieces);
  ASSERT(whole == pieces);
  smtp::DataDecoder decoder;
  std::string_view input = whole;
  while (!input.empty()) {
    const auto piece = decoder.take(input);
    ASSERT(piece.status == smtp::DataDecoder::Status::more ||
           (piece.status == smtp::DataDecoder::Status::end && input.empty()));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  ASSERT(read(bytes, std::string_view::npos) == read(bytes, 1));
  check_encoder(bytes);
  for (const char c : smtp::encode_xtext(bytes) + smtp::encode_unitext(bytes))
    ASSERT(c > 0x20 && c < 0x7F && c != '=');
  return 0;
}
