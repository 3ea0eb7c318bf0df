#include "app/machine.h"

#include <fcntl.h>
#include <ifaddrs.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstring>
#include <memory>

#include "base/clock.h"
#include "base/descriptor.h"
#include "net/listening_socket.h"
#include "net/tls.h"

namespace pillarbox::app {
namespace {

std::string system_error() { return std::strerror(errno); }

std::optional<IpAddress> to_ip(const sockaddr* address) {
  if (address == nullptr) return std::nullopt;
  if (address->sa_family == AF_INET) {
    std::array<std::uint8_t, 4> octets;
    std::memcpy(octets.data(), &reinterpret_cast<const sockaddr_in*>(address)->sin_addr, octets.size());
    return IpAddress::v4(octets);
  }
  if (address->sa_family == AF_INET6) {
    std::array<std::uint8_t, 16> bytes;
    std::memcpy(bytes.data(), &reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr, bytes.size());
    return IpAddress::v6(bytes);
  }
  return std::nullopt;
}

using Interfaces = std::unique_ptr<ifaddrs, decltype(&freeifaddrs)>;

Interfaces interfaces() {
  ifaddrs* list = nullptr;
  return {::getifaddrs(&list) == 0 ? list : nullptr, &freeifaddrs};
}

std::vector<IpAddress> look_up(const char* name, int flags, std::string* canonical) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags;
  addrinfo* found = nullptr;
  if (::getaddrinfo(name, nullptr, &hints, &found) != 0) return {};
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(found, &freeaddrinfo);
  if (canonical != nullptr && found->ai_canonname != nullptr) *canonical = found->ai_canonname;
  std::vector<IpAddress> addresses;
  for (const addrinfo* entry = found; entry != nullptr; entry = entry->ai_next) {
    if (const auto ip = to_ip(entry->ai_addr)) addresses.push_back(*ip);
  }
  return addresses;
}

}  // namespace

std::expected<std::string, std::string> Machine::read_file(const std::string& path, std::size_t most) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) return std::unexpected(system_error());
  struct stat info;
  if (::fstat(file.get(), &info) != 0) return std::unexpected(system_error());
  if (S_ISDIR(info.st_mode)) return std::unexpected("it is a directory");
  std::string text;
  std::array<char, 65536> piece;
  for (;;) {
    const ssize_t got = ::read(file.get(), piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::unexpected(system_error());
    if (got == 0) return text;
    text.append(piece.data(), static_cast<std::size_t>(got));
    if (text.size() > most) return std::unexpected("it is larger than " + std::to_string(most) + " bytes");
  }
}

std::optional<std::vector<IpAddress>> Machine::interface_addresses(const std::string& name) {
  const Interfaces list = interfaces();
  bool is_there = false;
  std::vector<IpAddress> addresses;
  for (const ifaddrs* entry = list.get(); entry != nullptr; entry = entry->ifa_next) {
    if (name != entry->ifa_name) continue;
    is_there = true;
    if (const auto ip = to_ip(entry->ifa_addr)) addresses.push_back(*ip);
  }
  if (!is_there) return std::nullopt;
  return addresses;
}

std::vector<std::string> Machine::interface_names() {
  const Interfaces list = interfaces();
  std::vector<std::string> names;
  for (const ifaddrs* entry = list.get(); entry != nullptr; entry = entry->ifa_next) {
    if (std::ranges::find(names, entry->ifa_name) == names.end()) names.emplace_back(entry->ifa_name);
  }
  return names;
}

std::vector<IpAddress> Machine::resolve(const std::string& name) { return look_up(name.c_str(), 0, nullptr); }

std::string Machine::hostname() {
  std::array<char, HOST_NAME_MAX + 1> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0) return "localhost";
  if (std::strchr(name.data(), '.') != nullptr) return name.data();
  std::string full;
  look_up(name.data(), AI_CANONNAME, &full);
  return full.find('.') != std::string::npos ? full : name.data();
}

std::expected<config::CertificateFacts, std::string> Machine::certificate(const std::string& certificate,
                                                                          const std::string& key) {
  auto checked = net::check_certificate(certificate, key);
  if (!checked) return std::unexpected(std::move(checked).error());
  return config::CertificateFacts{.not_before = checked->facts.not_before,
                                  .not_after = checked->facts.not_after,
                                  .names = std::move(checked->facts.names),
                                  .matches_key = checked->matches_key};
}

std::optional<std::string> Machine::why_not_bind(const IpAddress& address, std::uint16_t port) {
  return net::why_not_listen(net::Endpoint::of(address, port));
}

Time Machine::now() { return SystemClock{}.now(); }

}  // namespace pillarbox::app
