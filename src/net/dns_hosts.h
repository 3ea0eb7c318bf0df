// The system's file of hosts(5), read again when it changes. Inside net only.
#pragma once

#include <filesystem>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "dns/hosts_file.h"

namespace pillarbox::net {

// May be used from any thread.
class DnsHosts {
 public:
  // "" is a file without lines, and so is one that can't be read.
  explicit DnsHosts(std::string path) : path_(std::move(path)) {}

  std::vector<IpAddress> find(std::string_view name);

 private:
  void read_if_changed();

  const std::string path_;
  std::mutex mutex_;
  std::filesystem::file_time_type read_at_ =
      std::filesystem::file_time_type::min();  // the file's own time then
  dns::HostsFile hosts_;
};

}  // namespace pillarbox::net
