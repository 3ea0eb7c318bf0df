#include "app/server.h"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <csignal>
#include <cstring>
#include <set>
#include <utility>

#include "accounts/settings.h"
#include "app/control.h"
#include "app/load.h"
#include "app/paths.h"
#include "app/undelete.h"
#include "base/log.h"
#include "crypto/random.h"
#include "net/listening_socket.h"
#include "net/settings.h"
#include "store/journal/store.h"

namespace pillarbox::app {
namespace {

constexpr std::chrono::seconds grace{5};  // for sessions to say their last word
constexpr std::size_t most_control_sessions = 16;
constexpr unsigned lookup_threads = 4;  // they wait more than they work
constexpr std::size_t waiting_lookups = 1'000;

net::Settings session_settings(const config::Configuration& configuration) {
  return config::settings<net::Settings>(configuration, net::setting_table);
}

accounts::Settings login_settings(const config::Configuration& configuration) {
  return config::settings<accounts::Settings>(configuration, accounts::setting_table);
}

store::journal::Settings store_settings(const config::Configuration& configuration) {
  return config::settings<store::journal::Settings>(configuration, store::journal::setting_tables.front());
}

std::string at_next_start(std::string_view statement) {
  return fmt::format("{} changed; it takes effect at the next start", statement);
}

// Where trace ids begin to count.
std::uint64_t random_start() {
  std::uint64_t start = 0;
  const std::string bytes = crypto::random_bytes(sizeof start);
  std::memcpy(&start, bytes.data(), sizeof start);
  return start;
}

std::string text_of(const boost::json::object& request, const char* key) {
  const auto* value = request.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : "";
}

}  // namespace

Server::Server(ServerOptions options, Events& events, config::Configuration configuration)
    : options_(std::move(options)),
      events_(events),
      first_configuration_(std::move(configuration)),
      descriptors_(net::raise_descriptor_limit()),
      store_settings_(store_settings(first_configuration_)),
      sessions_(session_settings(first_configuration_).sessions(descriptors_),
                session_settings(first_configuration_).max_per_address),
      control_sessions_(most_control_sessions, most_control_sessions),
      login_guard_(login_settings(first_configuration_), clock_),
      trace_ids_(random_start()) {}

Server::~Server() = default;

std::expected<void, std::string> Server::start() {
  const auto logins = login_settings(first_configuration_);
  workers_ = std::make_unique<net::WorkerPool>(net::usable_cores(), logins.waiting_checks);
  lookups_ = std::make_unique<net::WorkerPool>(lookup_threads, waiting_lookups);
  reactor_ = std::make_unique<net::Reactor>();
  TRY(open_store());
  TRY(adopt(std::move(first_configuration_)));
  TRY(open_control());
  log::info("app", "ready: {} threads, state in {}", reactor_->threads(), options_.state.string());
  return {};
}

std::expected<void, std::string> Server::open_store() {
  std::error_code error;
  std::filesystem::create_directories(options_.state, error);
  if (error) {
    return std::unexpected(fmt::format("{}: {}: make the folder, or name another with --state",
                                       options_.state.string(), error.message()));
  }
  auto store = store::journal::JournalStore::open(store_folder(options_.state), store_settings_, clock_);
  if (!store) return std::unexpected(std::move(store).error().detail);
  store_ = std::move(*store);
  return {};
}

std::expected<void, std::string> Server::open_control() {
  constexpr unsigned owner_only = 0600;
  auto socket = net::listen_local(control_socket(options_.state).string(), owner_only);
  if (!socket) {
    return std::unexpected(fmt::format("{}: {}", control_socket(options_.state).string(), socket.error()));
  }
  const ControlAnswer ask = [this](boost::json::object request) { return answer(std::move(request)); };
  control_ = std::make_unique<net::Listener>(*reactor_, control_sessions_,
                                             net::Door{.name = "control",
                                                       .session =
                                                           [ask](std::unique_ptr<net::Stream> stream) {
                                                             return serve_control(std::move(stream), ask);
                                                           },
                                                       .refusal = "",
                                                       .is_proxy = nullptr},
                                             std::move(*socket));
  return {};
}

Lasting Server::lasting() {
  return {.store = *store_,
          .clock = clock_,
          .login_guard = login_guard_,
          .workers = *workers_,
          .lookups = *lookups_,
          .sessions = sessions_,
          .presence = presence_,
          .trace_ids = trace_ids_};
}

std::expected<void, std::string> Server::adopt(config::Configuration configuration) {
  auto generation = std::make_shared<Generation>(std::move(configuration), lasting());
  TRY(generation->load_certificates());
  std::vector<Opening> openings = generation->openings(generation);

  // First everything that can fail, then what can't.
  std::map<std::string, Descriptor> sockets;
  for (const Opening& opening : openings) {
    if (listeners_.contains(opening.where)) continue;
    auto socket = opening.socket_path.empty() ? net::listen_tcp(opening.endpoint)
                                              : net::listen_local(opening.socket_path);
    if (!socket) {
      return std::unexpected(fmt::format("{}: can't listen on {}: {}",
                                         generation->configuration().sources.place(opening.position),
                                         opening.where, socket.error()));
    }
    sockets.emplace(opening.where, std::move(*socket));
  }

  std::set<std::string> wanted;
  for (Opening& opening : openings) {
    wanted.insert(opening.where);
    const auto kept = listeners_.find(opening.where);
    if (kept != listeners_.end()) {
      kept->second->set_door(std::move(opening.door));
      continue;
    }
    log::info("app", "listening on {} for {}", opening.where, config::name_of(opening.protocol));
    listeners_.emplace(opening.where,
                       std::make_unique<net::Listener>(*reactor_, sessions_, std::move(opening.door),
                                                       std::move(sockets.at(opening.where))));
  }
  std::erase_if(listeners_, [&wanted](const auto& listener) {
    if (wanted.contains(listener.first)) return false;
    log::info("app", "no longer listening on {}", listener.first);
    return true;
  });
  apply_settings(generation->configuration());
  return {};
}

void Server::apply_settings(const config::Configuration& configuration) {
  const auto sessions = session_settings(configuration);
  sessions_.change(sessions.sessions(descriptors_), sessions.max_per_address);
  const auto logins = login_settings(configuration);
  login_guard_.use(logins);
  workers_->keep_waiting_at_most(logins.waiting_checks);
}

Reloaded Server::reload() {
  config::Parsed parsed = load_configuration(options_.config, machine_);
  if (!parsed.ok()) return std::unexpected(parsed.text());
  std::vector<std::string> later = config::differences(store::journal::setting_tables.front(),
                                                       store_settings_, store_settings(parsed.configuration));
  TRY(adopt(std::move(parsed.configuration)));
  return later;
}

void Server::reload_for(const ReloadEvent& wish) {
  const Reloaded done = reload();
  if (done) {
    log::info("app", "reloaded {}", options_.config);
    for (const std::string& statement : *done) log::warning("app", "{}", at_next_start(statement));
  } else {
    log::error("app", "{} is not taken, the old configuration stays in force: {}", options_.config,
               done.error());
  }
  if (wish.done) wish.done(done);
}

void Server::run() {
  for (;;) {
    const Event event = events_.pop();
    if (const auto* stop = std::get_if<StopEvent>(&event)) {
      log::info("app", "stopping at {}", stop->signal == SIGINT ? "SIGINT" : "SIGTERM");
      break;
    }
    if (const auto* wish = std::get_if<CallEvent>(&event)) wish->call();
    if (const auto* wish = std::get_if<ReloadEvent>(&event)) reload_for(*wish);
  }
  control_.reset();
  listeners_.clear();
  reactor_->shut_down(grace);
  // Both answer sessions from threads of their own: the loops that the answers go to are there until they
  // have ended.
  store_.reset();
  workers_.reset();
  lookups_.reset();
  reactor_.reset();
}

boost::json::object Server::endpoints() const {
  boost::json::array places;
  for (const auto& [where, listener] : listeners_) places.emplace_back(where);
  return {{"ok", true}, {"endpoints", std::move(places)}};
}

Task<boost::json::object> Server::answer(boost::json::object request) {
  const std::string verb = text_of(request, "verb");
  if (verb == "reload") {
    const Reloaded reloaded = co_await await_callback<Reloaded>(
        [this](std::function<void(Reloaded)> done) { events_.push(ReloadEvent{std::move(done)}); });
    if (!reloaded) co_return control_error("the new configuration is not taken:\n" + reloaded.error());
    boost::json::array notes;
    for (const std::string& statement : *reloaded) notes.emplace_back(at_next_start(statement));
    co_return boost::json::object{{"ok", true}, {"notes", std::move(notes)}};
  }
  if (verb == "endpoints") {
    co_return co_await await_callback<boost::json::object>(
        [this](std::function<void(boost::json::object)> done) {
          events_.push(CallEvent{[this, done] { done(endpoints()); }});
        });
  }
  if (verb == "undelete") {
    const auto* list = request.if_contains("list");
    const bool only_list = list != nullptr && list->is_bool() && list->as_bool();
    co_return co_await undelete(*store_, text_of(request, "account"), text_of(request, "mailbox"),
                                only_list ? Undelete::list : Undelete::restore);
  }
  co_return control_error(fmt::format("there is no verb '{}'", verb));
}

}  // namespace pillarbox::app
