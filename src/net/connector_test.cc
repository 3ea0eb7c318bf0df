#include "net/connector.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <future>

#include "base/try.h"
#include "crypto/certificate.h"
#include "net/listener.h"
#include "net/listening_socket.h"
#include "net/reactor.h"
#include "net/tls.h"
#include "net/tls_client.h"

namespace pillarbox::net {
namespace {

using std::chrono::days;
using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::StartsWith;

const Endpoint loopback = Endpoint::of(*parse_ip("127.0.0.1"), 0);

Task<void> echo(std::unique_ptr<Stream> stream, const TlsServer* tls) {
  stream->set_timeout(milliseconds(10'000));
  if (tls != nullptr) co_await stream->start_tls(*tls);
  co_await stream->write("from " + stream->peer().address_text() + "\n");
  for (;;) {
    std::string input;
    co_await stream->read_some(input, 100'000);
    co_await stream->write(input);
  }
}

Task<void> put(Task<std::string> task, std::promise<std::string>& result) {
  try {
    result.set_value(co_await std::move(task));
  } catch (const std::exception& failure) {
    result.set_value(std::string("threw: ") + failure.what());
  }
}

struct World {
  explicit World(const TlsServer* tls = nullptr)
      : listener(std::make_unique<Listener>(
            reactor, limits,
            Door{.name = "echo", .session = [tls](auto stream) { return echo(std::move(stream), tls); }},
            *listen_tcp(loopback))) {}
  ~World() {
    listener.reset();
    reactor.shut_down(milliseconds(5'000));
  }
  std::string run(Task<std::string> task) {
    std::promise<std::string> result;
    auto future = result.get_future();
    reactor.spawn(put(std::move(task), result));
    return future.get();
  }

  SessionLimits limits{100, 100};
  Reactor reactor{2};
  std::unique_ptr<Listener> listener;
  ReactorConnector connector{reactor};
};

Task<std::string> read_line(Stream& stream) {
  std::string input;
  while (!input.ends_with('\n')) co_await stream.read_some(input, 1'000'000);
  co_return input;
}

Task<std::string> talk(Connector& connector, Destination to) {
  auto stream = co_await connector.connect(to, milliseconds(10'000));
  if (!stream) co_return stream.error();
  std::string said = co_await read_line(**stream);
  const std::string big = std::string(3'000'000, 'x') + "\n";
  co_await (*stream)->write(big.substr(0, 100'000));
  co_await (*stream)->write("\n");
  said += co_await read_line(**stream) == big.substr(0, 100'000) + "\n" ? "echo" : "something else";
  co_return said + " " + (*stream)->local().address_text();
}

TEST(Connector, ConnectsFromASourceAddress) {
  World world;
  EXPECT_EQ(world.run(talk(world.connector, {.endpoint = world.listener->endpoint()})),
            "from 127.0.0.1\necho 127.0.0.1");
  EXPECT_EQ(world.run(talk(world.connector,
                           {.endpoint = world.listener->endpoint(), .source = parse_ip("127.0.0.9")})),
            "from 127.0.0.9\necho 127.0.0.9");
}

TEST(Connector, SaysWhyItCannot) {
  World world;
  const Endpoint endpoint = world.listener->endpoint();
  EXPECT_THAT(world.run(talk(world.connector, {.endpoint = endpoint, .source = parse_ip("192.0.2.77")})),
              StartsWith("can't connect from 192.0.2.77: "));
  EXPECT_EQ(world.run(talk(world.connector, {.endpoint = endpoint, .source = parse_ip("::1")})),
            "its address and ::1 are of two kinds");
  EXPECT_EQ(world.run(talk(world.connector, {.endpoint = {}, .socket_path = "/nowhere/at/all"})),
            "no such file or directory");
  EXPECT_EQ(world.run(talk(world.connector, {.endpoint = {}, .socket_path = std::string(200, 'x')})),
            "not an address to connect to");
  world.listener.reset();
  EXPECT_EQ(world.run(talk(world.connector, {.endpoint = endpoint})), "connection refused");
}

TEST(Connector, ConnectsToALocalSocket) {
  World world;
  const std::string path =
      std::filesystem::temp_directory_path() / ("pillarbox-connector-" + std::to_string(::getpid()));
  {
    const Listener local(
        world.reactor, world.limits,
        Door{.name = "echo", .session = [](auto stream) { return echo(std::move(stream), nullptr); }},
        *listen_local(path, 0600));
    EXPECT_EQ(world.run(talk(world.connector, {.endpoint = {}, .socket_path = path})),
              "from local\necho local");
  }
  std::filesystem::remove(path);
}

TEST(Connector, GivesUpWhereNobodyAnswers) {
  World world;
  // A listening socket whose queue is full takes no connection and refuses none.
  const int full = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(::bind(full, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  ASSERT_EQ(::listen(full, 0), 0);
  const Endpoint endpoint = local_endpoint(full);
  auto fill = [](Connector& connector, Endpoint to) -> Task<std::string> {
    std::vector<std::unique_ptr<Stream>> held;
    for (int i = 0; i < 10; ++i) {
      auto stream = co_await connector.connect({.endpoint = to}, milliseconds(100));
      if (!stream) co_return stream.error();
      held.push_back(*std::move(stream));
    }
    co_return "connected";
  };
  EXPECT_EQ(world.run(fill(world.connector, endpoint)), "no answer in time");
  ::close(full);
}

Task<std::string> hold(Connector& connector, Endpoint to, std::promise<void>& begun) {
  auto stream = co_await connector.connect({.endpoint = to}, milliseconds(10'000));
  co_await read_line(**stream);
  begun.set_value();
  co_return co_await read_line(**stream);
}

TEST(Connector, IsToldOfAShutdown) {
  auto world = std::make_unique<World>();
  std::promise<void> begun;
  std::promise<std::string> result;
  auto future = result.get_future();
  world->reactor.spawn(put(hold(world->connector, world->listener->endpoint(), begun), result));
  begun.get_future().wait();
  EXPECT_EQ(world->reactor.sessions(), 2);  // both ends are ours
  world.reset();
  EXPECT_EQ(future.get(), "threw: server is shutting down");
}

// Certificates in a folder of their own.
class Files {
 public:
  Files()
      : folder_(std::filesystem::temp_directory_path() / ("pillarbox-client-" + std::to_string(::getpid()))) {
    std::filesystem::create_directory(folder_);
  }
  ~Files() { std::filesystem::remove_all(folder_); }
  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
    return folder_ / name;
  }
  TlsCertificate make(const std::string& name, Time from, Time until) const {
    const auto made = crypto::make_self_signed({name}, from, until);
    return {.certificate = write(name + ".pem", made.certificate_pem),
            .key = write(name + ".key", made.key_pem)};
  }

 private:
  std::filesystem::path folder_;
};

Task<std::string> shake_hands(Connector& connector, Endpoint to, const TlsClient& client, TlsPeer peer) {
  auto stream = co_await connector.connect({.endpoint = to}, milliseconds(10'000));
  try {
    co_await (*stream)->start_tls(client, peer);
  } catch (const TlsFailed& failed) {
    co_return std::string("failed: ") + failed.what();
  }
  if (co_await read_line(**stream) != "from 127.0.0.1\n") co_return "not what was said";
  const TlsInfo info = *(*stream)->tls();
  co_return info.version + " " + info.server_name + ": " + info.distrust;
}

TEST(TlsClient, TrustsWhomItShould) {
  const Files files;
  const Time now = SystemClock().now();
  const TlsCertificate good = files.make("mx.example.org", now, now + days(9));
  const TlsCertificate old =
      files.make("old.example.org", Time(std::chrono::sys_days{std::chrono::year{2020} / 1 / 1}),
                 Time(std::chrono::sys_days{std::chrono::year{2021} / 1 / 2}));
  const TlsCertificate unknown = files.make("stranger.example.org", now, now + days(9));
  const auto read = [](const std::string& path) {
    std::ifstream file(path);
    return std::string(std::istreambuf_iterator<char>(file), {});
  };
  const auto trusted =
      TlsClient::load({.authorities = files.write("ca.pem", read(good.certificate) + read(old.certificate))});
  ASSERT_TRUE(trusted) << trusted.error();

  std::vector<std::string> warnings;
  const auto tls =
      TlsServer::load({.certificates = {good, old, unknown}, .protocol = "smtp"}, SystemClock(), warnings);
  ASSERT_TRUE(tls) << tls.error();
  World world(tls->get());
  using enum TlsPeer::Verify;
  const auto ask = [&](const std::string& name, TlsPeer::Verify verify) {
    return world.run(shake_hands(world.connector, world.listener->endpoint(), **trusted,
                                 {.name = name, .verify = verify}));
  };
  EXPECT_EQ(ask("mx.example.org", yes), "TLSv1.3 mx.example.org: ");
  EXPECT_EQ(ask("MX.example.org", yes), "TLSv1.3 MX.example.org: ");
  EXPECT_EQ(ask("mx.example.com", yes), "failed: certificate is for mx.example.org, not for mx.example.com");
  EXPECT_EQ(ask("old.example.org", yes), "failed: certificate expired on 2021-01-02");
  EXPECT_EQ(ask("127.0.0.1", yes), "failed: certificate is for mx.example.org, not for 127.0.0.1");
  EXPECT_EQ(ask("stranger.example.org", yes), "failed: certificate is signed by nobody but itself");
  EXPECT_EQ(ask("stranger.example.org", no),
            "TLSv1.3 stranger.example.org: certificate is signed by nobody but itself");
}

TEST(TlsClient, RefusesFilesThatAreNone) {
  const Files files;
  const auto broken = TlsClient::load({.authorities = files.write("ca.pem", "no certificate")});
  ASSERT_FALSE(broken);
  EXPECT_THAT(broken.error(), HasSubstr("ca.pem: "));
  const auto missing =
      TlsClient::load({.certificate = TlsCertificate{.certificate = "/nowhere", .key = "/nowhere"}});
  ASSERT_FALSE(missing);
  EXPECT_THAT(missing.error(), HasSubstr("/nowhere"));
}

}  // namespace
}  // namespace pillarbox::net
