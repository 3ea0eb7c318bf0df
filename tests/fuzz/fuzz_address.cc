// links: mail
// Addresses of SMTP (RFC 5321 §4.1.2): what is read prints back to the same, paths leave what they don't
// read.
#include "base/try.h"
#include "mail/address.h"
#include "mail/address_list.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace pillarbox::mail;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto address = parse_address(text)) {
    ASSERT(parse_address(address->to_string()) == *address);
    ASSERT(parse_address(address->key()).has_value() || address->needs_smtputf8());
  }
  for (auto* take : {take_reverse_path, take_forward_path}) {
    std::string_view rest = text;
    const bool is_taken = take(rest).has_value();
    ASSERT(is_taken ? rest.size() < size && text.ends_with(rest) : rest.size() == size);
  }
  is_header_address(text);
  split_detail(text);
  return 0;
}
