#include "net/dns_hosts.h"

#include <fstream>
#include <system_error>

#include "dns/limits.h"

namespace pillarbox::net {

std::vector<IpAddress> DnsHosts::find(std::string_view name) {
  const std::scoped_lock lock(mutex_);
  read_if_changed();
  return hosts_.find(name);
}

void DnsHosts::read_if_changed() {
  std::error_code error;
  const auto changed_at = std::filesystem::last_write_time(path_, error);
  if (path_.empty() || error || changed_at == read_at_) return;
  std::string text(dns::limits::hosts_bytes, '\0');
  std::ifstream file(path_, std::ios::binary);
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  hosts_ = dns::HostsFile::parse(text);
  read_at_ = changed_at;
}

}  // namespace pillarbox::net
