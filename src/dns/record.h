// The kinds of records that mail asks for, as values.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace pillarbox::dns {

// The numbers of the IANA registry.
enum class Type : std::uint16_t {
  a = 1,
  cname = 5,
  ptr = 12,
  mx = 15,
  txt = 16,
  aaaa = 28,
  dnskey = 48,
  tlsa = 52
};
std::string_view name_of(Type type);

// RFC 1035 §3.3.9.
struct Mx {
  std::uint16_t preference = 0;
  std::string exchange;  // a name in the form of dns/name.h; "" is the root, the null MX of RFC 7505

  friend bool operator==(const Mx&, const Mx&) = default;
};

// RFC 6698 §2.1. The numbers as they came: what to make of unknown ones is the user's.
struct Tlsa {
  std::uint8_t usage = 0;
  std::uint8_t selector = 0;
  std::uint8_t matching_type = 0;
  std::string data;  // bytes

  friend bool operator==(const Tlsa&, const Tlsa&) = default;
};

}  // namespace pillarbox::dns
