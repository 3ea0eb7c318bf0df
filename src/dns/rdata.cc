#include "dns/rdata.h"

#include <algorithm>
#include <array>

#include "base/try.h"
#include "dns/name.h"

namespace pillarbox::dns {
namespace {

constexpr std::size_t longest_string = 255;  // RFC 1035 §3.3: a length byte and what it counts

std::uint8_t byte_at(std::string_view data, std::size_t place) {
  return static_cast<std::uint8_t>(data[place]);
}

template <std::size_t size>
std::array<std::uint8_t, size> bytes_of(std::string_view data) {
  std::array<std::uint8_t, size> bytes;
  std::ranges::transform(data, bytes.begin(), [](char c) { return static_cast<std::uint8_t>(c); });
  return bytes;
}

}  // namespace

std::optional<IpAddress> read_a(std::string_view data) {
  if (data.size() != 4) return std::nullopt;
  return IpAddress::v4(bytes_of<4>(data));
}

std::optional<IpAddress> read_aaaa(std::string_view data) {
  if (data.size() != 16) return std::nullopt;
  return IpAddress::v6(bytes_of<16>(data));
}

std::optional<std::string> read_name(std::string_view data) {
  auto name = take_name(data);
  return data.empty() ? name : std::nullopt;
}

std::optional<Mx> read_mx(std::string_view data) {
  if (data.size() < 3) return std::nullopt;
  auto exchange = read_name(data.substr(2));
  if (!exchange) return std::nullopt;
  return Mx{static_cast<std::uint16_t>(byte_at(data, 0) << 8 | byte_at(data, 1)), std::move(*exchange)};
}

std::optional<std::string> read_txt(std::string_view data) {
  if (data.empty()) return std::nullopt;  // at least one string, RFC 1035 §3.3.14
  std::string text;
  while (!data.empty()) {
    const std::size_t length = byte_at(data, 0);
    data.remove_prefix(1);
    if (length > data.size()) return std::nullopt;
    text += data.substr(0, length);
    data.remove_prefix(length);
  }
  return text;
}

std::optional<Tlsa> read_tlsa(std::string_view data) {
  if (data.size() < 3) return std::nullopt;
  return Tlsa{byte_at(data, 0), byte_at(data, 1), byte_at(data, 2), std::string(data.substr(3))};
}

std::string data_of(const IpAddress& address) {
  const std::size_t size = address.family == IpAddress::Family::ipv4 ? 4 : 16;
  return {reinterpret_cast<const char*>(address.bytes.data()), size};
}

std::string name_data_of(std::string_view name) {
  auto wire = wire_of_name(name);
  ASSERT(wire.has_value());
  return std::move(*wire);
}

std::string data_of(const Mx& mx) {
  const char preference[] = {static_cast<char>(mx.preference >> 8), static_cast<char>(mx.preference & 0xFF)};
  return std::string(preference, sizeof preference) + name_data_of(mx.exchange);
}

std::string data_of(const Tlsa& tlsa) {
  const char numbers[] = {static_cast<char>(tlsa.usage), static_cast<char>(tlsa.selector),
                          static_cast<char>(tlsa.matching_type)};
  return std::string(numbers, sizeof numbers) + tlsa.data;
}

std::string txt_data_of(std::string_view text) {
  std::string data;
  do {
    const std::string_view piece = text.substr(0, longest_string);
    data += static_cast<char>(piece.size());
    data += piece;
    text.remove_prefix(piece.size());
  } while (!text.empty());
  return data;
}

}  // namespace pillarbox::dns
