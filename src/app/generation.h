// What one configuration becomes: tables, users, routes, certificates, doors. A reload builds the next one;
// sessions that began with this one keep it until they end.
#pragma once

#include <expected>
#include <memory>
#include <string>
#include <vector>

#include "accounts/table_accounts.h"
#include "app/routing.h"
#include "config/configuration.h"
#include "imapd/services.h"
#include "net/endpoint.h"
#include "net/listener.h"
#include "net/session_limits.h"
#include "net/tls.h"
#include "route/router.h"
#include "smtpd/services.h"
#include "tables/tables.h"

namespace pillarbox::app {

// What outlives every configuration. Nothing here is owned.
struct Lasting {
  store::Store& store;
  const Clock& clock;
  accounts::LoginGuard& login_guard;
  net::WorkerPool& workers;
  net::WorkerPool& lookups;  // of system users, .forward and included files: they may hang with a file system
  net::SessionLimits& sessions;
  imapd::Presence& presence;
  smtpd::TraceIds& trace_ids;
};

// One socket to listen on, and what stands behind it.
struct Opening {
  std::string where;       // "127.0.0.1:25", or a socket's path: the same place in two configurations
  net::Endpoint endpoint;  // unless `socket_path` is set
  std::string socket_path;
  config::Protocol protocol = config::Protocol::smtp;
  config::Position position;
  net::Door door;
};

class Generation {
 public:
  // Requires: the configuration has no mistakes.
  Generation(config::Configuration configuration, const Lasting& lasting);
  Generation(const Generation&) = delete;
  Generation& operator=(const Generation&) = delete;

  // Reads certificates and keys. The error names the file and the reason.
  std::expected<void, std::string> load_certificates();

  const config::Configuration& configuration() const { return configuration_; }

  // In the order of the file. Requires: load_certificates() succeeded. The doors keep `self`, which is this,
  // alive.
  std::vector<Opening> openings(const std::shared_ptr<const Generation>& self);

 private:
  route::Surroundings surroundings();
  std::string hostname_of(const config::Listener& listener) const;
  net::Door smtp_door(const config::Listener& listener, const net::TlsServer* tls,
                      const std::shared_ptr<const Generation>& self);
  net::Door imap_door(const config::Listener& listener, const net::TlsServer* tls,
                      const std::shared_ptr<const Generation>& self);
  smtpd::Listener smtp_listener(const config::Listener& listener, const net::TlsServer* tls);

  const config::Configuration configuration_;
  const Lasting lasting_;
  tables::Tables tables_;
  accounts::TableAccounts accounts_;
  AccountUsers users_;
  PoolBackground background_;
  const route::Router router_;
  const RouterRouting routing_;
  const imapd::Services imap_services_;
  std::vector<std::unique_ptr<net::TlsServer>> tls_;  // one a listener; null where it has no TLS
};

}  // namespace pillarbox::app
