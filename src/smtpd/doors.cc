#include "smtpd/doors.h"

#include <memory>

#include "base/try.h"
#include "tables/address_list.h"
#include "tables/network_list.h"
#include "tables/value_list.h"

namespace pillarbox::smtpd {
namespace {

// Shared with the copies of a std::function, which must be copyable.
template <class Parsed>
std::shared_ptr<tables::Typed<Parsed>> typed(const tables::Tables& tables, const config::TableRef& table) {
  return std::make_shared<tables::Typed<Parsed>>(tables.get(table.name));
}

Listener::Flavour flavour_of(const config::Listener& listener) {
  const bool is_users = listener.protocol == config::Protocol::submission ||
                        listener.protocol == config::Protocol::submissions || listener.is_enqueuer;
  return is_users ? Listener::Flavour::submission : Listener::Flavour::mx;
}

}  // namespace

Listener make_listener(const config::Configuration& configuration, const config::Listener& listener,
                       const net::TlsServer* tls_server, const tables::Tables& tables) {
  ASSERT(!config::is_imap(listener.protocol));
  ASSERT(tls_server != nullptr || listener.tls == config::TlsMode::none);
  Listener result{
      .flavour = flavour_of(listener),
      .hostname = listener.hostname.empty() ? configuration.hostname : listener.hostname,
      .tag = listener.tag,
      .tls = listener.tls,
      .tls_server = tls_server,
      .auth = listener.auth,
      .users_table = listener.users ? listener.users->name : "",
      .allows_plaintext_auth = listener.allows_plaintext_auth,
      .mask_source = listener.mask_source,
      .received_auth = listener.received_auth,
  };
  if (listener.hostnames) {
    result.hostname_of =
        [names = typed<tables::AddressNames>(tables, *listener.hostnames)](const IpAddress& local) {
          const auto map = names->get();
          return std::string(map ? (*map)->find(local).value_or("") : "");
        };
  }
  if (listener.proxy && listener.proxy->table) {
    result.is_proxy =
        [peers = typed<tables::NetworkList>(tables, *listener.proxy->table)](const IpAddress& peer) {
          const auto list = peers->get();
          return list && (*list)->contains(peer);
        };
  } else if (listener.proxy) {
    result.is_proxy = [](const IpAddress& peer) { return peer.is_loopback(); };
  }
  if (listener.senders) {
    result.check_sender = [senders = typed<tables::SenderMap>(tables, *listener.senders)](
                              const std::string& login, const mail::Address& sender) {
      const auto map = senders->get();
      if (!map) return Listener::SenderCheck::unavailable;
      return (*map)->allows(login, sender) ? Listener::SenderCheck::allowed
                                           : Listener::SenderCheck::not_allowed;
    };
  }
  return result;
}

}  // namespace pillarbox::smtpd
