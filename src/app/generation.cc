#include "app/generation.h"

#include <fmt/format.h>

#include <utility>

#include "base/log.h"
#include "imapd/session.h"
#include "smtpd/session.h"
#include "tables/address_list.h"
#include "tables/network_list.h"
#include "tables/value_list.h"

namespace pillarbox::app {
namespace {

bool takes_submissions(const config::Listener& listener) {
  return listener.protocol == config::Protocol::submission ||
         listener.protocol == config::Protocol::submissions || listener.auth == config::AuthMode::required;
}

std::string refusal_text(const config::Listener& listener, const std::string& hostname) {
  if (listener.tls == config::TlsMode::implicit) return "";
  if (config::is_imap(listener.protocol)) return "* BYE Too many connections; try again later\r\n";
  return smtpd::no_room(hostname);
}

// Whether `peer` is in the table of `proxy <table>`; without a table, whether it is this machine.
std::function<bool(const IpAddress&)> proxy_test(const config::Listener& listener,
                                                 const tables::Tables& tables) {
  if (!listener.proxy) return nullptr;
  if (!listener.proxy->table) return [](const IpAddress& peer) { return peer.is_loopback(); };
  // Shared by the copies of the function, which std::function demands.
  auto networks =
      std::make_shared<tables::Typed<tables::NetworkList>>(tables.get(listener.proxy->table->name));
  return [networks](const IpAddress& peer) {
    const auto list = networks->get();
    return list && (*list)->contains(peer);
  };
}

auto sender_test(const config::Listener& listener, const tables::Tables& tables)
    -> decltype(smtpd::Listener::check_sender) {
  using Check = smtpd::Listener::SenderCheck;
  if (!listener.senders) return nullptr;
  auto senders =
      std::make_shared<tables::Typed<tables::SenderMap>>(tables.get(listener.senders->name));  // as above
  return [senders](const std::string& login, const mail::Address& sender) {
    const auto map = senders->get();
    if (!map) return Check::unavailable;
    return (*map)->allows(login, sender) ? Check::allowed : Check::not_allowed;
  };
}

}  // namespace

Generation::Generation(config::Configuration configuration, const Lasting& lasting)
    : configuration_(std::move(configuration)),
      lasting_(lasting),
      tables_(configuration_.tables, lasting.clock),
      accounts_(tables_, lasting.login_guard, lasting.workers),
      users_(tables_, accounts_),
      background_(lasting.lookups),
      router_(configuration_, route::settings_of(configuration_), surroundings()),
      routing_(router_),
      imap_services_{lasting.store, accounts_, lasting.clock, lasting.presence} {}

route::Surroundings Generation::surroundings() {
  return {.tables = tables_,
          .users = users_,
          .clock = lasting_.clock,
          .outside = std::make_shared<route::Outside>(std::make_unique<tables::NameServiceUsers>(),
                                                      std::make_unique<route::OwnForwards>(), lasting_.clock),
          .background = &background_};
}

std::expected<void, std::string> Generation::load_certificates() {
  for (const config::Listener& listener : configuration_.listeners) {
    std::unique_ptr<net::TlsServer> server;
    if (listener.tls != config::TlsMode::none) {
      net::TlsSettings settings{.certificates = {},
                                .protocol = config::is_imap(listener.protocol) ? "imap" : "smtp"};
      auto add = [&settings](const config::Pki& pki) {
        settings.certificates.push_back({pki.name, pki.certificate.text, pki.key.text});
      };
      for (const config::Word& name : listener.pkis) add(*configuration_.pki(name.text));
      if (listener.pkis.empty()) {
        for (const config::Pki& pki : configuration_.pkis) add(pki);
      }
      std::vector<std::string> warnings;
      auto loaded = net::TlsServer::load(std::move(settings), lasting_.clock, warnings);
      if (!loaded) {
        return std::unexpected(
            fmt::format("{}: {}", configuration_.sources.place(listener.position), loaded.error()));
      }
      for (const std::string& warning : warnings) log::warning("app", "{}", warning);
      server = std::move(*loaded);
    }
    tls_.push_back(std::move(server));
  }
  return {};
}

std::vector<Opening> Generation::openings(const std::shared_ptr<const Generation>& self) {
  std::vector<Opening> openings;
  for (std::size_t i = 0; i < configuration_.listeners.size(); ++i) {
    const config::Listener& listener = configuration_.listeners[i];
    const net::Door door = config::is_imap(listener.protocol) ? imap_door(listener, tls_[i].get(), self)
                                                              : smtp_door(listener, tls_[i].get(), self);
    Opening opening{.where = listener.socket_path,
                    .endpoint = {},
                    .socket_path = listener.socket_path,
                    .protocol = listener.protocol,
                    .position = listener.position,
                    .door = door};
    if (!listener.socket_path.empty()) openings.push_back(opening);
    for (const IpAddress& address : listener.addresses) {
      opening.endpoint = net::Endpoint::of(address, listener.port);
      opening.where = opening.endpoint.text();
      openings.push_back(opening);
    }
  }
  return openings;
}

std::string Generation::hostname_of(const config::Listener& listener) const {
  return listener.hostname.empty() ? configuration_.hostname : listener.hostname;
}

smtpd::Listener Generation::smtp_listener(const config::Listener& listener, const net::TlsServer* tls) {
  smtpd::Listener made{
      .flavour =
          takes_submissions(listener) ? smtpd::Listener::Flavour::submission : smtpd::Listener::Flavour::mx,
      .hostname = hostname_of(listener),
      .tag = listener.tag,
      .tls = listener.tls,
      .tls_server = tls,
      .auth = listener.auth,
      .users_table = listener.users ? listener.users->name : "",
      .allows_plaintext_auth = listener.allows_plaintext_auth,
      .mask_source = listener.mask_source,
      .received_auth = listener.received_auth,
      .hostname_of = nullptr,
      .is_proxy = proxy_test(listener, tables_),
      .check_sender = sender_test(listener, tables_),
  };
  if (listener.hostnames) {
    // Shared by the copies of the function, which std::function demands.
    auto names = std::make_shared<tables::Typed<tables::AddressNames>>(tables_.get(listener.hostnames->name));
    made.hostname_of = [names](const IpAddress& local) {
      const auto map = names->get();
      return map ? std::string((*map)->find(local).value_or("")) : std::string();
    };
  }
  return made;
}

net::Door Generation::smtp_door(const config::Listener& listener, const net::TlsServer* tls,
                                const std::shared_ptr<const Generation>& self) {
  struct Held {
    std::shared_ptr<const Generation> generation;
    smtpd::Door door;
  };
  // Each session holds its door, and with it this generation, until it ends.
  auto held = std::make_shared<const Held>(Held{
      self, smtpd::Door{.listener = smtp_listener(listener, tls),
                        .settings = config::settings<smtpd::Settings>(configuration_, smtpd::setting_table),
                        .services = {lasting_.store, accounts_, routing_, lasting_.sessions,
                                     lasting_.trace_ids, lasting_.clock}}});
  const std::shared_ptr<const smtpd::Door> door(held, &held->door);
  net::Door made{
      .name = std::string(config::name_of(listener.protocol)),
      .session =
          [door](std::unique_ptr<net::Stream> stream) { return smtpd::serve(std::move(stream), door); },
      .refusal = refusal_text(listener, door->listener.hostname),
      .is_proxy = nullptr};
  if (const auto& is_proxy = door->listener.is_proxy) {
    made.is_proxy = [is_proxy](const net::Endpoint& peer) {
      const auto ip = peer.ip();
      return ip && is_proxy(*ip);
    };
  }
  return made;
}

net::Door Generation::imap_door(const config::Listener& listener, const net::TlsServer* tls,
                                const std::shared_ptr<const Generation>& self) {
  struct Held {
    std::shared_ptr<const Generation> generation;
    imapd::Door door;
  };
  auto held = std::make_shared<const Held>(
      Held{self,
           imapd::Door{.hostname = hostname_of(listener),
                       .users = listener.users ? listener.users->name : "",
                       .tls_mode = listener.tls,
                       .tls = tls,
                       .allows_plaintext_auth = listener.allows_plaintext_auth,
                       .settings = config::settings<imapd::Settings>(configuration_, imapd::setting_table)}});
  const std::shared_ptr<const imapd::Door> door(held, &held->door);
  return {.name = std::string(config::name_of(listener.protocol)),
          .session =
              [door, services = &imap_services_](std::unique_ptr<net::Stream> stream) {
                return imapd::serve(std::move(stream), *services, door);
              },
          .refusal = refusal_text(listener, ""),
          .is_proxy = nullptr};
}

}  // namespace pillarbox::app
