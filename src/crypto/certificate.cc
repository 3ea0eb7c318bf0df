#include "crypto/certificate.h"

#include <arpa/inet.h>
#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>

#include "base/ip.h"
#include "base/text.h"
#include "base/try.h"
#include "crypto/openssl_error.h"

namespace pillarbox::crypto {
namespace {

constexpr std::size_t max_certificates = 16;  // a chain; OpenSSL follows no longer ones

struct FreeBio {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
using BioPtr = std::unique_ptr<BIO, FreeBio>;

BioPtr reader(std::string_view text) {
  return BioPtr(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

// Asked for the password of an encrypted key: without this, OpenSSL would ask on the terminal.
int no_password(char*, int, int, void*) { return -1; }

Time time_of(const ASN1_TIME* value) {
  std::tm broken{};
  if (ASN1_TIME_to_tm(value, &broken) != 1) return Time{};
  return Time(std::chrono::seconds(timegm(&broken)));
}

std::string text_of(const ASN1_STRING* value) {
  const auto* bytes = reinterpret_cast<const char*>(ASN1_STRING_get0_data(value));
  return {bytes, static_cast<std::size_t>(ASN1_STRING_length(value))};
}

std::string address_of(const ASN1_OCTET_STRING* value) {
  const std::string bytes = text_of(value);
  if (bytes.size() == 4) {
    std::array<std::uint8_t, 4> octets{};
    std::ranges::copy(bytes, octets.begin());
    return IpAddress::v4(octets).text();
  }
  std::array<std::uint8_t, 16> octets{};
  if (bytes.size() != octets.size()) return "";
  std::ranges::copy(bytes, octets.begin());
  return IpAddress::v6(octets).text();
}

std::vector<std::string> alternative_names(const X509& certificate) {
  std::vector<std::string> names;
  auto* list =
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(&certificate, NID_subject_alt_name, nullptr, nullptr));
  for (int i = 0; i < sk_GENERAL_NAME_num(list); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(list, i);
    if (name->type == GEN_DNS) names.push_back(to_ascii_lower(text_of(name->d.dNSName)));
    if (name->type == GEN_IPADD) names.push_back(address_of(name->d.iPAddress));
  }
  GENERAL_NAMES_free(list);
  return names;
}

std::string common_name(const X509& certificate) {
  const X509_NAME* subject = X509_get_subject_name(&certificate);
  const int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
  if (at < 0) return "";
  return to_ascii_lower(text_of(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at))));
}

}  // namespace

void FreeOpenssl::operator()(X509* certificate) const { X509_free(certificate); }
void FreeOpenssl::operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }

std::expected<std::vector<X509Ptr>, std::string> read_certificates(std::string_view pem) {
  const BioPtr bio = reader(pem);
  std::vector<X509Ptr> certificates;
  ERR_clear_error();
  while (X509Ptr next{PEM_read_bio_X509(bio.get(), nullptr, no_password, nullptr)}) {
    if (certificates.size() == max_certificates) return std::unexpected("more than 16 certificates");
    certificates.push_back(std::move(next));
  }
  const unsigned long error = ERR_peek_last_error();
  const bool is_at_end = ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
  const std::string reason = openssl_error();
  if (!is_at_end) return std::unexpected("a certificate in it is damaged: " + reason);
  if (certificates.empty()) return std::unexpected("no certificate in it (PEM is expected)");
  return certificates;
}

std::expected<KeyPtr, std::string> read_private_key(std::string_view pem) {
  ERR_clear_error();
  KeyPtr key(PEM_read_bio_PrivateKey(reader(pem).get(), nullptr, no_password, nullptr));
  if (key) return key;
  const std::string reason = openssl_error();
  const bool has_block = pem.contains("PRIVATE KEY-----");
  if (!has_block) return std::unexpected("no private key in it (PEM is expected)");
  if (pem.contains("ENCRYPTED"))
    return std::unexpected("the private key is encrypted; it must have no password");
  return std::unexpected("the private key in it is damaged: " + reason);
}

bool belong_together(const X509& certificate, const EVP_PKEY& key) {
  const EVP_PKEY* own = X509_get0_pubkey(&certificate);
  return own != nullptr && EVP_PKEY_eq(own, &key) == 1;
}

CertificateFacts facts_of(const X509& certificate) {
  CertificateFacts facts{.not_before = time_of(X509_get0_notBefore(&certificate)),
                         .not_after = time_of(X509_get0_notAfter(&certificate)),
                         .names = alternative_names(certificate)};
  if (facts.names.empty()) facts.names.push_back(common_name(certificate));
  facts.is_self_signed =
      X509_NAME_cmp(X509_get_subject_name(&certificate), X509_get_issuer_name(&certificate)) == 0;
  return facts;
}

bool covers(const std::vector<std::string>& names, std::string_view host) {
  return std::ranges::any_of(names, [host](std::string_view name) {
    if (!name.starts_with("*.")) return equals_ignoring_case(name, host);
    const auto dot = host.find('.');
    return dot != std::string_view::npos && dot > 0 && equals_ignoring_case(name.substr(1), host.substr(dot));
  });
}

}  // namespace pillarbox::crypto
