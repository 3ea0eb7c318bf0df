// TLS as a server: certificates from PEM files, one context for all listeners that share them, renewed by
// reload().
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "crypto/certificate.h"

struct ssl_ctx_st;

namespace pillarbox::net {

struct TlsCertificate {
  std::string name;  // an additional SNI name to choose it by, beside those that it says itself; may be ""
  std::string certificate;  // file, PEM: the server's own first, then the chain
  std::string key;          // file, PEM
};

struct TlsSettings {
  std::vector<TlsCertificate>
      certificates;  // the first is shown to clients that name no host, or one we don't have
  // What ALPN may say: "smtp" or "imap". A client that asks for another protocol only is refused, so that
  // nobody can make a browser's connection end up here (ALPACA); one that doesn't use ALPN is welcome.
  std::string protocol;
  enum class Lowest : std::uint8_t { tls_1_2, tls_1_3 };
  Lowest lowest = Lowest::tls_1_2;
  std::string ciphers;  // of TLS 1.2, in OpenSSL's notation; "" for the default
};

class TicketKeys;

class TlsServer {
 public:
  // Knows no certificate, so that every handshake fails: for listeners without TLS, and for MemoryServer,
  // whose handshakes need none.
  TlsServer();
  ~TlsServer();
  TlsServer(const TlsServer&) = delete;
  TlsServer& operator=(const TlsServer&) = delete;

  // The error names the file and the reason. What is wrong but no reason to refuse service is added to
  // `warnings`: a certificate that has expired or isn't valid yet (senders encrypt to it all the same), a key
  // that others can read.
  static std::expected<std::unique_ptr<TlsServer>, std::string> load(TlsSettings settings, const Clock& clock,
                                                                     std::vector<std::string>& warnings);

  // Reads the files again; after an error what was read before stays. Sessions keep what they began with.
  std::expected<void, std::string> reload(const Clock& clock, std::vector<std::string>& warnings);

  // For a handshake, during which it must be held; nullptr if there is no certificate. Any thread.
  std::shared_ptr<ssl_ctx_st> context() const;

 private:
  TlsSettings settings_;
  std::shared_ptr<TicketKeys> ticket_keys_;  // shared with the handshakes of older contexts
  mutable std::mutex mutex_;
  std::shared_ptr<ssl_ctx_st> context_;
};

// The facts of a certificate file, and whether its key is its own, without a server around them: for `check`.
struct CertificateCheck {
  crypto::CertificateFacts facts;
  bool matches_key = false;
  bool key_is_readable_by_others = false;
};
std::expected<CertificateCheck, std::string> check_certificate(const std::string& certificate,
                                                               const std::string& key);

}  // namespace pillarbox::net
