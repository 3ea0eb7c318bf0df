// links: mail
#include "base/text.h"
#include "base/try.h"
#include "mail/content_type.h"
#include "mail/encoded_word.h"
#include "mail/envelope.h"
#include "mail/message_id.h"
#include "mail/received.h"

// Every reader of values, on every field; no byte of a block is lost or read twice.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace pillarbox::mail;
  const std::string_view block(reinterpret_cast<const char*>(data), size);
  parse_envelope(block);
  HeaderReader reader(block);
  for (const char* at = block.data(); const auto field = reader.next(); at += field->raw.size()) {
    ASSERT(field->raw.data() == at && pillarbox::is_utf8(decode_text(field->value)));
    for (const auto& address : parse_address_list(field->value))
      ASSERT(pillarbox::is_utf8(decoded_name(address)));
    if (const auto type = parse_content_type(field->value)) parameter(type->parameters, "name");
    parse_disposition(field->value), parse_message_ids(field->value), parse_received(field->value);
    decode_phrase_list(field->value), parse_date(field->value);
  }
  return 0;
}
