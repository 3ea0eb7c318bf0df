#include "dns/name.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "base/text.h"
#include "dns/limits.h"

namespace pillarbox::dns {
namespace {

constexpr bool is_plain(char c) { return c > ' ' && c <= '~' && c != '.' && c != '\\'; }

// The byte behind a backslash, which `text` begins behind; taken from it.
std::optional<char> take_escaped(std::string_view& text) {
  if (text.empty()) return std::nullopt;
  if (!is_ascii_digit(text.front())) {
    const char c = text.front();
    if (c <= ' ' || c > '~') return std::nullopt;
    text.remove_prefix(1);
    return c;
  }
  const auto value = text.size() < 3 ? std::nullopt : parse_decimal(text.substr(0, 3));
  if (!value || *value > 255) return std::nullopt;
  text.remove_prefix(3);
  return static_cast<char>(*value);
}

bool add_label(std::string& wire, const std::string& label) {
  if (label.empty() || label.size() > limits::label) return false;
  wire += static_cast<char>(label.size());
  wire += label;
  return wire.size() < limits::name;  // the root's byte is still to come
}

void append_label(std::string& text, std::string_view label) {
  if (!text.empty()) text += '.';
  for (const char c : label) {
    if (is_plain(c)) {
      text += ascii_lower(c);
    } else {
      text += fmt::format("\\{:03}", static_cast<std::uint8_t>(c));
    }
  }
}

}  // namespace

std::optional<std::string> wire_of_name(std::string_view text) {
  std::string wire;
  std::string label;
  if (text == ".") text = "";
  while (!text.empty()) {
    const char c = text.front();
    text.remove_prefix(1);
    if (c == '.') {
      if (!add_label(wire, label)) return std::nullopt;
      label.clear();
    } else if (c == '\\') {
      const auto escaped = take_escaped(text);
      if (!escaped) return std::nullopt;
      label += ascii_lower(*escaped);
    } else if (is_plain(c)) {
      label += ascii_lower(c);
    } else {
      return std::nullopt;
    }
  }
  if (!label.empty() && !add_label(wire, label)) return std::nullopt;
  wire += '\0';
  return wire;
}

std::optional<std::string> take_name(std::string_view& wire) {
  std::string_view rest = wire;
  std::string text;
  while (!rest.empty() && wire.size() - rest.size() < limits::name) {
    const std::size_t length = static_cast<std::uint8_t>(rest.front());
    rest.remove_prefix(1);
    if (length == 0) {
      wire = rest;
      return text;
    }
    if (length > limits::label || length > rest.size()) return std::nullopt;
    append_label(text, rest.substr(0, length));
    rest.remove_prefix(length);
  }
  return std::nullopt;
}

std::optional<std::string> canonical_name(std::string_view text) {
  const auto wire = wire_of_name(text);
  if (!wire) return std::nullopt;
  std::string_view rest = *wire;
  return take_name(rest);
}

bool is_host_name(std::string_view name) {
  if (name.empty()) return false;
  return std::ranges::all_of(split(name, '.'), [](std::string_view label) {
    return !label.empty() && label.front() != '-' && label.back() != '-' &&
           std::ranges::all_of(label, [](char c) { return is_ascii_alnum(c) || c == '-' || c == '_'; });
  });
}

std::string reverse_name(const IpAddress& address) {
  std::string name;
  if (address.family == IpAddress::Family::ipv4) {
    const auto& b = address.bytes;
    return fmt::format("{}.{}.{}.{}.in-addr.arpa", b[3], b[2], b[1], b[0]);
  }
  for (auto byte = address.bytes.rbegin(); byte != address.bytes.rend(); ++byte) {
    name += fmt::format("{:x}.{:x}.", *byte & 0xF, *byte >> 4);
  }
  return name + "ip6.arpa";
}

}  // namespace pillarbox::dns
