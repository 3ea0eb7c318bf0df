// Connections that a test holds the other ends of: for code that connects to servers.
#pragma once

#include <deque>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "net/connector.h"
#include "net/memory_server.h"

namespace pillarbox::transcript {

class MemoryConnector final : public net::Connector {
 public:
  explicit MemoryConnector(net::MemoryServer& server) : server_(server) {}

  struct Made {
    net::Destination to;
    net::MemoryClient end;
  };

  // What becomes of the next ones, in their order: "" connects, all else is why not. When nothing is left:
  // "connection refused".
  std::deque<std::string> plan;
  // How each is made: bytes of a read, and operations of the first until it is cut.
  std::optional<std::size_t> largest_read;
  std::optional<std::size_t> cut_after;
  std::vector<std::unique_ptr<Made>> made;
  std::vector<std::string> refused;  // where to

  Task<std::expected<std::unique_ptr<net::Stream>, std::string>> connect(net::Destination to,
                                                                         std::chrono::milliseconds) override {
    const std::string fate = plan.empty() ? "connection refused" : plan.front();
    if (!plan.empty()) plan.pop_front();
    if (!fate.empty()) {
      refused.push_back(to.endpoint.text());
      co_return std::unexpected(fate);
    }
    auto opened = server_.open(to.endpoint);
    if (largest_read) opened.second.set_largest_read(*largest_read);
    if (cut_after && made.empty()) opened.second.cut_after(*cut_after);
    made.push_back(std::make_unique<Made>(Made{std::move(to), std::move(opened.second)}));
    co_return std::move(opened.first);
  }

 private:
  net::MemoryServer& server_;
};

}  // namespace pillarbox::transcript
