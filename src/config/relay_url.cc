#include <algorithm>
#include <array>

#include "base/text.h"
#include "config/statements.h"

namespace pillarbox::config {
namespace {

struct Scheme {
  std::string_view name;
  RelayUrl::Scheme scheme;
  std::uint16_t port;  // 0: it has to be given
};

constexpr std::array<Scheme, 12> schemes = {{
    {"smtp", RelayUrl::Scheme::smtp, 25},
    {"smtp+tls", RelayUrl::Scheme::smtp_tls, 25},
    {"smtp+notls", RelayUrl::Scheme::smtp_notls, 25},
    {"lmtp", RelayUrl::Scheme::lmtp, 0},
    {"smtps", RelayUrl::Scheme::smtps, 465},
    // As OpenSMTPD 5 wrote them.
    {"tls", RelayUrl::Scheme::smtp_tls, 25},
    {"tls+auth", RelayUrl::Scheme::smtp_tls, 25},
    {"smtp+tls+auth", RelayUrl::Scheme::smtp_tls, 25},
    {"smtps+auth", RelayUrl::Scheme::smtps, 465},
    {"ssl", RelayUrl::Scheme::smtps, 465},
    {"ssl+auth", RelayUrl::Scheme::smtps, 465},
    {"secure", RelayUrl::Scheme::smtp_tls, 25},
}};

// "host", "host:port", "[2001:db8::1]:port"; what is left of `text` behind the host goes to `port`.
std::expected<std::string, std::string> split_host(std::string_view text, std::string_view& port) {
  if (text.starts_with('[')) {
    const auto bracket = text.find(']');
    if (bracket == std::string_view::npos) return std::unexpected("the bracket isn't closed");
    const std::string_view inside = text.substr(1, bracket - 1);
    port = text.substr(bracket + 1);
    if (!parse_ip(inside)) return std::unexpected("there is no address between the brackets");
    return std::string(inside);
  }
  const auto colon = text.find(':');
  port = colon == std::string_view::npos ? "" : text.substr(colon);
  const std::string_view host = text.substr(0, colon);
  if (!is_host_name(host) && !parse_ip(host)) return std::unexpected("its host isn't a name or an address");
  return std::string(host);
}

}  // namespace

std::expected<RelayUrl, std::string> parse_relay_url(std::string_view text) {
  RelayUrl url;
  const Scheme* scheme = &schemes.front();
  if (const auto slashes = text.find("://"); slashes != std::string_view::npos) {
    const std::string_view name = text.substr(0, slashes);
    const auto found = std::ranges::find(schemes, name, &Scheme::name);
    if (found == schemes.end()) return std::unexpected("there is no protocol \"" + std::string(name) + "\"");
    scheme = &*found;
    text.remove_prefix(slashes + 3);
  }
  if (const auto at = text.rfind('@'); at != std::string_view::npos) {
    url.label = text.substr(0, at);
    if (url.label.empty()) return std::unexpected("its label is empty");
    text.remove_prefix(at + 1);
  }
  std::string_view port;
  url.host = TRY(split_host(text, port));
  url.scheme = scheme->scheme;
  url.port = scheme->port;
  if (!port.empty()) {
    const auto number = parse_port(port.substr(1));
    if (!port.starts_with(':') || !number) return std::unexpected("its port isn't a number from 1 to 65535");
    url.port = *number;
  }
  if (url.port == 0) return std::unexpected("LMTP has no usual port: one has to be given");
  return url;
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  struct Service {
    std::string_view name;
    std::uint16_t port;
  };
  constexpr std::array<Service, 8> services = {{{"smtp", 25},
                                                {"smtps", 465},
                                                {"submission", 587},
                                                {"submissions", 465},
                                                {"imap", 143},
                                                {"imap2", 143},
                                                {"imaps", 993},
                                                {"lmtp", 24}}};
  const auto service = std::ranges::find(services, text, &Service::name);
  if (service != services.end()) return service->port;
  const auto number = parse_decimal(text);
  if (!number || *number == 0 || *number > 65'535) return std::nullopt;
  return static_cast<std::uint16_t>(*number);
}

}  // namespace pillarbox::config
