// From a configuration to what SMTP sessions are made of.
#pragma once

#include <string>

#include "config/configuration.h"
#include "net/tls.h"
#include "route/router.h"
#include "smtpd/listener.h"
#include "smtpd/services.h"
#include "tables/tables.h"

namespace pillarbox::smtpd {

// The session's view of one SMTP listener of the configuration. `tls_server` is nullptr if its TLS mode is
// none; it and `tables` must outlive the result. Requires: the configuration was parsed without a mistake,
// and the listener is one of SMTP.
Listener make_listener(const config::Configuration& configuration, const config::Listener& listener,
                       const net::TlsServer* tls_server, const tables::Tables& tables);

// Asks a router, which must outlive it.
class RouterRouting final : public Routing {
 public:
  explicit RouterRouting(const route::Router& router) : router_(router) {}
  Task<route::Decision> resolve(route::EnvelopeContext envelope, mail::Address recipient) const override {
    return router_.resolve(std::move(envelope), std::move(recipient));
  }

 private:
  const route::Router& router_;
};

}  // namespace pillarbox::smtpd
