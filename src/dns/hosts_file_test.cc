#include "dns/hosts_file.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "dns/limits.h"

namespace pillarbox::dns {
namespace {

std::string found(const HostsFile& hosts, std::string_view name) {
  std::string text;
  for (const IpAddress& address : hosts.find(name)) text += (text.empty() ? "" : " ") + address.text();
  return text;
}

TEST(HostsFile, NamesAddresses) {
  const HostsFile hosts = HostsFile::parse(
      "# a comment\n"
      "192.0.2.1 relay.example.org Relay # the old one\r\n"
      "2001:db8::1\trelay.example.org\n"
      "192.0.2.1 relay.example.org\n"
      "not.an.address one\n"
      "192.0.2.300 two\n"
      "192.0.2.3\n"
      "192.0.2.4 bad..name good\n"
      "192.0.2.5 last");
  struct Case {
    const char* name;
    const char* addresses;
  };
  for (const auto& [name, addresses] : {
           Case{"relay.example.org", "192.0.2.1 2001:db8::1"},
           Case{"RELAY.example.org.", "192.0.2.1 2001:db8::1"},
           Case{"relay", "192.0.2.1"},
           Case{"one", ""},
           Case{"two", ""},
           Case{"good", "192.0.2.4"},
           Case{"last", "192.0.2.5"},
           Case{"example.org", ""},
           Case{"not..a.name", ""},
           Case{"localhost", "127.0.0.1 ::1"},
           Case{"mail.localhost", "127.0.0.1 ::1"},
           Case{"notlocalhost", ""},
       }) {
    EXPECT_EQ(found(hosts, name), addresses) << name;
  }
}

TEST(HostsFile, MayListLocalhost) {
  EXPECT_EQ(found(HostsFile::parse("127.0.0.1 localhost"), "localhost"), "127.0.0.1");
}

TEST(HostsFile, IsBounded) {
  std::string text;
  for (std::size_t i = 0; i <= limits::hosts_entries; ++i) text += fmt::format("192.0.2.1 host{}\n", i);
  const HostsFile hosts = HostsFile::parse(text);
  EXPECT_EQ(found(hosts, fmt::format("host{}", limits::hosts_entries - 1)), "192.0.2.1");
  EXPECT_EQ(found(hosts, fmt::format("host{}", limits::hosts_entries)), "");
}

}  // namespace
}  // namespace pillarbox::dns
