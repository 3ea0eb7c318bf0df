// What a session is given: the parts of the server it talks to, and what its listener says.
#pragma once

#include <string>

#include "accounts/accounts.h"
#include "base/clock.h"
#include "config/configuration.h"
#include "imapd/presence.h"
#include "imapd/settings.h"
#include "net/stream.h"
#include "store/store.h"

namespace pillarbox::imapd {

// Shared by all sessions; outlives them.
struct Services {
  store::Store& store;
  accounts::Accounts& accounts;
  const Clock& clock;
  Presence& presence;
};

// One `listen on … imap`. A reload of the configuration makes new ones; sessions keep the one they began
// with.
struct Door {
  std::string hostname;
  std::string users;  // the table of `auth <users>`
  config::TlsMode tls_mode = config::TlsMode::none;
  const net::TlsServer* tls = nullptr;  // not owned; set unless tls_mode is none
  bool allows_plaintext_auth = false;   // passwords without TLS
  Settings settings;

  bool offers_starttls() const {
    return tls_mode == config::TlsMode::opportunistic || tls_mode == config::TlsMode::required;
  }
};

}  // namespace pillarbox::imapd
