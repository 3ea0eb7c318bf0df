#include "net/test_client.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/x509.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>

#include "crypto/certificate.h"
#include "crypto/openssl_error.h"

namespace pillarbox::net {

TestClient::TestClient(const Endpoint& server, Connect when)
    : server_(server), socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  set_patience(std::chrono::milliseconds(10'000));
  if (when == Connect::now) connect();
}

void TestClient::connect() {
  sockaddr_in address{.sin_family = AF_INET, .sin_port = htons(server_.port)};
  std::memcpy(&address.sin_addr, server_.address.data(), 4);
  if (::connect(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0) socket_.close();
}

void TestClient::set_patience(std::chrono::milliseconds patience) {
  const timeval time{.tv_sec = patience.count() / 1000, .tv_usec = patience.count() % 1000 * 1000};
  ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &time, sizeof(time));
  ::setsockopt(socket_.get(), SOL_SOCKET, SO_SNDTIMEO, &time, sizeof(time));
}

TestClient::TestClient(const std::string& socket_path)
    : socket_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_un address{.sun_family = AF_UNIX};
  socket_path.copy(address.sun_path, sizeof(address.sun_path) - 1);
  set_patience(std::chrono::milliseconds(10'000));
  if (::connect(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0) socket_.close();
}

bool TestClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ssl_ ? SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()))
                           : ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

std::string TestClient::receive_until(std::string_view end) {
  std::string all;
  std::size_t searched = 0;
  for (;;) {
    const auto found = all.find(end, searched);
    if (found != std::string::npos) {
      input_ = all.substr(found + end.size());
      return all.substr(0, found + end.size());
    }
    searched = all.size() < end.size() ? 0 : all.size() - end.size();
    if (!receive_some(all)) return all;
  }
}

bool TestClient::receive_some(std::string& all) {
  if (!input_.empty()) {
    all += std::exchange(input_, "");
    return true;
  }
  std::string part(65536, '\0');
  const auto got = ssl_ ? SSL_read(ssl_.get(), part.data(), static_cast<int>(part.size()))
                        : ::recv(socket_.get(), part.data(), part.size(), 0);
  if (got > 0) all.append(part, 0, static_cast<std::size_t>(got));
  if (got < 0 && !ssl_ && errno == ECONNRESET) all += "RESET";
  return got > 0;
}

std::string TestClient::receive_all() {
  std::string all;
  while (receive_some(all)) continue;
  return all;
}

void TestClient::finish_sending() { ::shutdown(socket_.get(), SHUT_WR); }

void TestClient::shrink_receive_buffer() {
  const int bytes = 4096;
  ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
}

std::string TestClient::start_tls(const Tls& options) {
  context_.reset(SSL_CTX_new(TLS_client_method()));
  SSL_CTX_set_session_cache_mode(context_.get(), SSL_SESS_CACHE_CLIENT);
  if (options.highest != 0) SSL_CTX_set_max_proto_version(context_.get(), options.highest);
  ssl_.reset(SSL_new(context_.get()));
  SSL_set_fd(ssl_.get(), socket_.get());
  if (!options.server_name.empty()) SSL_set_tlsext_host_name(ssl_.get(), options.server_name.c_str());
  if (!options.alpn.empty()) {
    const std::string list = std::string(1, static_cast<char>(options.alpn.size())) + options.alpn;
    SSL_set_alpn_protos(ssl_.get(), reinterpret_cast<const unsigned char*>(list.data()),
                        static_cast<unsigned>(list.size()));
  }
  if (options.session != nullptr) SSL_set_session(ssl_.get(), options.session);
  ERR_clear_error();
  if (SSL_connect(ssl_.get()) == 1) return "";
  return crypto::openssl_error();
}

std::string TestClient::certificate_name() const {
  const crypto::X509Ptr certificate(SSL_get1_peer_certificate(ssl_.get()));
  return certificate ? crypto::facts_of(*certificate).names.front() : "";
}

bool TestClient::is_resumed() const { return SSL_session_reused(ssl_.get()) == 1; }

SSL_SESSION* TestClient::take_session() { return SSL_get1_session(ssl_.get()); }

}  // namespace pillarbox::net
