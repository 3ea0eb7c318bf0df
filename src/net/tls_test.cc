#include "net/tls.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "net/listener.h"
#include "net/listening_socket.h"
#include "net/reactor.h"
#include "net/test_client.h"

namespace pillarbox::net {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

const Time now{std::chrono::sys_days{std::chrono::year{2025} / 6 / 1}};

// A folder of certificate files that goes with the test.
class Files {
 public:
  Files()
      : folder_(std::filesystem::temp_directory_path() / ("pillarbox-tls-" + std::to_string(::getpid()))) {
    std::filesystem::create_directory(folder_);
  }
  ~Files() { std::filesystem::remove_all(folder_); }

  std::string path(const std::string& name) const { return folder_ / name; }

  std::string write(const std::string& name, const std::string& text, mode_t mode = 0600) const {
    std::ofstream(path(name)) << text;
    ::chmod(path(name).c_str(), mode);
    return path(name);
  }

  TlsCertificate make(const std::string& name, Time until = now + std::chrono::days(90)) const {
    const auto made = crypto::make_self_signed({name}, now, until);
    return {.certificate = write(name + ".pem", made.certificate_pem),
            .key = write(name + ".key", made.key_pem)};
  }

 private:
  std::filesystem::path folder_;
};

Task<void> talk(std::unique_ptr<Stream> stream, const TlsServer& tls, std::string* failure) {
  stream->set_timeout(milliseconds(10'000));
  try {
    co_await stream->start_tls(tls);
  } catch (const TlsFailed& failed) {
    *failure = failed.what();
    throw;
  }
  co_await stream->write(stream->tls()->version + " " + stream->tls()->server_name + "\n");
  for (;;) {
    std::string input;
    co_await stream->read_some(input, 100'000);
    co_await stream->write(input);
    if (input == "quit\n") co_return;
  }
}

struct Server {
  explicit Server(TlsSettings settings) {
    if (settings.protocol.empty()) settings.protocol = "imap";
    std::vector<std::string> warnings;
    auto loaded = TlsServer::load(std::move(settings), clock, warnings);
    EXPECT_TRUE(loaded) << loaded.error();
    tls = std::move(*loaded);
    const auto session = [this](std::unique_ptr<Stream> stream) {
      return talk(std::move(stream), *tls, &failure);
    };
    listener = std::make_unique<Listener>(reactor, limits, Door{.name = "talk", .session = session},
                                          *listen_tcp(Endpoint::of(*parse_ip("127.0.0.1"), 0)));
  }
  ~Server() { end(); }
  void end() {
    listener.reset();
    reactor.shut_down(milliseconds(5'000));
  }

  ManualClock clock{now};
  std::unique_ptr<TlsServer> tls;
  std::string failure;
  SessionLimits limits{100, 100};
  Reactor reactor{1};
  std::unique_ptr<Listener> listener;
};

TEST(Tls, HoldsAConversationInBothVersions) {
  const Files files;
  Server server({.certificates = {files.make("mail.example.org")}});
  for (const auto& [highest, version] :
       {std::pair{TLS1_3_VERSION, "TLSv1.3"}, std::pair{TLS1_2_VERSION, "TLSv1.2"}}) {
    TestClient client(server.listener->endpoint());
    ASSERT_EQ(client.start_tls({.server_name = "mail.example.org", .highest = highest}), "");
    EXPECT_EQ(client.receive_until("\n"), version + std::string(" mail.example.org\n"));
    const std::string big = std::string(1'000'000, 'x') + "\n";
    std::thread writer([&] { client.send(big); });
    EXPECT_EQ(client.receive_until("\n"), big);
    writer.join();
    client.send("quit\n");
    EXPECT_EQ(client.receive_all(), "quit\n");
    EXPECT_EQ(SSL_get_shutdown(client.ssl()) & SSL_RECEIVED_SHUTDOWN, SSL_RECEIVED_SHUTDOWN);
  }
}

TEST(Tls, RefusesOldVersions) {
  const Files files;
  Server server({.certificates = {files.make("mail.example.org")}});
  TestClient client(server.listener->endpoint());
  EXPECT_NE(client.start_tls({.highest = TLS1_1_VERSION}), "");
  Server strict({.certificates = {files.make("mail.example.org")}, .lowest = TlsSettings::Lowest::tls_1_3});
  TestClient other(strict.listener->endpoint());
  EXPECT_NE(other.start_tls({.highest = TLS1_2_VERSION}), "");
  strict.end();
  EXPECT_EQ(strict.failure, "unsupported protocol");
}

TEST(Tls, ChoosesTheCertificateByName) {
  const Files files;
  auto named = files.make("third.example");
  named.name = "alias.example";
  Server server({.certificates = {files.make("first.example"), files.make("*.second.example"), named}});
  for (const auto& [asked, shown] : std::vector<std::pair<std::string, std::string>>{
           {"", "first.example"},
           {"first.example", "first.example"},
           {"unknown.example", "first.example"},
           {"mail.Second.example", "*.second.example"},
           {"alias.example", "third.example"},
       }) {
    TestClient client(server.listener->endpoint());
    ASSERT_EQ(client.start_tls({.server_name = asked}), "") << asked;
    EXPECT_EQ(client.certificate_name(), shown) << asked;
  }
}

TEST(Tls, RefusesAnotherProtocolsClients) {
  const Files files;
  Server server({.certificates = {files.make("mail.example.org"), files.make("other.example")}});
  for (const auto& [name, alpn, is_welcome] : {
           std::tuple{"mail.example.org", "imap", true},
           std::tuple{"mail.example.org", "", true},
           std::tuple{"mail.example.org", "http/1.1", false},
           std::tuple{"other.example", "h2", false},
           std::tuple{"mail.example.org", "smtp", false},
       }) {
    TestClient client(server.listener->endpoint());
    EXPECT_EQ(client.start_tls({.server_name = name, .alpn = alpn}) == "", is_welcome) << alpn;
  }
}

TEST(Tls, ResumesSessionsAcrossAReload) {
  const Files files;
  Server server({.certificates = {files.make("mail.example.org"), files.make("other.example")}});
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    for (const auto* name : {"mail.example.org", "other.example"}) {
      TestClient first(server.listener->endpoint());
      ASSERT_EQ(first.start_tls({.server_name = name, .highest = version}), "");
      first.receive_until("\n");
      SSL_SESSION* session = first.take_session();
      std::vector<std::string> warnings;
      ASSERT_TRUE(server.tls->reload(server.clock, warnings));
      TestClient second(server.listener->endpoint());
      ASSERT_EQ(second.start_tls({.server_name = name, .highest = version, .session = session}), "");
      EXPECT_TRUE(second.is_resumed()) << name;
      second.receive_until("\n");
      SSL_SESSION_free(session);
    }
  }
}

TEST(Tls, SurvivesGarbageAndHangUps) {
  const Files files;
  Server server({.certificates = {files.make("mail.example.org")}});
  TestClient garbage(server.listener->endpoint());
  garbage.send("EHLO this is no handshake\r\n" + std::string(100'000, '\xff'));
  garbage.receive_all();
  {
    TestClient hasty(server.listener->endpoint());
    hasty.send(std::string_view("\x16\x03\x01", 3));
  }
  {
    TestClient dropped(server.listener->endpoint());
    ASSERT_EQ(dropped.start_tls({}), "");
  }
  TestClient client(server.listener->endpoint());
  EXPECT_EQ(client.start_tls({}), "");
}

TEST(Tls, ReloadsRenewedCertificatesAndKeepsTheOldOnErrors) {
  const Files files;
  const auto paths = files.make("old.example");
  Server server({.certificates = {paths}});
  const auto shown = [&] {
    TestClient client(server.listener->endpoint());
    EXPECT_EQ(client.start_tls({}), "");
    return client.certificate_name();
  };
  std::vector<std::string> warnings;
  files.write("old.example.pem", "damaged");
  EXPECT_THAT(server.tls->reload(server.clock, warnings).error(),
              HasSubstr("old.example.pem: no certificate"));
  EXPECT_EQ(shown(), "old.example");
  const auto renewed = crypto::make_self_signed({"new.example"}, now, now + std::chrono::days(1));
  files.write("old.example.pem", renewed.certificate_pem);
  EXPECT_THAT(server.tls->reload(server.clock, warnings).error(),
              HasSubstr("old.example.key: not the key of the certificate in"));
  EXPECT_EQ(shown(), "old.example");
  files.write("old.example.key", renewed.key_pem);
  ASSERT_TRUE(server.tls->reload(server.clock, warnings));
  EXPECT_EQ(shown(), "new.example");
  EXPECT_THAT(warnings, testing::IsEmpty());
}

TEST(Tls, WarnsOfWhatIsNoReasonToRefuseService) {
  const Files files;
  auto expired = files.make("expired.example", now - std::chrono::days(1));
  ::chmod(expired.key.c_str(), 0644);
  std::vector<std::string> warnings;
  ASSERT_TRUE(TlsServer::load({.certificates = {expired}, .protocol = "smtp"}, ManualClock(now), warnings));
  EXPECT_THAT(warnings, testing::ElementsAre(HasSubstr("expired.example.pem: the certificate has expired"),
                                             HasSubstr("expired.example.key: every user")));
  const auto check = check_certificate(expired.certificate, expired.key);
  ASSERT_TRUE(check) << check.error();
  EXPECT_TRUE(check->matches_key);
  EXPECT_TRUE(check->key_is_readable_by_others);
  EXPECT_EQ(check->facts.not_after, now - std::chrono::days(1));
  const auto other = files.make("other.example");
  EXPECT_FALSE(check_certificate(expired.certificate, other.key)->matches_key);
}

TEST(Tls, NamesTheFileThatIsWrong) {
  const Files files;
  const auto good = files.make("good.example");
  const auto error_of = [](TlsCertificate certificate) {
    std::vector<std::string> warnings;
    return TlsServer::load({.certificates = {std::move(certificate)}, .protocol = "smtp"}, ManualClock(now),
                           warnings)
        .error();
  };
  EXPECT_EQ(error_of({.certificate = files.path("none"), .key = good.key}),
            files.path("none") + ": No such file or directory");
  EXPECT_EQ(error_of({.certificate = good.certificate, .key = files.path("")}),
            files.path("") + ": not a file");
  EXPECT_THAT(error_of({.certificate = good.certificate, .key = good.certificate}),
              HasSubstr("no private key"));
  std::vector<std::string> warnings;
  EXPECT_THAT(TlsServer::load({.certificates = {good}, .protocol = "smtp", .ciphers = "NONSENSE"},
                              ManualClock(now), warnings)
                  .error(),
              HasSubstr("\"NONSENSE\": no such ciphers"));
}

}  // namespace
}  // namespace pillarbox::net
