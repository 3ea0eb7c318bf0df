// libunbound's context, set up and checked. Inside net only.
#pragma once

#include <unbound.h>

#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "net/dns_resolver.h"

namespace pillarbox::net {

struct UnboundDeleter {
  // Ends its thread; what is still asked is never answered.
  void operator()(ub_ctx* context) const { ub_ctx_delete(context); }
};

struct DnsContext {
  std::unique_ptr<ub_ctx, UnboundDeleter> unbound;  // its thread begins with the first question
  bool asks_the_root = false;                       // since nothing says whom else
  std::string trust_anchor;                         // the file in use; "" if nothing is validated
};

// The error names the setting or file that is wrong.
std::expected<DnsContext, std::string> make_dns_context(const DnsOptions& options);

// The zones that the file's records are the keys of, in the form of dns/name.h. Pure; what can't be read is
// left out.
std::vector<std::string> anchored_zones(std::string_view records);

}  // namespace pillarbox::net
