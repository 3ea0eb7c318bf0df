#include "config/check.h"

#include <gtest/gtest.h>

#include "config/testing.h"

namespace pillarbox::config {
namespace {

constexpr Time today{std::chrono::sys_days{std::chrono::year(2026) / 6 / 1}};

class FakeMachine final : public CheckHost {
 public:
  std::map<std::string, std::expected<CertificateFacts, std::string>> certificates;
  std::map<std::string, std::string> taken;  // "address port" → why

  std::expected<std::string, std::string> read_file(const std::string& path, std::size_t most) override {
    return memory.read_file(path, most);
  }
  std::optional<std::vector<IpAddress>> interface_addresses(const std::string& name) override {
    return memory.interface_addresses(name);
  }
  std::vector<std::string> interface_names() override { return memory.interface_names(); }
  std::vector<IpAddress> resolve(const std::string& name) override { return memory.resolve(name); }
  std::string hostname() override { return memory.hostname(); }
  std::expected<CertificateFacts, std::string> certificate(const std::string& path,
                                                           const std::string&) override {
    return certificates.at(path);
  }
  std::optional<std::string> why_not_bind(const IpAddress& address, std::uint16_t port) override {
    const auto found = taken.find(address.text() + " " + std::to_string(port));
    return found == taken.end() ? std::nullopt : std::optional(found->second);
  }
  Time now() override { return today; }

  MemoryHost memory;
};

CertificateFacts facts() {
  return {.not_before = today - std::chrono::days(30),
          .not_after = today + std::chrono::days(60),
          .names = {"mail.example.org", "*.example.net"},
          .matches_key = true};
}

TEST(CheckMachine, SaysWhatIsWrongWithCertificatesAndPorts) {
  const Parsed parsed = testing::parse_text(R"(pki mail.example.org cert "/good.pem" key "/good.key"
pki imap.example.net cert "/good.pem" key "/other.key"
pki label cert "/old.pem" key "/old.key"
pki a.example.com cert "/new.pem" key "/new.key"
pki b cert "/missing.pem" key "/b.key"
pki c cert "/c.pem" key "/missing.key"
pki d cert "/soon.pem" key "/d.key"
ca x cert "/ca.pem"
listen on all tls
listen on eth0 port 465 smtps
)");
  ASSERT_TRUE(parsed.ok()) << parsed.text();
  FakeMachine machine;
  CertificateFacts old = facts();
  old.not_after = today - std::chrono::days(1);
  CertificateFacts fresh = facts();
  fresh.not_before = today + std::chrono::days(1);
  fresh.matches_key = false;
  CertificateFacts ending = facts();
  ending.not_after = today + std::chrono::days(3);
  machine.certificates = {
      {"/good.pem", facts()},
      {"/old.pem", old},
      {"/new.pem", fresh},
      {"/missing.pem", std::unexpected("can't read /missing.pem: No such file or directory")},
      {"/c.pem", std::unexpected("/missing.key holds no private key")},
      {"/soon.pem", ending}};
  machine.taken = {{"0.0.0.0 25", "Address already in use"},
                   {":: 25", "Address family not supported by protocol"},
                   {"192.0.2.1 465", "Permission denied"}};
  const auto found = check_machine(parsed.configuration, machine, Ports::check);
  EXPECT_EQ(render(found, parsed.configuration.sources),
            R"(pillarbox.conf:3:16: this certificate has expired on 2026-05-31
    pki label cert "/old.pem" key "/old.key"
                   ^~~~~~~~~~
    expected a certificate that is valid today
pillarbox.conf:4:24: this certificate isn't valid before 2026-06-02
    pki a.example.com cert "/new.pem" key "/new.key"
                           ^~~~~~~~~~
pillarbox.conf:4:24: warning: this certificate isn't for a.example.com
    pki a.example.com cert "/new.pem" key "/new.key"
                           ^~~~~~~~~~
    it is for mail.example.org, *.example.net
pillarbox.conf:4:39: this key isn't the certificate's
    pki a.example.com cert "/new.pem" key "/new.key"
                                          ^~~~~~~~~~
    expected the key that belongs to /new.pem
pillarbox.conf:5:12: can't read /missing.pem: No such file or directory
    pki b cert "/missing.pem" key "/b.key"
               ^~~~~~~~~~~~~~
pillarbox.conf:6:25: /missing.key holds no private key
    pki c cert "/c.pem" key "/missing.key"
                            ^~~~~~~~~~~~~~
pillarbox.conf:7:12: warning: this certificate expires soon, on 2026-06-04
    pki d cert "/soon.pem" key "/d.key"
               ^~~~~~~~~~~
pillarbox.conf:8:11: can't read /ca.pem: No such file or directory
    ca x cert "/ca.pem"
              ^~~~~~~~~
pillarbox.conf:9:11: can't listen on port 25 of 0.0.0.0: Address already in use
    listen on all tls
              ^~~
pillarbox.conf:9:11: warning: can't listen on port 25 of ::: Address family not supported by protocol
    listen on all tls
              ^~~
pillarbox.conf:10:11: can't listen on port 465 of 192.0.2.1: Permission denied
    listen on eth0 port 465 smtps
              ^~~~
)");
  for (const Diagnostic& diagnostic : check_machine(parsed.configuration, machine, Ports::leave)) {
    EXPECT_FALSE(diagnostic.message.contains("listen")) << diagnostic.message;
  }
}

}  // namespace
}  // namespace pillarbox::config
