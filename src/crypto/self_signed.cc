#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "base/ip.h"
#include "base/try.h"
#include "crypto/certificate.h"
#include "crypto/random.h"

namespace pillarbox::crypto {
namespace {

void set_time(ASN1_TIME* field, Time time) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
  ASSERT(ASN1_TIME_set(field, seconds) != nullptr);
}

void add_extension(X509* certificate, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
  ASSERT(extension != nullptr && X509_add_ext(certificate, extension, -1) == 1);
  X509_EXTENSION_free(extension);
}

std::string alternative_names(const std::vector<std::string>& names) {
  std::string value;
  for (const auto& name : names) {
    if (!value.empty()) value += ',';
    value += (parse_ip(name) ? "IP:" : "DNS:") + name;
  }
  return value;
}

// RFC 5280 §4.1.2.2: positive, at most 20 octets, and here nobody keeps count: so random.
void set_random_serial(X509* certificate) {
  std::string bytes = random_bytes(16);
  bytes[0] = static_cast<char>((bytes[0] & 0x7F) | 0x40);
  BIGNUM* number = BN_bin2bn(reinterpret_cast<const unsigned char*>(bytes.data()),
                             static_cast<int>(bytes.size()), nullptr);
  ASSERT(BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != nullptr);
  BN_free(number);
}

template <class Write>
std::string written(Write write) {
  BIO* bio = BIO_new(BIO_s_mem());
  ASSERT(bio != nullptr && write(bio) == 1);
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  std::string text(data, static_cast<std::size_t>(size));
  BIO_free(bio);
  return text;
}

}  // namespace

SelfSigned make_self_signed(const std::vector<std::string>& names, Time now, Time until) {
  ASSERT(!names.empty());
  const KeyPtr key(EVP_EC_gen("P-256"));
  const X509Ptr certificate(X509_new());
  X509* x509 = certificate.get();
  ASSERT(key && x509 != nullptr);

  ASSERT(X509_set_version(x509, X509_VERSION_3) == 1);
  set_random_serial(x509);
  set_time(X509_getm_notBefore(x509), now - std::chrono::hours(1));
  set_time(X509_getm_notAfter(x509), until);
  X509_NAME* subject = X509_get_subject_name(x509);
  // A common name has at most 64 characters (RFC 5280 appendix A.1); the alternative names are what counts.
  const std::string common_name = names[0].substr(0, 64);
  ASSERT(X509_NAME_add_entry_by_NID(subject, NID_commonName, MBSTRING_UTF8,
                                    reinterpret_cast<const unsigned char*>(common_name.data()),
                                    static_cast<int>(common_name.size()), -1, 0) == 1);
  ASSERT(X509_set_issuer_name(x509, subject) == 1 && X509_set_pubkey(x509, key.get()) == 1);
  add_extension(x509, NID_basic_constraints, "critical,CA:FALSE");
  add_extension(x509, NID_key_usage, "critical,digitalSignature");
  add_extension(x509, NID_ext_key_usage, "serverAuth");
  add_extension(x509, NID_subject_alt_name, alternative_names(names));
  add_extension(x509, NID_subject_key_identifier, "hash");
  ASSERT(X509_sign(x509, key.get(), EVP_sha256()) > 0);

  const auto write_certificate = [x509](BIO* bio) { return PEM_write_bio_X509(bio, x509); };
  const auto write_key = [&key](BIO* bio) {
    return PEM_write_bio_PrivateKey(bio, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  };
  return {.certificate_pem = written(write_certificate), .key_pem = written(write_key)};
}

}  // namespace pillarbox::crypto
