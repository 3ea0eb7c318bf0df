// links: dns
// Data of DNS records, names by hand and files of hosts(5): what is read is written back to the same.
#include "base/try.h"
#include "dns/hosts_file.h"
#include "dns/limits.h"
#include "dns/name.h"
#include "dns/rdata.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace pillarbox::dns;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto a = read_a(bytes)) ASSERT(data_of(*a) == bytes);
  if (const auto aaaa = read_aaaa(bytes)) {
    ASSERT(aaaa->family == pillarbox::IpAddress::Family::ipv4 || data_of(*aaaa) == bytes);
  }
  if (const auto mx = read_mx(bytes)) ASSERT(read_mx(data_of(*mx)) == mx);
  if (const auto tlsa = read_tlsa(bytes)) ASSERT(data_of(*tlsa) == bytes);
  if (const auto txt = read_txt(bytes); txt && size < 65'000) ASSERT(read_txt(txt_data_of(*txt)) == txt);
  std::string_view rest = bytes;
  if (const auto name = take_name(rest)) {
    ASSERT(bytes.size() - rest.size() <= limits::name && canonical_name(*name) == name);
    ASSERT(wire_of_name(*name)->size() == bytes.size() - rest.size());
  }
  if (const auto name = canonical_name(bytes)) ASSERT(read_name(name_data_of(*name)) == name);
  HostsFile::parse(bytes).find("localhost");
  return 0;
}
