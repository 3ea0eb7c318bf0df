// What comes before the first command: a proxy's header, a place among the sessions, TLS where it comes
// first.
#include <optional>

#include "base/log.h"
#include "proto/smtp/proxy_header.h"
#include "smtpd/replies.h"
#include "smtpd/session.h"

namespace pillarbox::smtpd {

Task<Reply> Session::open() {
  hostname_ = listener_.hostname;
  if (listener_.hostname_of) {
    const auto local = stream_.local().ip();
    std::string name = local ? listener_.hostname_of(*local) : std::string();
    if (!name.empty()) hostname_ = std::move(name);
  }
  if (!co_await read_proxy_header()) {
    log::warning("smtpd", "{}: dropped: no PROXY header from a proxy", stream_.peer().text());
    state_.closing = State::Closing::yes;
    co_return replies::proxy_header_missing();
  }
  if (listener_.tls == config::TlsMode::implicit) co_await start_tls();
  co_return replies::greeting(hostname_);
}

// False if it had to be there and isn't, or isn't right.
Task<bool> Session::read_proxy_header() {
  const auto proxy = stream_.peer().ip();
  if (!listener_.is_proxy || !proxy || !listener_.is_proxy(*proxy)) co_return true;
  for (;;) {
    const auto header = smtp::parse_proxy_header(wire_.pending());
    if (!header) co_return false;
    if (*header) {
      wire_.consume((*header)->size);
      if ((*header)->client)
        stream_.set_peer(net::Endpoint::of((*header)->client->address, (*header)->client->port));
      co_return true;
    }
    // Not a byte more than the header: what follows may be for TLS.
    co_await wire_.read_more(settings_.idle_timeout, smtp::proxy_bytes_missing(wire_.pending()));
  }
}

}  // namespace pillarbox::smtpd
