// A blocking client on loopback, with and without TLS. For tests only.
#pragma once

#include <openssl/ssl.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/descriptor.h"
#include "net/endpoint.h"

namespace pillarbox::net {

class TestClient {
 public:
  enum class Connect : std::uint8_t { now, later };
  explicit TestClient(const Endpoint& server, Connect when = Connect::now);
  explicit TestClient(const std::string& socket_path);

  void connect();
  void set_patience(std::chrono::milliseconds patience);

  bool send(std::string_view bytes);
  // What came up to `end` and with it; less if the stream ended, or ten seconds of silence passed.
  std::string receive_until(std::string_view end);
  // All until the server hangs up; "RESET" at the end if it did so by a reset.
  std::string receive_all();
  void hang_up() { socket_.close(); }
  // No more bytes from us, but we still listen.
  void finish_sending();
  // Ours is a peer that doesn't read.
  void shrink_receive_buffer();

  struct Tls {
    std::string server_name;
    std::string alpn;                // one protocol; "" for none
    int highest = 0;                 // 0 for any version
    SSL_SESSION* session = nullptr;  // to resume
  };
  // Why it failed, or "" when the handshake is done.
  std::string start_tls(const Tls& options);
  std::string certificate_name() const;
  bool is_resumed() const;
  SSL_SESSION* take_session();
  SSL* ssl() { return ssl_.get(); }
  int descriptor() const { return socket_.get(); }

 private:
  bool receive_some(std::string& all);

  struct Free {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  };
  Endpoint server_;
  Descriptor socket_;
  std::string input_;  // received, not yet asked for
  std::unique_ptr<SSL_CTX, Free> context_;
  std::unique_ptr<SSL, Free> ssl_;
};

}  // namespace pillarbox::net
