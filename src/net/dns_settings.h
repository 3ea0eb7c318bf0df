// How names are looked up. Whom to ask is the `resolver` statement's.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "config/field.h"

namespace pillarbox::net {

struct DnsSettings {
  std::chrono::seconds timeout{10};
  std::uint32_t max_queries = 2'000;
  std::uint32_t max_waiting = 20'000;
  std::uint64_t cache_size = 32 << 20;
  std::string trust_anchor;
  std::string insecure_domains;
};

inline constexpr config::Field dns_fields[] = {
    config::field<&DnsSettings::timeout>("timeout",
                                         "Longest wait for one look-up, after which it has failed.")
        .at_most(300'000),
    config::field<&DnsSettings::max_queries>("max_queries",
                                             "Most questions under way at a time; others wait.")
        .at_most(100'000),
    config::field<&DnsSettings::max_waiting>(
        "max_waiting", "Most questions that wait for those under way; what comes beyond fails at once."),
    config::size<&DnsSettings::cache_size>("cache_size",
                                           "Memory for answers that are kept until their time is over.")
        .at_least(1 << 20),
    config::field<&DnsSettings::trust_anchor>(
        "trust_anchor",
        "File with the DS or DNSKEY records that DNSSEC validation begins with; \"no\": no validation."),
    config::field<&DnsSettings::insecure_domains>(
        "insecure_domains", "Domains, separated by spaces, that are believed without DNSSEC: internal ones."),
};

inline constexpr auto dns_setting_table = config::table<DnsSettings>("dns", dns_fields);

}  // namespace pillarbox::net
