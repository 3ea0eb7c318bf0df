#include "net/tls.h"

#include <openssl/ssl.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "base/try.h"
#include "crypto/openssl_error.h"
#include "net/tls_files.h"
#include "net/tls_tickets.h"

namespace pillarbox::net {
namespace {

// Forward secrecy for all. Suites without AEAD come last: some senders' systems still have no others with
// ECDHE, and would fall back to no encryption at all.
constexpr const char* default_ciphers = "ECDHE+AESGCM:ECDHE+CHACHA20:ECDHE+AES:!aNULL:!eNULL";
// A phone that comes back after a while resumes; well below the life of a ticket's key.
constexpr std::chrono::seconds ticket_life{4 * 3600};
constexpr const char* groups = "X25519:P-256:P-384";

struct FreeContext {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using ContextPtr = std::unique_ptr<SSL_CTX, FreeContext>;

struct Certificate {
  std::vector<std::string> names;
  ContextPtr context;
};

// What the callbacks of a handshake look at. One context a certificate; handshakes begin with the first.
struct Contexts {
  std::shared_ptr<TicketKeys> ticket_keys;
  std::vector<Certificate> certificates;
  std::string alpn;  // as in the extension: length, name
};

int choose_certificate(SSL* ssl, int*, void* argument) {
  const auto* contexts = static_cast<const Contexts*>(argument);
  const char* name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
  if (name == nullptr) return SSL_TLSEXT_ERR_NOACK;
  for (const auto& certificate : contexts->certificates) {
    if (!crypto::covers(certificate.names, name)) continue;
    SSL_set_SSL_CTX(ssl, certificate.context.get());
    return SSL_TLSEXT_ERR_OK;
  }
  // A mail server whose name is unknown here is still better served with some certificate than not (RFC 7817
  // §3).
  return SSL_TLSEXT_ERR_NOACK;
}

int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* chosen_size,
                    const unsigned char* offered, unsigned offered_size, void* argument) {
  const auto& ours = static_cast<const Contexts*>(argument)->alpn;
  unsigned char* selected = nullptr;
  const int result =
      SSL_select_next_proto(&selected, chosen_size, reinterpret_cast<const unsigned char*>(ours.data()),
                            static_cast<unsigned>(ours.size()), offered, offered_size);
  if (result != OPENSSL_NPN_NEGOTIATED) return SSL_TLSEXT_ERR_ALERT_FATAL;  // RFC 7301 §3.2
  *chosen = selected;
  return SSL_TLSEXT_ERR_OK;
}

std::expected<ContextPtr, std::string> make_context(const TlsSettings& settings) {
  ContextPtr context(SSL_CTX_new(TLS_server_method()));
  ASSERT(context != nullptr);
  SSL_CTX* ctx = context.get();
  const int lowest = settings.lowest == TlsSettings::Lowest::tls_1_3 ? TLS1_3_VERSION : TLS1_2_VERSION;
  SSL_CTX_set_min_proto_version(ctx, lowest);
  SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE |
                               SSL_OP_PRIORITIZE_CHACHA);
  SSL_CTX_set_mode(
      ctx, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_read_ahead(ctx, 1);  // a record in one read instead of two
  SSL_CTX_set_verify(ctx, SSL_VERIFY_NONE, nullptr);
  // Sessions are remembered by the client, in its ticket, not by us.
  SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(ctx, 1);
  SSL_CTX_set_timeout(ctx, ticket_life.count());
  const char* ciphers = settings.ciphers.empty() ? default_ciphers : settings.ciphers.c_str();
  if (SSL_CTX_set_cipher_list(ctx, ciphers) != 1) {
    return std::unexpected("\"" + settings.ciphers + "\": no such ciphers: " + crypto::openssl_error());
  }
  ASSERT(SSL_CTX_set1_groups_list(ctx, groups) == 1);
  return context;
}

std::expected<void, std::string> use_files(SSL_CTX* context, const TlsCertificate& names,
                                           const TlsFiles& files) {
  const auto failed = [&names] {
    return std::unexpected(names.certificate + ": " + crypto::openssl_error());
  };
  if (!crypto::belong_together(*files.chain.front(), *files.key)) {
    return std::unexpected(names.key + ": not the key of the certificate in " + names.certificate);
  }
  if (SSL_CTX_use_certificate(context, files.chain.front().get()) != 1) return failed();
  for (std::size_t i = 1; i < files.chain.size(); ++i) {
    if (SSL_CTX_add1_chain_cert(context, files.chain[i].get()) != 1) return failed();
  }
  if (SSL_CTX_use_PrivateKey(context, files.key.get()) != 1) return failed();
  return {};
}

void warn(const TlsCertificate& names, const TlsFiles& files, Time now, std::vector<std::string>& warnings) {
  const auto facts = crypto::facts_of(*files.chain.front());
  if (facts.not_after < now) warnings.push_back(names.certificate + ": the certificate has expired");
  if (facts.not_before > now) warnings.push_back(names.certificate + ": the certificate isn't valid yet");
  if (files.key_is_readable_by_others)
    warnings.push_back(names.key + ": every user of this machine can read the key");
}

std::expected<Certificate, std::string> load_certificate(const TlsSettings& settings,
                                                         const TlsCertificate& names, Time now,
                                                         std::vector<std::string>& warnings) {
  const TlsFiles files = TRY(read_tls_files(names.certificate, names.key));
  Certificate certificate{.context = TRY(make_context(settings))};
  TRY(use_files(certificate.context.get(), names, files));
  warn(names, files, now, warnings);
  certificate.names = crypto::facts_of(*files.chain.front()).names;
  if (!names.name.empty()) certificate.names.push_back(names.name);
  return certificate;
}

std::expected<std::shared_ptr<ssl_ctx_st>, std::string> load_all(const TlsSettings& settings,
                                                                 std::shared_ptr<TicketKeys> ticket_keys,
                                                                 Time now,
                                                                 std::vector<std::string>& warnings) {
  ASSERT(!settings.certificates.empty() && !settings.protocol.empty() && settings.protocol.size() < 256);
  auto contexts = std::make_shared<Contexts>();
  contexts->ticket_keys = std::move(ticket_keys);
  contexts->alpn = std::string(1, static_cast<char>(settings.protocol.size())) + settings.protocol;
  for (const auto& names : settings.certificates) {
    contexts->certificates.push_back(TRY(load_certificate(settings, names, now, warnings)));
  }
  SSL_CTX* first = contexts->certificates.front().context.get();
  SSL_CTX_set_tlsext_servername_callback(first, choose_certificate);
  SSL_CTX_set_tlsext_servername_arg(first, contexts.get());
  for (const auto& certificate : contexts->certificates) {
    contexts->ticket_keys->serve(certificate.context.get());
    SSL_CTX_set_alpn_select_cb(certificate.context.get(), choose_protocol, contexts.get());
  }
  return std::shared_ptr<ssl_ctx_st>(contexts, first);
}

}  // namespace

TlsServer::TlsServer() : ticket_keys_(std::make_shared<TicketKeys>()) {}
TlsServer::~TlsServer() = default;

std::expected<std::unique_ptr<TlsServer>, std::string> TlsServer::load(TlsSettings settings,
                                                                       const Clock& clock,
                                                                       std::vector<std::string>& warnings) {
  auto server = std::make_unique<TlsServer>();
  server->settings_ = std::move(settings);
  TRY(server->reload(clock, warnings));
  return server;
}

std::expected<void, std::string> TlsServer::reload(const Clock& clock, std::vector<std::string>& warnings) {
  auto context = TRY(load_all(settings_, ticket_keys_, clock.now(), warnings));
  const std::scoped_lock lock(mutex_);
  context_ = std::move(context);
  return {};
}

std::shared_ptr<ssl_ctx_st> TlsServer::context() const {
  const std::scoped_lock lock(mutex_);
  return context_;
}

}  // namespace pillarbox::net
