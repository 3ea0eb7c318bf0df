#include "net/tls_session.h"

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstdint>

#include "base/clock.h"
#include "base/ip.h"
#include "base/text.h"
#include "base/try.h"
#include "crypto/certificate.h"
#include "crypto/openssl_error.h"

namespace pillarbox::net {
namespace {

// "2026-01-02".
std::string format_day(Time time) {
  const std::chrono::year_month_day day(std::chrono::floor<std::chrono::days>(time));
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(day.year()), static_cast<unsigned>(day.month()),
                     static_cast<unsigned>(day.day()));
}

bool would_block(int error) { return error == EAGAIN || error == EWOULDBLOCK || error == EINTR; }

int descriptor_of(BIO* bio) { return static_cast<int>(reinterpret_cast<std::intptr_t>(BIO_get_data(bio))); }

int bio_read(BIO* bio, char* data, std::size_t size, std::size_t* got) {
  BIO_clear_retry_flags(bio);
  const auto result = ::recv(descriptor_of(bio), data, size, 0);
  *got = result > 0 ? static_cast<std::size_t>(result) : 0;
  if (result < 0 && would_block(errno)) BIO_set_retry_read(bio);
  return result > 0 ? 1 : 0;
}

// MSG_NOSIGNAL is why OpenSSL's own socket BIO won't do: a peer that hangs up must not send us SIGPIPE.
int bio_write(BIO* bio, const char* data, std::size_t size, std::size_t* put) {
  BIO_clear_retry_flags(bio);
  const auto result = ::send(descriptor_of(bio), data, size, MSG_NOSIGNAL);
  *put = result > 0 ? static_cast<std::size_t>(result) : 0;
  if (result < 0 && would_block(errno)) BIO_set_retry_write(bio);
  return result > 0 ? 1 : 0;
}

long bio_control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

BIO_METHOD* bio_method() {
  static BIO_METHOD* const method = [] {
    BIO_METHOD* made =
        BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK | BIO_TYPE_DESCRIPTOR, "socket");
    ASSERT(made != nullptr);
    BIO_meth_set_read_ex(made, bio_read);
    BIO_meth_set_write_ex(made, bio_write);
    BIO_meth_set_ctrl(made, bio_control);
    return made;
  }();
  return method;
}

}  // namespace

IoResult receive(int descriptor, std::span<char> into) {
  const auto result = ::recv(descriptor, into.data(), into.size(), 0);
  if (result > 0) return {IoState::done, static_cast<std::size_t>(result)};
  if (result < 0 && would_block(errno)) return {IoState::needs_input};
  return {IoState::end_of_stream};
}

IoResult send_bytes(int descriptor, std::string_view bytes) {
  const auto result = ::send(descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (result >= 0) return {IoState::done, static_cast<std::size_t>(result)};
  if (would_block(errno)) return {IoState::needs_room};
  return {IoState::end_of_stream};
}

void TlsSession::Free::operator()(ssl_st* ssl) const { SSL_free(ssl); }

TlsSession::TlsSession(ssl_ctx_st* context, int descriptor) : ssl_(SSL_new(context)) {
  use(descriptor);
  SSL_set_accept_state(ssl_.get());
}

TlsSession::TlsSession(ssl_ctx_st* context, int descriptor, const std::string& peer)
    : ssl_(SSL_new(context)) {
  use(descriptor);
  SSL_set_connect_state(ssl_.get());
  X509_VERIFY_PARAM* wanted = SSL_get0_param(ssl_.get());
  X509_VERIFY_PARAM_set_hostflags(wanted, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  if (parse_ip(peer)) {
    X509_VERIFY_PARAM_set1_ip_asc(wanted, peer.c_str());
  } else {
    X509_VERIFY_PARAM_set1_host(wanted, peer.data(), peer.size());
    SSL_set_tlsext_host_name(ssl_.get(), peer.c_str());  // RFC 6066 §3: names only
  }
}

void TlsSession::use(int descriptor) {
  ASSERT(ssl_ != nullptr);
  BIO* bio = BIO_new(bio_method());
  ASSERT(bio != nullptr);
  BIO_set_data(bio, reinterpret_cast<void*>(static_cast<std::intptr_t>(descriptor)));
  BIO_set_init(bio, 1);
  SSL_set_bio(ssl_.get(), bio, bio);
}

std::expected<IoState, std::string> TlsSession::handshake() {
  ERR_clear_error();
  const int result = SSL_do_handshake(ssl_.get());
  if (result == 1) return IoState::done;
  const int error = SSL_get_error(ssl_.get(), result);
  if (error == SSL_ERROR_WANT_READ) return IoState::needs_input;
  if (error == SSL_ERROR_WANT_WRITE) return IoState::needs_room;
  is_broken_ = true;
  if (error == SSL_ERROR_SSL) return std::unexpected(crypto::openssl_error());
  return std::unexpected("connection closed during the handshake");
}

IoResult TlsSession::read(std::span<char> into) {
  ERR_clear_error();
  std::size_t bytes = 0;
  const int result = SSL_read_ex(ssl_.get(), into.data(), into.size(), &bytes);
  if (result == 1) return {IoState::done, bytes};
  return {state_after(result)};
}

IoResult TlsSession::write(std::string_view bytes) {
  ERR_clear_error();
  std::size_t written = 0;
  const int result = SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &written);
  if (result == 1) return {IoState::done, written};
  return {state_after(result)};
}

IoState TlsSession::state_after(int result) {
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ: return IoState::needs_input;
    case SSL_ERROR_WANT_WRITE: return IoState::needs_room;
    case SSL_ERROR_ZERO_RETURN: return IoState::end_of_stream;
    default: is_broken_ = true; return IoState::end_of_stream;
  }
}

bool TlsSession::has_buffered_input() const { return SSL_has_pending(ssl_.get()) == 1; }

TlsInfo TlsSession::info() const {
  const char* name = SSL_get_servername(ssl_.get(), TLSEXT_NAMETYPE_host_name);
  return {.version = SSL_get_version(ssl_.get()),
          .cipher = SSL_get_cipher_name(ssl_.get()),
          .server_name = name == nullptr ? "" : name};
}

std::string TlsSession::distrust(const std::string& peer) const {
  const long result = SSL_get_verify_result(ssl_.get());
  if (result == X509_V_OK) return "";
  const X509* certificate = SSL_get0_peer_certificate(ssl_.get());
  if (certificate == nullptr) return "no certificate was shown";
  const auto facts = crypto::facts_of(*certificate);
  switch (result) {
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH: {
      // A certificate may have thousands of names, all of them of the server's choosing.
      const std::string first =
          facts.names.empty() ? "nobody" : escape_controls(facts.names.front().substr(0, 255));
      return fmt::format("certificate is for {}{}, not for {}", first,
                         facts.names.size() > 1 ? " and others" : "", peer);
    }
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return fmt::format("certificate expired on {}", format_day(facts.not_after));
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return fmt::format("certificate is valid from {} on", format_day(facts.not_before));
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT: return "certificate is signed by nobody but itself";
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      return "certificate isn't signed by an authority we trust";
    default: return fmt::format("certificate: {}", X509_verify_cert_error_string(result));
  }
}

void TlsSession::say_goodbye() {
  if (is_broken_ || SSL_in_init(ssl_.get()) == 1) return;
  ERR_clear_error();
  // One way only: the peer's own goodbye would tell us nothing that matters.
  SSL_shutdown(ssl_.get());
}

}  // namespace pillarbox::net
