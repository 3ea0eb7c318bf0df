#include "net/dns_context.h"

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "base/try.h"
#include "dns/name.h"

namespace pillarbox::net {
namespace {

// Where Debian's packages keep the root's key: that of dns-root-data, or the one that unbound keeps.
constexpr std::array root_keys{"/usr/share/dns/root.key", "/var/lib/unbound/root.key"};

// Names that libunbound answers itself unless told not to, and that a local name server may well serve.
constexpr std::array not_ours_to_answer{"test. nodefault", "home.arpa. nodefault"};

// Domains that the root says don't exist and never will, so that networks use them inside: believed as they
// come.
constexpr std::array inner_domains{"corp.", "home.",  "home.arpa.",   "internal.", "intranet.",
                                   "lan.",  "local.", "localdomain.", "private.",  "test."};

struct Option {
  const char* name;
  std::string value;
};

// Each question under way may take a socket of its own. A tenth of what the process may open is enough for
// names.
std::size_t sockets_for(const DnsSettings& settings) {
  rlimit descriptors{};
  const bool is_known = getrlimit(RLIMIT_NOFILE, &descriptors) == 0;
  const std::size_t share = is_known ? descriptors.rlim_cur / 10 : 100;
  return std::clamp<std::size_t>(settings.max_queries, 16, std::max<std::size_t>(share, 16));
}

std::expected<std::string, std::string> choose_trust_anchor(const std::string& wanted) {
  if (wanted == "no") return "";
  if (!wanted.empty()) {
    if (::access(wanted.c_str(), R_OK) != 0) {
      return std::unexpected(fmt::format("{}: can't be read, and is to be DNSSEC's trust anchor", wanted));
    }
    return wanted;
  }
  for (const char* path : root_keys) {
    if (::access(path, R_OK) == 0) return path;
  }
  return "";
}

std::expected<std::vector<Option>, std::string> options_of(const DnsSettings& settings, bool validates) {
  const std::string cache = std::to_string(settings.cache_size / 2);
  std::vector<Option> options{
      {"module-config:", validates ? "validator iterator" : "iterator"},
      // A name server on the way that passes no signatures makes the world unsigned, not forged: mail must go
      // on. What is signed wrongly below a root that was verified stays bogus.
      {"harden-dnssec-stripped:", "no"},
      {"outgoing-range:", std::to_string(sockets_for(settings))},
      {"num-queries-per-thread:", std::to_string(settings.max_queries)},
      {"outgoing-num-tcp:", "20"},
      {"msg-cache-size:", cache},
      {"rrset-cache-size:", cache},
      // Who mends a record and asks for another attempt shouldn't have to wait for hours.
      {"cache-max-negative-ttl:", "300"},
      // Private addresses have names where a local name server knows them.
      {"unblock-lan-zones:", "yes"},
      {"insecure-lan-zones:", "yes"},
  };
  for (const char* zone : not_ours_to_answer) options.push_back({"local-zone:", zone});
  for (const char* domain : inner_domains) options.push_back({"domain-insecure:", domain});
  for (const std::string_view word : split(settings.insecure_domains, ' ')) {
    if (word.empty()) continue;
    const auto name = dns::canonical_name(word);
    if (!name) return std::unexpected(fmt::format("dns insecure-domains: {} isn't a domain", word));
    options.push_back({"domain-insecure:", *name + "."});
  }
  return options;
}

std::expected<void, std::string> point_to_servers(DnsContext& context, const DnsOptions& options) {
  for (const Endpoint& server : options.servers) {
    const std::string address = fmt::format("{}@{}", server.address_text(), server.port);
    if (const int failed = ub_ctx_set_fwd(context.unbound.get(), address.c_str()); failed != 0) {
      return std::unexpected(fmt::format("resolver {}: {}", server.text(), ub_strerror(failed)));
    }
  }
  if (!options.servers.empty() || options.resolv_conf.empty()) return {};
  context.asks_the_root = ub_ctx_resolvconf(context.unbound.get(), options.resolv_conf.c_str()) != 0;
  return {};
}

}  // namespace

std::expected<DnsContext, std::string> make_dns_context(const DnsOptions& options) {
  DnsContext context{.unbound = std::unique_ptr<ub_ctx, UnboundDeleter>(ub_ctx_create()),
                     .asks_the_root = false,
                     .trust_anchor = TRY(choose_trust_anchor(options.settings.trust_anchor))};
  ub_ctx* const unbound = context.unbound.get();
  if (unbound == nullptr) return std::unexpected("libunbound has no memory, or too few file descriptors");
  ub_ctx_debugout(unbound, nullptr);  // it would write to standard error
  for (const Option& option : TRY(options_of(options.settings, !context.trust_anchor.empty()))) {
    if (const int failed = ub_ctx_set_option(unbound, option.name, option.value.c_str()); failed != 0) {
      return std::unexpected(fmt::format("libunbound {} doesn't take {} {}: {}", ub_version(), option.name,
                                         option.value, ub_strerror(failed)));
    }
  }
  TRY(point_to_servers(context, options));
  if (!context.trust_anchor.empty()) ub_ctx_add_ta_file(unbound, context.trust_anchor.c_str());
  ub_ctx_async(unbound, 1);
  // Removing what isn't there does nothing but make it read its settings: now, while somebody can be told.
  if (const int failed = ub_ctx_data_remove(unbound, "nothing.invalid."); failed != 0) {
    return std::unexpected(context.trust_anchor.empty()
                               ? fmt::format("libunbound can't start: {}", ub_strerror(failed))
                               : fmt::format("{}: isn't a file of DS or DNSKEY records ({})",
                                             context.trust_anchor, ub_strerror(failed)));
  }
  return context;
}

std::vector<std::string> anchored_zones(std::string_view records) {
  std::vector<std::string> zones;
  for (const std::string_view line : split(records, '\n')) {
    if (line.empty() || line.front() == ';' || line.front() == ' ' || line.front() == '\t') continue;
    auto zone = dns::canonical_name(line.substr(0, line.find_first_of(" \t")));
    if (zone && std::ranges::find(zones, *zone) == zones.end()) zones.push_back(std::move(*zone));
  }
  return zones;
}

}  // namespace pillarbox::net
