// OpenSSL on a descriptor: it reads and writes the socket itself, and says what it has to wait for. Inside
// net only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "net/stream.h"

struct ssl_st;
struct ssl_ctx_st;

namespace pillarbox::net {

enum class IoState : std::uint8_t {
  done,          // so many bytes went
  needs_input,   // wait until the descriptor is readable, then ask again
  needs_room,    // likewise, writable
  end_of_stream  // the peer has closed, properly or not
};

struct IoResult {
  IoState state;
  std::size_t bytes = 0;
};

// The same on the descriptor without TLS.
IoResult receive(int descriptor, std::span<char> into);
IoResult send_bytes(int descriptor, std::string_view bytes);

class TlsSession {
 public:
  // The server's side, over a non-blocking descriptor, which must outlive this.
  TlsSession(ssl_ctx_st* context, int descriptor);
  // The client's side, likewise, towards the host or address `peer`.
  TlsSession(ssl_ctx_st* context, int descriptor, const std::string& peer);

  // `done` when it is over. The error says why it failed.
  std::expected<IoState, std::string> handshake();
  IoResult read(std::span<char> into);
  IoResult write(std::string_view bytes);
  // Bytes that the peer sent are here already: the descriptor won't tell of them.
  bool has_buffered_input() const;
  TlsInfo info() const;
  // The client's side, after the handshake: why the certificate doesn't prove that this is `peer`; "" if it
  // does.
  std::string distrust(const std::string& peer) const;
  // Tells the peer that nothing follows, if there is room for it.
  void say_goodbye();

 private:
  struct Free {
    void operator()(ssl_st* ssl) const;
  };
  void use(int descriptor);
  IoState state_after(int result);

  std::unique_ptr<ssl_st, Free> ssl_;
  bool is_broken_ = false;
};

}  // namespace pillarbox::net
