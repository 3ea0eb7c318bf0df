// The data of records as they travel (RFC 1035 §3.3, RFC 3596 §2.2, RFC 6698 §2.1), read and written. Pure.
//
// Any bytes may come: what lies about a length, runs over the end or leaves bytes behind is nothing.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/ip.h"
#include "dns/record.h"

namespace pillarbox::dns {

std::optional<IpAddress> read_a(std::string_view data);
std::optional<IpAddress> read_aaaa(std::string_view data);
std::optional<Mx> read_mx(std::string_view data);
// CNAME, PTR: one name.
std::optional<std::string> read_name(std::string_view data);
// TXT: its strings joined.
std::optional<std::string> read_txt(std::string_view data);
std::optional<Tlsa> read_tlsa(std::string_view data);

// What reads back to the same. Requires: names are canonical (dns/name.h), texts are at most 65,000 bytes.
std::string data_of(const IpAddress& address);
std::string data_of(const Mx& mx);
std::string data_of(const Tlsa& tlsa);
std::string name_data_of(std::string_view name);
std::string txt_data_of(std::string_view text);

}  // namespace pillarbox::dns
