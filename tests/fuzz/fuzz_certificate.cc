// links: crypto
// Certificates and keys in PEM, as an admin's files may be damaged.
#include "base/try.h"
#include "crypto/certificate.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace pillarbox::crypto;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto key = read_private_key(text);
  const auto certificates = read_certificates(text);
  if (!certificates) return 0;
  ASSERT(!certificates->empty() && certificates->size() <= 16);
  for (const auto& certificate : *certificates) {
    covers(facts_of(*certificate).names, "mail.example.org");
    if (key) belong_together(*certificate, **key);
  }
  return 0;
}
