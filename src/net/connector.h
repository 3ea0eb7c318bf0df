// Connecting to others: streams of which we are the client, and what has to run beside them.
#pragma once

#include <chrono>
#include <expected>
#include <memory>
#include <optional>
#include <string>

#include "base/ip.h"
#include "base/task.h"
#include "net/endpoint.h"
#include "net/stream.h"

namespace pillarbox::net {

class Reactor;

// Where to, and from where.
struct Destination {
  Endpoint endpoint;
  std::string socket_path = {};  // a Unix socket instead
  std::optional<IpAddress> source = {};
};

// May be used from any thread of a reactor.
class Connector {
 public:
  virtual ~Connector() = default;

  // The stream lives on the caller's thread. The error says why there is none: "connection refused". Throws
  // Closed when the reactor ends.
  virtual Task<std::expected<std::unique_ptr<Stream>, std::string>> connect(
      Destination to, std::chrono::milliseconds timeout) = 0;
};

// Over the network. Requires: its callers run on the reactor's threads, which outlives the streams.
class ReactorConnector final : public Connector {
 public:
  explicit ReactorConnector(Reactor& reactor) : reactor_(reactor) {}
  Task<std::expected<std::unique_ptr<Stream>, std::string>> connect(
      Destination to, std::chrono::milliseconds timeout) override;

 private:
  Reactor& reactor_;
};

// Starts `task` on the caller's thread, where it runs whenever the caller and others wait. It takes values
// only. What it throws beside ConversationOver is a bug, and logged as one.
Task<void> start_beside(Task<void> task);

}  // namespace pillarbox::net
