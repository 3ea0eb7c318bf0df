// The running server: the store, the threads, the listeners, and the configuration in force.
#pragma once

#include <boost/json/object.hpp>
#include <expected>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "accounts/login_guard.h"
#include "app/events.h"
#include "app/generation.h"
#include "app/machine.h"
#include "base/clock.h"
#include "imapd/presence.h"
#include "net/listener.h"
#include "net/reactor.h"
#include "net/session_limits.h"
#include "net/worker_pool.h"
#include "smtpd/trace_id.h"
#include "store/journal/settings.h"
#include "store/store.h"

namespace pillarbox::app {

struct ServerOptions {
  std::string config;
  std::filesystem::path state;
};

class Server {
 public:
  // `events` outlives it: where the control socket's wishes go.
  Server(ServerOptions options, Events& events, config::Configuration configuration);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Opens the store and the listeners. The error says what an operator must do.
  std::expected<void, std::string> start();

  // Until a StopEvent; then sessions get their last word, and everything is closed.
  void run();

 private:
  std::expected<void, std::string> open_store();
  std::expected<void, std::string> open_control();
  // Serves `configuration` in place of the one in force, or leaves everything as it was.
  std::expected<void, std::string> adopt(config::Configuration configuration);
  // What the reloadable parts that outlive every configuration read from it.
  void apply_settings(const config::Configuration& configuration);
  Reloaded reload();
  void reload_for(const ReloadEvent& wish);
  boost::json::object endpoints() const;
  Task<boost::json::object> answer(boost::json::object request);
  Lasting lasting();

  const ServerOptions options_;
  Events& events_;
  Machine machine_;
  SystemClock clock_;
  config::Configuration first_configuration_;  // moved from when it is served
  std::unique_ptr<net::WorkerPool> workers_;
  std::unique_ptr<net::WorkerPool> lookups_;
  // The store's threads end with it, and answer sessions until then: it goes before the reactor does.
  std::unique_ptr<net::Reactor> reactor_;
  std::unique_ptr<store::Store> store_;
  const std::size_t descriptors_;                  // that the process may have open
  const store::journal::Settings store_settings_;  // in force until the end
  net::SessionLimits sessions_;
  net::SessionLimits control_sessions_;
  accounts::LoginGuard login_guard_;
  imapd::Presence presence_;
  smtpd::TraceIds trace_ids_;
  std::map<std::string, std::unique_ptr<net::Listener>> listeners_;  // by Opening::where
  std::unique_ptr<net::Listener> control_;
};

}  // namespace pillarbox::app
