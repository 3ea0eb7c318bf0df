// A machine of files and interfaces in memory: for tests and fuzzing.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "config/host.h"

namespace pillarbox::config {

class MemoryHost : public Host {
 public:
  std::map<std::string, std::string> files;
  std::map<std::string, std::vector<IpAddress>> interfaces = {
      {"lo", {*parse_ip("127.0.0.1"), *parse_ip("::1")}},
      {"eth0", {*parse_ip("192.0.2.1"), *parse_ip("2001:db8::1"), *parse_ip("fe80::1")}},
  };

  std::expected<std::string, std::string> read_file(const std::string& path, std::size_t most) override {
    const auto file = files.find(path);
    if (file == files.end()) return std::unexpected("No such file or directory");
    if (file->second.size() > most) return std::unexpected("it is too long");
    return file->second;
  }
  std::optional<std::vector<IpAddress>> interface_addresses(const std::string& name) override {
    const auto interface = interfaces.find(name);
    if (interface == interfaces.end()) return std::nullopt;
    return interface->second;
  }
  std::vector<std::string> interface_names() override {
    std::vector<std::string> names;
    for (const auto& [name, addresses] : interfaces) names.push_back(name);
    return names;
  }
  std::vector<IpAddress> resolve(const std::string& name) override {
    if (name == "localhost") return {*parse_ip("127.0.0.1"), *parse_ip("::1")};
    return {};
  }
  std::string hostname() override { return "mail.house.example"; }
};

}  // namespace pillarbox::config
