// The machine that a configuration is read and checked on: its files, interfaces, names, ports and
// certificates.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "config/host.h"

namespace pillarbox::app {

class Machine final : public config::CheckHost {
 public:
  std::expected<std::string, std::string> read_file(const std::string& path, std::size_t most) override;
  std::optional<std::vector<IpAddress>> interface_addresses(const std::string& name) override;
  std::vector<std::string> interface_names() override;
  std::vector<IpAddress> resolve(const std::string& name) override;
  std::string hostname() override;
  std::expected<config::CertificateFacts, std::string> certificate(const std::string& certificate,
                                                                   const std::string& key) override;
  std::optional<std::string> why_not_bind(const IpAddress& address, std::uint16_t port) override;
  Time now() override;
};

}  // namespace pillarbox::app
