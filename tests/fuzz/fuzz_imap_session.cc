// links: imapd store/memory net
// Whole IMAP sessions: before login, and with a mailbox selected beside another session in it.
#include "base/log.h"
#include "base/try.h"
#include "imapd/session.h"
#include "net/memory_server.h"
#include "net/tls.h"
#include "store/memory/store.h"

namespace {

using namespace pillarbox;

struct Anybody final : accounts::Accounts {
  Task<std::expected<accounts::User, accounts::LoginError>> log_in(std::string, accounts::PasswordLogin login,
                                                                   net::Endpoint) override {
    co_return accounts::User{.login = std::move(login.authentication)};
  }
  std::optional<accounts::User> find(std::string_view, std::string_view) override { return std::nullopt; }
};

constexpr std::string_view opening =
    "a LOGIN carol x\r\nb APPEND INBOX (\\Deleted k) {44+}\r\nFrom: a@b\r\nContent-Type: "
    "message/rfc822\r\n\r\nA: b\r\n"
    "\r\nc APPEND INBOX {5+}\r\na\n\nb\n\r\nd SELECT INBOX\r\n";

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  log::set_level(log::Level::error);
  if (size < 2) return 0;
  ManualClock clock{Time{}};
  store::memory::MemoryStore store(clock);
  Anybody accounts;
  imapd::Presence presence;
  const net::TlsServer tls;
  const imapd::Services services{store, accounts, clock, presence};
  const auto door = std::make_shared<const imapd::Door>(
      imapd::Door{.tls_mode = config::TlsMode::opportunistic, .tls = &tls, .allows_plaintext_auth = true});
  net::MemoryServer server;
  const auto session = [&](std::unique_ptr<net::Stream> stream) {
    return imapd::serve(std::move(stream), services, door);
  };
  auto client = server.connect(session);
  auto other = server.connect(session);
  if ((data[0] & 1) != 0) client.send(opening);
  other.send("a LOGIN carol x\r\nb SELECT INBOX\r\nc IDLE\r\n");
  server.run_until_quiet();
  if ((data[0] & 2) != 0) client.set_largest_read(data[1] + 1u);
  client.send({reinterpret_cast<const char*>(data) + 2, size - 2});
  server.run_until_quiet();
  for (auto* end : {&other, &client}) {
    end->close();
    server.run_until_quiet();
    ASSERT(end->is_over() && !end->has_failed());
  }
  return 0;
}
