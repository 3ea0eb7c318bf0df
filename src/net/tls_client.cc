#include "net/tls_client.h"

#include <openssl/ssl.h>

#include "base/try.h"
#include "crypto/openssl_error.h"
#include "net/tls_files.h"

namespace pillarbox::net {
namespace {

std::expected<void, std::string> trust(SSL_CTX* context, const std::string& authorities) {
  if (authorities.empty()) {
    // A system without any trusts nobody: connections that must be verified say so one by one.
    SSL_CTX_set_default_verify_paths(context);
    return {};
  }
  if (SSL_CTX_load_verify_file(context, authorities.c_str()) == 1) return {};
  return std::unexpected(authorities + ": " + crypto::openssl_error());
}

std::expected<void, std::string> show(SSL_CTX* context, const TlsCertificate& names) {
  const TlsFiles files = TRY(read_tls_files(names.certificate, names.key));
  if (!crypto::belong_together(*files.chain.front(), *files.key)) {
    return std::unexpected(names.key + ": not the key of the certificate in " + names.certificate);
  }
  bool is_used = SSL_CTX_use_certificate(context, files.chain.front().get()) == 1;
  for (std::size_t i = 1; i < files.chain.size(); ++i) {
    is_used = is_used && SSL_CTX_add1_chain_cert(context, files.chain[i].get()) == 1;
  }
  if (is_used && SSL_CTX_use_PrivateKey(context, files.key.get()) == 1) return {};
  return std::unexpected(names.certificate + ": " + crypto::openssl_error());
}

}  // namespace

std::expected<std::shared_ptr<const TlsClient>, std::string> TlsClient::load(
    const TlsClientSettings& settings) {
  const std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
  ASSERT(context != nullptr);
  SSL_CTX* ctx = context.get();
  const int lowest = settings.lowest == TlsSettings::Lowest::tls_1_3 ? TLS1_3_VERSION : TLS1_2_VERSION;
  SSL_CTX_set_min_proto_version(ctx, lowest);
  SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_mode(
      ctx, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_read_ahead(ctx, 1);  // a record in one read instead of two
  // The handshake goes on whatever the certificate is: TlsSession::distrust tells what was wrong with it, and
  // whoever insists on a good one ends the connection then, before anything else is said.
  SSL_CTX_set_verify(ctx, SSL_VERIFY_NONE, nullptr);
  if (!settings.ciphers.empty() && SSL_CTX_set_cipher_list(ctx, settings.ciphers.c_str()) != 1) {
    return std::unexpected("\"" + settings.ciphers + "\": no such ciphers: " + crypto::openssl_error());
  }
  TRY(trust(ctx, settings.authorities));
  if (settings.certificate) TRY(show(ctx, *settings.certificate));
  auto client = std::make_shared<TlsClient>();
  client->context_ = context;
  return client;
}

}  // namespace pillarbox::net
