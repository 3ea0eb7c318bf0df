// links: tables
// Tables of any bytes, in every role: what is read is found again, and errors name lines that are there.
#include <algorithm>

#include "base/try.h"
#include "tables/address_list.h"
#include "tables/alias_map.h"
#include "tables/domain_list.h"
#include "tables/network_list.h"
#include "tables/pair.h"
#include "tables/passwd_line.h"
#include "tables/value_list.h"

namespace {
using namespace pillarbox::tables;

template <class X>
X read(const Lines& lines, std::uint32_t count) {
  std::vector<LineError> errors = lines.errors;
  X parsed = X::parse(lines, errors);
  for (const LineError& error : errors)
    ASSERT(error.line >= 1 && error.line <= count && !error.message.empty());
  return parsed;
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto count = static_cast<std::uint32_t>(std::ranges::count(text, '\n') + 1);
  const auto lines = split_lines("table", text);
  const auto users = read<PasswdMap>(*lines, count);
  for (const PasswdEntry& entry : users.entries()) ASSERT(users.find(entry.login) != nullptr);
  read<AliasMap>(*lines, count);
  const auto domains = read<DomainList>(*lines, count);
  const auto addresses = read<AddressList>(*lines, count);
  const auto networks = read<NetworkList>(*lines, count);
  read<SenderMap>(*lines, count);
  read<AddressNames>(*lines, count);
  for (const Line& line : lines->lines) {
    const auto value = list_value(line);
    domains.find(value);
    if (const auto address = pillarbox::mail::parse_address(value))
      ASSERT(addresses.find(*address).has_value());
    if (const auto network = parse_network_entry(value)) ASSERT(networks.contains(network->address));
  }
  return 0;
}
