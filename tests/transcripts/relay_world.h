// What a relay needs around it in a transcript: a list of hosts instead of the DNS, connections in memory,
// messages.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "net/memory_server.h"
#include "relay/relay.h"
#include "support/memory_connector.h"
#include "support/transcript.h"

namespace pillarbox::transcript {

class RelayWorld {
 public:
  RelayWorld();
  ~RelayWorld();

  // The words before a `deliver:`; what is wrong, or nothing.
  std::optional<std::string> configure(const Step& step);
  // Begins an attempt with what `from:`, `to:`, `body:` and `envelope:` said.
  void deliver();

  struct Attempt {
    std::vector<std::string> recipients;
    std::optional<std::vector<queue::Outcome>> outcomes;  // when it is over
  };
  std::vector<std::unique_ptr<Attempt>> attempts;

  net::MemoryServer& server() { return *server_; }
  MemoryConnector& connector() { return *connector_; }
  std::size_t idle() const { return relay_ ? relay_->pool().idle() : 0; }

 private:
  class HostList;

  std::optional<std::string> set(std::string_view name, const std::string& value);
  std::optional<std::string> add_recipient(std::string_view text);
  std::optional<std::string> add_to_envelope(std::string_view text);
  Task<void> run(Attempt& attempt, queue::Attempt given, std::shared_ptr<store::BodyReader> body);

  ManualClock clock_;
  relay::Route route_;
  relay::Settings settings_;
  std::unique_ptr<HostList> hosts_;
  queue::Attempt given_;
  std::string body_;
  std::optional<std::uint64_t> damage_;
  std::unique_ptr<net::MemoryServer> server_;
  std::unique_ptr<MemoryConnector> connector_;
  std::unique_ptr<relay::Relay> relay_;
};

}  // namespace pillarbox::transcript
