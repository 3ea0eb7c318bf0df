#include "config/listen_check.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "config/egress.h"

namespace pillarbox::config {
namespace {

// fe80::/10: to be bound only with an interface's number beside it, which nobody needs for mail.
bool is_link_local(const IpAddress& ip) {
  return ip.family == IpAddress::Family::ipv6 && ip.bytes[0] == 0xFE && (ip.bytes[1] & 0xC0) == 0x80;
}

std::vector<IpAddress> egress_addresses(Context& context, const Token& where) {
  const auto route = context.host.read_file("/proc/net/route", limits::file_bytes);
  const auto ipv6_route = context.host.read_file("/proc/net/ipv6_route", limits::file_bytes);
  std::vector<IpAddress> all;
  for (const std::string& name : egress_interfaces(route.value_or(""), ipv6_route.value_or(""))) {
    const auto found = context.host.interface_addresses(name);
    if (found) all.insert(all.end(), found->begin(), found->end());
  }
  if (all.empty()) {
    context.mistake(where, "no interface has a default route", "the interface's name, an address or all");
  }
  return all;
}

std::vector<IpAddress> addresses_of(Context& context, const Token& where) {
  if (where.is_word("all")) {
    return {IpAddress{.family = IpAddress::Family::ipv4}, IpAddress{.family = IpAddress::Family::ipv6}};
  }
  if (const auto ip = parse_ip(where.text)) return {*ip};
  if (const auto interface = context.host.interface_addresses(where.text)) {
    if (interface->empty()) {
      context.mistake(where, fmt::format("the interface {} has no address", where.text));
    }
    return *interface;
  }
  if (where.is_word("egress")) return egress_addresses(context, where);
  if (where.text.contains('.') || where.text == "localhost") {
    auto resolved = context.host.resolve(where.text);
    if (resolved.empty()) {
      context.mistake(where,
                      fmt::format("there is no interface {}, and no address for that name", where.text),
                      "an interface, an address, all or socket");
    }
    return resolved;
  }
  const auto names = context.host.interface_names();
  Words known(names.begin(), names.end());
  std::string expected = "an address, all or socket";
  if (!known.empty()) expected = fmt::format("{}, an address, all or socket", fmt::join(known, ", "));
  known.insert(known.end(), {"all", "socket"});
  context.unknown(where, fmt::format("there is no interface {}", spelled(where)), std::move(expected), known);
  return {};
}

bool find_addresses(Context& context, ListenerDraft& draft) {
  Listener& listener = draft.listener;
  if (listener.is_enqueuer || !listener.socket_path.empty()) return true;
  auto addresses = addresses_of(context, draft.where);
  if (addresses.empty()) return false;
  std::erase_if(addresses, [&](const IpAddress& ip) {
    const bool wanted = ip.family == IpAddress::Family::ipv4 ? draft.wants_ipv4 : draft.wants_ipv6;
    return !wanted || is_link_local(ip);
  });
  std::ranges::sort(addresses);
  const auto repeated = std::ranges::unique(addresses);
  addresses.erase(repeated.begin(), repeated.end());
  if (addresses.empty()) {
    context.mistake(draft.where, fmt::format("{} has no address of that family", spelled(draft.where)));
    return false;
  }
  listener.addresses = std::move(addresses);
  return true;
}

// What isn't said has the safe value: where passwords travel, TLS is required.
void settle_tls(Context& context, ListenerDraft& draft) {
  Listener& listener = draft.listener;
  const Protocol protocol = listener.protocol;
  const bool begins_with_tls = protocol == Protocol::submissions || protocol == Protocol::imaps;
  const bool is_for_users = protocol != Protocol::smtp;
  const bool refuses_tls = draft.tls_word && draft.tls_word->text == "no-tls";
  if (begins_with_tls && refuses_tls) {
    const std::string_view plain = protocol == Protocol::imaps ? "imap" : "submission";
    context.mistake(*draft.tls_word, fmt::format("{} is always in TLS", name_of(protocol)),
                    fmt::format("{} with no-tls, or {} without it", plain, name_of(protocol)));
  }
  if (refuses_tls && !listener.pkis.empty()) {
    context.mistake(listener.pkis[0].position, "a certificate where there is no TLS", "either pki or no-tls");
  }
  if (begins_with_tls)
    listener.tls = TlsMode::implicit;
  else if (!draft.tls_word && is_for_users)
    listener.tls = TlsMode::required;
  else if (!draft.tls_word && !listener.pkis.empty())
    listener.tls = TlsMode::opportunistic;
  listener.allows_plaintext_auth = refuses_tls;
}

void settle_port(ListenerDraft& draft) {
  if (draft.port_word) return;
  draft.listener.port = draft.default_port;
  if (draft.listener.protocol == Protocol::smtp && draft.listener.tls == TlsMode::implicit)
    draft.listener.port = 465;
}

void check_auth(Context& context, const ListenerDraft& draft) {
  const Listener& listener = draft.listener;
  const bool is_for_users = listener.protocol != Protocol::smtp;
  if (listener.auth == AuthMode::none) {
    if (!is_for_users || draft.has_unknown_option) return;
    context
        .mistake(*draft.protocol_word, fmt::format("{} without auth", name_of(listener.protocol)),
                 "auth <table>")
        .notes.emplace_back("everybody has to log in there: the table says who may");
    return;
  }
  const bool is_plain = listener.tls == TlsMode::none && listener.allows_plaintext_auth;
  if (is_plain && !std::ranges::all_of(listener.addresses, &IpAddress::is_loopback)) {
    context.mistake(*draft.auth_word, fmt::format("passwords travel in clear on {}", listener.on.text)).kind =
        Diagnostic::Kind::warning;
  }
  if (listener.tls == TlsMode::none && !listener.allows_plaintext_auth) {
    context.mistake(*draft.auth_word, "passwords without TLS", "tls, tls-require or smtps beside it")
        .notes.emplace_back("no-tls says that passwords in clear are wanted");
  }
}

// `secure` is two doors: the one that was read, and one in TLS on its own port.
void add_secure_door(Context& context, const ListenerDraft& draft) {
  if (draft.port_word) {
    context.mistake(*draft.port_word, "secure has two ports, 25 and 465", "tls or smtps beside a port");
  }
  Listener inside = draft.listener;
  inside.tls = TlsMode::implicit;
  inside.port = 465;
  context.configuration.listeners.push_back(std::move(inside));
}

}  // namespace

void finish_listener(Context& context, ListenerDraft& draft) {
  Listener& listener = draft.listener;
  if (!listener.is_enqueuer) {
    settle_tls(context, draft);
    settle_port(draft);
  }
  const bool has_addresses = find_addresses(context, draft);
  if (!listener.is_enqueuer) check_auth(context, draft);
  if (!has_addresses) {
    context.has_refused_rules = true;
    return;
  }
  if (draft.secure_word) add_secure_door(context, draft);
  context.configuration.listeners.push_back(std::move(listener));
}

void check_ports(Context& context) {
  const auto overlap = [](const Listener& a, const Listener& b) -> std::optional<IpAddress> {
    if (a.port != b.port || a.port == 0) return std::nullopt;
    for (const IpAddress& x : a.addresses) {
      for (const IpAddress& y : b.addresses) {
        if (x.family == y.family && (x == y || x.is_unspecified() || y.is_unspecified())) {
          return x.is_unspecified() ? y : x;
        }
      }
    }
    return std::nullopt;
  };
  const auto& listeners = context.configuration.listeners;
  for (std::size_t i = 0; i < listeners.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const Listener& first = listeners[j];
      const Listener& second = listeners[i];
      const bool is_same_path = !first.socket_path.empty() && first.socket_path == second.socket_path;
      const auto shared = overlap(first, second);
      if (!shared && !is_same_path) continue;
      const std::string what =
          shared ? fmt::format("port {} of {}", first.port, shared->text()) : first.socket_path;
      context.mistake(second.on.position, what + " is taken already")
          .notes.push_back("by the listener at " + context.place(first.position));
      break;
    }
  }
}

}  // namespace pillarbox::config
