// Certificates and private keys in PEM: what they say, whether they belong together, and making one's own.
#pragma once

#include <openssl/types.h>

#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace pillarbox::crypto {

struct FreeOpenssl {
  void operator()(X509* certificate) const;
  void operator()(EVP_PKEY* key) const;
};
using X509Ptr = std::unique_ptr<X509, FreeOpenssl>;
using KeyPtr = std::unique_ptr<EVP_PKEY, FreeOpenssl>;

// All certificates of a PEM text in their order, the server's own first; at least one. Other blocks, such as
// a key in the same file, are passed over.
std::expected<std::vector<X509Ptr>, std::string> read_certificates(std::string_view pem);

// An unencrypted private key of a PEM text.
std::expected<KeyPtr, std::string> read_private_key(std::string_view pem);

bool belong_together(const X509& certificate, const EVP_PKEY& key);

struct CertificateFacts {
  Time not_before;
  Time not_after;
  std::vector<std::string>
      names;  // subjectAltName's DNS names and addresses, else the common name; lower case
  bool is_self_signed = false;
};
CertificateFacts facts_of(const X509& certificate);

// Whether one of the names covers a host (RFC 9525 §6.3): equal without case, or "*." for exactly one label.
bool covers(const std::vector<std::string>& names, std::string_view host);

// A certificate that nobody but its own key vouches for, with an ECDSA P-256 key: the fastest to serve.
struct SelfSigned {
  std::string certificate_pem;
  std::string key_pem;
};
// Valid for `names` (host names or addresses; the first is the common name) from an hour before `now`,
// against clocks that differ, until `until`. Requires: at least one name.
SelfSigned make_self_signed(const std::vector<std::string>& names, Time now, Time until);

}  // namespace pillarbox::crypto
