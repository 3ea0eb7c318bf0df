#include "net/dns_result.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include "dns/limits.h"
#include "dns/name.h"

namespace pillarbox::net {
namespace {

constexpr std::size_t longest_reason = 200;

// RFC 1035 §4.1.1.
std::string reason_of(int rcode) {
  switch (rcode) {
    case 1: return "FORMERR";
    case 2: return "SERVFAIL";
    case 4: return "NOTIMP";
    case 5: return "REFUSED";
    default: return fmt::format("RCODE {}", rcode);
  }
}

dns::Outcome outcome_of(const ub_result& result) {
  constexpr int no_error = 0;
  constexpr int name_error = 3;
  if (result.bogus != 0) return dns::Outcome::bogus;
  if (result.nxdomain != 0 || result.rcode == name_error) return dns::Outcome::no_such_name;
  if (result.rcode != no_error) return dns::Outcome::temporary_failure;
  return result.havedata != 0 && result.data[0] != nullptr ? dns::Outcome::found : dns::Outcome::no_data;
}

}  // namespace

dns::RawAnswer answer_of(const ub_result& result) {
  dns::RawAnswer answer;
  answer.outcome = outcome_of(result);
  answer.ttl = std::chrono::seconds(std::max(result.ttl, 0));
  if (answer.outcome == dns::Outcome::bogus) {
    const std::string_view why = result.why_bogus != nullptr ? result.why_bogus : "bogus";
    answer.reason = why.substr(0, longest_reason);
    return answer;
  }
  if (answer.outcome == dns::Outcome::temporary_failure) {
    answer.reason = reason_of(result.rcode);
    return answer;
  }
  answer.is_secure = result.secure != 0;
  if (answer.is_absent()) {
    answer.reason = name_of(answer.outcome);
    return answer;
  }
  const char* const name = result.canonname != nullptr ? result.canonname : result.qname;
  answer.canonical_name = dns::canonical_name(name).value_or("");
  // One more than allowed is enough for dns::Resolver to refuse it all.
  for (std::size_t i = 0; result.data[i] != nullptr && i <= dns::limits::records; ++i) {
    if (result.len[i] < 0) continue;
    answer.records.emplace_back(result.data[i], static_cast<std::size_t>(result.len[i]));
  }
  return answer;
}

}  // namespace pillarbox::net
