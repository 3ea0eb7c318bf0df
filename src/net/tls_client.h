// TLS as a client: whom we trust, and who we are if the server asks.
#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <string>

#include "net/tls.h"

struct ssl_ctx_st;

namespace pillarbox::net {

struct TlsClientSettings {
  std::string authorities;                    // file, PEM: whom we trust; "" for those that the system trusts
  std::optional<TlsCertificate> certificate;  // shown to servers that ask for one
  TlsSettings::Lowest lowest = TlsSettings::Lowest::tls_1_2;
  std::string ciphers;  // of TLS 1.2, in OpenSSL's notation; "" for OpenSSL's own choice
};

// Immutable; may be used from any thread.
class TlsClient {
 public:
  // Trusts nobody and can't shake hands: for streams in memory, whose handshakes need no more.
  TlsClient() = default;
  TlsClient(const TlsClient&) = delete;
  TlsClient& operator=(const TlsClient&) = delete;

  // The error names the file and the reason.
  static std::expected<std::shared_ptr<const TlsClient>, std::string> load(const TlsClientSettings& settings);

  // nullptr if it can't shake hands.
  std::shared_ptr<ssl_ctx_st> context() const { return context_; }

 private:
  std::shared_ptr<ssl_ctx_st> context_;
};

}  // namespace pillarbox::net
