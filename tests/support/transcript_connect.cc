#include "support/transcript_connect.h"

#include <fmt/format.h>
#include <netdb.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <expected>
#include <map>
#include <memory>
#include <optional>

#include "support/line_matcher.h"

namespace pillarbox::transcript {
namespace {

// How long a server may take for a line that must come, and how long nothing must come to believe that
// nothing will.
constexpr int patience_ms = 10'000;
constexpr int silence_ms = 200;

struct CloseSocket {
  void operator()(const int* fd) const {
    ::close(*fd);
    delete fd;
  }
};
struct FreeSsl {
  void operator()(SSL* ssl) const { SSL_free(ssl); }
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};

class Connection {
 public:
  static std::expected<Connection, std::string> open(const std::string& server) {
    const auto colon = server.rfind(':');
    if (colon == std::string::npos) return std::unexpected("the server is given as HOST:PORT");
    addrinfo wanted{};
    wanted.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (getaddrinfo(server.substr(0, colon).c_str(), server.substr(colon + 1).c_str(), &wanted, &found) !=
        0) {
      return std::unexpected(server + ": no such host");
    }
    const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> addresses(found, &freeaddrinfo);
    for (const addrinfo* a = found; a != nullptr; a = a->ai_next) {
      std::unique_ptr<int, CloseSocket> fd(new int(socket(a->ai_family, a->ai_socktype, a->ai_protocol)));
      if (*fd >= 0 && connect(*fd, a->ai_addr, a->ai_addrlen) == 0) return Connection(std::move(fd));
    }
    return std::unexpected(fmt::format("{}: {}", server, std::strerror(errno)));
  }

  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = ssl_ ? SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()))
                             : ::send(*fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  // What comes within the time; empty if nothing does, or at the end of the connection.
  std::string receive(int timeout_ms) {
    char buffer[16'384];
    if (!ssl_ || SSL_pending(ssl_.get()) == 0) {
      pollfd waiting{.fd = *fd_, .events = POLLIN, .revents = 0};
      if (poll(&waiting, 1, timeout_ms) <= 0) return {};
    }
    const auto got =
        ssl_ ? SSL_read(ssl_.get(), buffer, sizeof buffer) : recv(*fd_, buffer, sizeof buffer, 0);
    if (got <= 0) {
      is_closed_ = true;
      return {};
    }
    return std::string(buffer, static_cast<std::size_t>(got));
  }

  // Whose certificate it is doesn't matter here.
  bool start_tls() {
    context_.reset(SSL_CTX_new(TLS_client_method()));
    ssl_.reset(SSL_new(context_.get()));
    SSL_set_fd(ssl_.get(), *fd_);
    return SSL_connect(ssl_.get()) == 1;
  }

  void shut_down() { shutdown(*fd_, SHUT_WR); }
  bool is_closed() const { return is_closed_; }

  LineMatcher lines;

 private:
  explicit Connection(std::unique_ptr<int, CloseSocket> fd) : fd_(std::move(fd)) {}

  std::unique_ptr<int, CloseSocket> fd_;
  std::unique_ptr<SSL_CTX, FreeSsl> context_;
  std::unique_ptr<SSL, FreeSsl> ssl_;
  bool is_closed_ = false;
};

class NetworkPlayer {
 public:
  NetworkPlayer(const Transcript& transcript, const std::string& server)
      : transcript_(transcript), server_(server) {}

  std::optional<std::string> play() {
    for (const Step& step : transcript_.steps) {
      if (auto fault = play(step)) return fmt::format("{}:{}: {}", transcript_.path, step.line, *fault);
    }
    return std::nullopt;
  }

 private:
  std::optional<std::string> play(const Step& step) {
    const bool is_ours = step.kind != Step::Kind::command || step.word == "tls" || step.word == "over" ||
                         step.word == "connect" || step.word == "close";
    if (!is_ours) return std::nullopt;
    auto& slot = connections_[step.client];
    if (!slot) {
      auto opened = Connection::open(server_);
      if (!opened) return opened.error();
      slot = std::make_unique<Connection>(*std::move(opened));
    }
    Connection& connection = *slot;
    if (step.kind == Step::Kind::send) {
      connection.send(step.text);  // a server that has gone is seen by what it doesn't answer
      return std::nullopt;
    }
    if (step.kind == Step::Kind::expect) {
      while (!connection.lines.has(step.text)) {
        const std::string output = connection.receive(patience_ms);
        if (output.empty()) break;
        connection.lines.feed(output);
      }
      return connection.lines.expect(step.text, step.skips);
    }
    if (step.word == "tls") {
      connection.lines.expect_nothing_more();
      if (!connection.start_tls()) return "the TLS handshake failed";
    } else if (step.word == "close") {
      connection.shut_down();
    } else if (step.word == "over") {
      for (int waited = 0; !connection.is_closed() && waited < patience_ms; waited += silence_ms) {
        connection.lines.feed(connection.receive(silence_ms));
      }
      if (!connection.is_closed()) return "the session goes on";
    }
    return std::nullopt;
  }

  const Transcript& transcript_;
  const std::string& server_;
  std::map<unsigned, std::unique_ptr<Connection>> connections_;
};

}  // namespace

std::vector<std::string> play_over_network(const Transcript& transcript, const std::string& server) {
  if (auto fault = NetworkPlayer(transcript, server).play()) return {*fault};
  return {};
}

}  // namespace pillarbox::transcript
