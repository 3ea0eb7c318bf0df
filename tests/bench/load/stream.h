// A non-blocking TCP connection to the server under test, with TLS on the socket itself if asked for.
#pragma once

#include <netinet/in.h>
#include <sys/uio.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

struct ssl_st;
struct ssl_ctx_st;

namespace pillarbox::bench {

// Where connections go, and how. Owns the TLS client context, which verifies nothing: the server is our own.
class Target {
 public:
  enum class Security { clear, tls };

  // Throws std::runtime_error if `host` isn't an IPv4 address. Sessions come from `sources` addresses in
  // turn, 127.0.0.1 to 127.0.sources-1.1, so that limits by address and the number of ports don't decide what
  // is measured.
  Target(const char* host, std::uint16_t port, Security security, unsigned sources);
  ~Target();

  const sockaddr_in& address() const { return address_; }
  ssl_ctx_st* tls() const { return tls_; }
  sockaddr_in next_source();

 private:
  sockaddr_in address_{};
  ssl_ctx_st* tls_ = nullptr;
  unsigned sources_;
  unsigned next_ = 0;
};

class Stream {
 public:
  enum class Progress { done, blocked, failed };
  struct Result {
    Progress progress;
    std::size_t bytes;
  };

  Stream() = default;
  ~Stream() { close(); }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  // Starts connecting. Returns false when the system refuses at once.
  bool connect(Target& target);
  // Ends the TLS handshake, if there is one; to be called again whenever the socket is ready.
  Progress establish();
  Result read(std::span<char> into);
  Result write(std::span<const iovec> pieces);
  void close();

  int descriptor() const { return fd_; }

 private:
  int fd_ = -1;
  ssl_st* tls_ = nullptr;
};

}  // namespace pillarbox::bench
