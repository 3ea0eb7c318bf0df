// The server that a transcript is played against: fresh for each playing, its time standing still, its disk
// in memory.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/task.h"
#include "base/try.h"
#include "net/memory_server.h"
#include "support/faulty_store.h"
#include "support/transcript.h"

namespace pillarbox::transcript {

// What is wrong, or nothing.
using Fault = std::optional<std::string>;

// A protocol's half: how its sessions start, and its own commands. One subclass a protocol.
class World {
 public:
  World();
  virtual ~World() = default;

  // A command that the player doesn't know itself ("config:", "set:", "store:" …). Those before the first
  // client speaks say what the server is; later ones check it. Subclasses call this one for what isn't
  // theirs.
  virtual Fault command(const Step& step);

  // How a session starts; asked once for each client, when it first speaks.
  virtual net::MemoryServer::Session session() = 0;

  // Whether the output of all clients claims more than is kept: how many messages were acknowledged.
  virtual std::size_t acknowledged(std::string_view output) const = 0;

  ManualClock& clock() { return clock_; }
  FaultyStore& store() { return store_; }
  net::MemoryServer& server() { return *server_; }
  // Ends all sessions. Must be called before a subclass goes, whose members they use.
  void stop() { server_.reset(); }

  // Runs a task of the test's own to its end.
  template <class T>
  T await(Task<T> task) {
    std::optional<T> result;
    server_->spawn(put(std::move(task), result));
    server_->run_until_quiet();
    ASSERT(result.has_value());
    return *std::move(result);
  }

  // All messages of a mailbox, oldest first; an error if there is no such mailbox.
  std::expected<std::vector<std::string>, std::string> messages(std::string login, std::string mailbox);

 private:
  template <class T>
  static Task<void> put(Task<T> task, std::optional<T>& result) {
    result.emplace(co_await std::move(task));
  }
  Fault check_store(std::string_view argument);
  Fault check_queue(std::string_view argument);

  ManualClock clock_;
  FaultyStore store_;
  std::unique_ptr<net::MemoryServer> server_;
};

}  // namespace pillarbox::transcript
