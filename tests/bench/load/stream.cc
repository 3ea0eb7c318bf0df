#include "load/stream.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>

namespace pillarbox::bench {

Target::Target(const char* host, std::uint16_t port, Security security, unsigned sources)
    : sources_(sources) {
  address_.sin_family = AF_INET;
  address_.sin_port = htons(port);
  if (inet_pton(AF_INET, host, &address_.sin_addr) != 1)
    throw std::runtime_error("--host takes an IPv4 address");
  if (security == Security::clear) return;
  tls_ = SSL_CTX_new(TLS_client_method());
  if (tls_ == nullptr) throw std::runtime_error("cannot make a TLS context");
  SSL_CTX_set_verify(tls_, SSL_VERIFY_NONE, nullptr);
  SSL_CTX_set_mode(
      tls_, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_session_cache_mode(tls_, SSL_SESS_CACHE_OFF);
}

Target::~Target() { SSL_CTX_free(tls_); }

sockaddr_in Target::next_source() {
  sockaddr_in source{};
  source.sin_family = AF_INET;
  source.sin_addr.s_addr = htonl((127u << 24) + ((next_++ % sources_) << 8) + 1);
  return source;
}

bool Stream::connect(Target& target) {
  close();
  fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd_ < 0) return false;
  const int on = 1;
  setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  setsockopt(fd_, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  const sockaddr_in source = target.next_source();
  if (bind(fd_, reinterpret_cast<const sockaddr*>(&source), sizeof source) != 0) return false;
  const sockaddr_in& to = target.address();
  if (::connect(fd_, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0 && errno != EINPROGRESS)
    return false;
  if (target.tls() != nullptr) {
    tls_ = SSL_new(target.tls());
    SSL_set_fd(tls_, fd_);
    SSL_set_connect_state(tls_);
  }
  return true;
}

Stream::Progress Stream::establish() {
  if (tls_ == nullptr) return Progress::done;
  const int result = SSL_do_handshake(tls_);
  if (result == 1) return Progress::done;
  const int why = SSL_get_error(tls_, result);
  return why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE ? Progress::blocked : Progress::failed;
}

Stream::Result Stream::read(std::span<char> into) {
  if (tls_ != nullptr) {
    std::size_t bytes = 0;
    if (SSL_read_ex(tls_, into.data(), into.size(), &bytes) == 1) return {Progress::done, bytes};
    return {SSL_get_error(tls_, 0) == SSL_ERROR_WANT_READ ? Progress::blocked : Progress::failed, 0};
  }
  const ssize_t got = recv(fd_, into.data(), into.size(), 0);
  if (got > 0) return {Progress::done, static_cast<std::size_t>(got)};
  return {got < 0 && errno == EAGAIN ? Progress::blocked : Progress::failed, 0};
}

Stream::Result Stream::write(std::span<const iovec> pieces) {
  if (tls_ != nullptr) {
    std::size_t bytes = 0;
    if (SSL_write_ex(tls_, pieces[0].iov_base, pieces[0].iov_len, &bytes) == 1)
      return {Progress::done, bytes};
    const int why = SSL_get_error(tls_, 0);
    return {why == SSL_ERROR_WANT_WRITE || why == SSL_ERROR_WANT_READ ? Progress::blocked : Progress::failed,
            0};
  }
  msghdr message{};
  message.msg_iov = const_cast<iovec*>(pieces.data());
  message.msg_iovlen = pieces.size();
  const ssize_t sent = sendmsg(fd_, &message, MSG_NOSIGNAL);
  if (sent >= 0) return {Progress::done, static_cast<std::size_t>(sent)};
  return {errno == EAGAIN || errno == ENOTCONN ? Progress::blocked : Progress::failed, 0};
}

void Stream::close() {
  SSL_free(tls_);
  tls_ = nullptr;
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

}  // namespace pillarbox::bench
