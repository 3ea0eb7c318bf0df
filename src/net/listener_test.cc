#include "net/listener.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <ctime>
#include <filesystem>
#include <stdexcept>
#include <vector>

#include "net/listening_socket.h"
#include "net/reactor.h"
#include "net/test_client.h"

namespace pillarbox::net {
namespace {

using std::chrono::milliseconds;

Endpoint loopback() { return Endpoint::of(*parse_ip("127.0.0.1"), 0); }

// Answers each line; "quit" ends the session, "wait" waits for a wakeup, "big N" is answered by N bytes.
Task<void> talk(std::unique_ptr<Stream> stream, milliseconds timeout) {
  stream->set_timeout(timeout);
  std::string input;
  std::string last_word;
  try {
    co_await stream->write("hello\n");
    for (;;) {
      const auto end = input.find('\n');
      if (end == std::string::npos) {
        co_await stream->read_some(input, 4096);
        continue;
      }
      const std::string line = input.substr(0, end);
      input.erase(0, end + 1);
      if (line == "quit") co_return co_await stream->write("bye\n");
      if (line.starts_with("big ")) co_await stream->write(std::string(std::stoul(line.substr(4)), 'x'));
      if (line == "pause") co_await stream->pause(milliseconds(20));
      if (line == "bug") throw std::logic_error("a bug on purpose");
      co_await stream->write("<" + line + ">\n");
    }
  } catch (const Shutdown&) {
    last_word = "shutting down\n";
  } catch (const Timeout&) {
    last_word = "too slow\n";
  }
  co_await stream->write(last_word);
}

struct Server {
  explicit Server(milliseconds timeout = milliseconds(10'000), std::size_t in_all = 100,
                  std::size_t per_address = 100)
      : limits(in_all, per_address) {
    const auto session = [timeout](std::unique_ptr<Stream> stream) {
      return talk(std::move(stream), timeout);
    };
    listener = std::make_unique<Listener>(reactor, limits,
                                          Door{.name = "talk", .session = session, .refusal = "full\n"},
                                          *listen_tcp(loopback()));
  }
  ~Server() {
    listener.reset();
    reactor.shut_down(milliseconds(5'000));
  }
  SessionLimits limits;
  Reactor reactor{2};
  std::unique_ptr<Listener> listener;
};

TEST(Listener, HoldsAConversation) {
  Server server;
  TestClient client(server.listener->endpoint());
  EXPECT_EQ(client.receive_until("\n"), "hello\n");
  client.send("one\ntwo\npause\nthree");
  EXPECT_EQ(client.receive_until("pause>\n"), "<one>\n<two>\n<pause>\n");
  client.send("\nquit\n");
  EXPECT_EQ(client.receive_all(), "<three>\nbye\n");
}

TEST(Listener, SharesSessionsOutEvenly) {
  Server server;
  std::vector<std::unique_ptr<TestClient>> clients;
  for (int i = 0; i < 10; ++i) {
    clients.push_back(std::make_unique<TestClient>(server.listener->endpoint()));
    EXPECT_EQ(clients.back()->receive_until("\n"), "hello\n");
  }
  EXPECT_EQ(server.reactor.sessions(), 10u);
}

TEST(Listener, MovesBigAmountsBothWays) {
  Server server;
  TestClient client(server.listener->endpoint());
  client.receive_until("\n");
  std::string lines;
  for (int i = 0; i < 20'000; ++i) lines += "a line of some length\n";
  client.send("big 5000000\n");
  const std::string answer = client.receive_until(">\n");
  EXPECT_EQ(answer.size(), 5'000'000 + std::string("<big 5000000>\n").size());
  std::thread writer([&] { client.send(lines + "quit\n"); });
  EXPECT_TRUE(client.receive_all().ends_with("<a line of some length>\nbye\n"));
  writer.join();
}

TEST(Listener, GivesUpASlowPeer) {
  Server server(milliseconds(30));
  TestClient client(server.listener->endpoint());
  EXPECT_EQ(client.receive_all(), "hello\ntoo slow\n");

  TestClient stalled(server.listener->endpoint());
  stalled.shrink_receive_buffer();
  stalled.receive_until("\n");
  stalled.send("big 50000000\n");
  while (server.limits.sessions() > 0) std::this_thread::yield();
}

TEST(Listener, RefusesTooManySessions) {
  Server per_address(milliseconds(10'000), 100, 2);
  TestClient first(per_address.listener->endpoint());
  TestClient second(per_address.listener->endpoint());
  first.receive_until("\n");
  second.receive_until("\n");
  EXPECT_EQ(TestClient(per_address.listener->endpoint()).receive_all(), "full\n");
  first.send("quit\n");
  first.receive_all();
  while (per_address.limits.sessions() > 1) std::this_thread::yield();
  EXPECT_EQ(TestClient(per_address.listener->endpoint()).receive_until("\n"), "hello\n");

  Server in_all(milliseconds(10'000), 1, 2);
  TestClient only(in_all.listener->endpoint());
  only.receive_until("\n");
  EXPECT_EQ(TestClient(in_all.listener->endpoint()).receive_all(), "full\n");
}

TEST(Listener, LetsTheLastWordArriveThoughThePeerStillSends) {
  Server server;
  for (int i = 0; i < 20; ++i) {
    TestClient client(server.listener->endpoint());
    client.receive_until("\n");
    client.send("quit\n" + std::string(300'000, 'x'));
    client.finish_sending();
    EXPECT_EQ(client.receive_all(), "bye\n");
  }
}

TEST(Listener, OutlivesABugInASession) {
  Server server;
  TestClient client(server.listener->endpoint());
  client.send("bug\n");
  EXPECT_EQ(client.receive_all(), "hello\n");
  EXPECT_EQ(TestClient(server.listener->endpoint()).receive_until("\n"), "hello\n");
}

TEST(Listener, ShutsDownWithALastWord) {
  auto server = std::make_unique<Server>();
  TestClient client(server->listener->endpoint());
  client.receive_until("\n");
  std::thread other([&] { server.reset(); });
  EXPECT_EQ(client.receive_all(), "shutting down\n");
  other.join();
}

TEST(Listener, CutsWhoTakesNoLastWordAtShutdown) {
  SessionLimits limits(10, 10);
  Reactor reactor(1);
  const auto session = [](std::unique_ptr<Stream> stream) -> Task<void> {
    co_await stream->write(std::string(50'000'000, 'x'));
  };
  auto listener = std::make_unique<Listener>(reactor, limits, Door{.name = "flood", .session = session},
                                             *listen_tcp(loopback()));
  TestClient client(listener->endpoint());
  client.receive_until("x");
  listener.reset();
  const auto start = std::chrono::steady_clock::now();
  reactor.shut_down(milliseconds(20));
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
  EXPECT_EQ(limits.sessions(), 0u);
}

Task<void> idle(std::unique_ptr<Stream> stream, std::shared_ptr<Wakeup>* wakeup) {
  *wakeup = stream->wakeup();
  co_await stream->write("idling\n");
  for (;;) {
    std::string input;
    co_await stream->read_some_or_wake(input, 100);
    co_await stream->write(input.empty() ? "woken\n" : input);
  }
}

TEST(Listener, WakesAWaitingSession) {
  SessionLimits limits(10, 10);
  Reactor reactor(1);
  std::shared_ptr<Wakeup> wakeup;
  Listener listener(
      reactor, limits,
      Door{.name = "idle", .session = [&](auto stream) { return idle(std::move(stream), &wakeup); }},
      *listen_tcp(loopback()));
  TestClient client(listener.endpoint());
  EXPECT_EQ(client.receive_until("\n"), "idling\n");
  for (int i = 0; i < 3; ++i) {
    wakeup->notify();
    EXPECT_EQ(client.receive_until("\n"), "woken\n");
    client.send("hi\n");
    EXPECT_EQ(client.receive_until("\n"), "hi\n");
  }
  client.hang_up();
  while (limits.sessions() > 0) std::this_thread::yield();
  wakeup->notify();  // late: hits nothing
}

TEST(Listener, RestsWhenDescriptorsRunOut) {
  Server server;
  TestClient client(server.listener->endpoint(), TestClient::Connect::later);
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  rlimit none_left = before;
  none_left.rlim_cur = static_cast<rlim_t>(Descriptor(::dup(0)).get());  // the lowest that is free
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none_left), 0);
  client.set_patience(milliseconds(300));
  client.connect();
  const auto cpu_before = std::clock();
  EXPECT_EQ(client.receive_until("\n"), "");
  const double cpu_seconds = static_cast<double>(std::clock() - cpu_before) / CLOCKS_PER_SEC;
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_LT(cpu_seconds, 0.1);  // spinning would take 0.3
  client.set_patience(milliseconds(10'000));
  EXPECT_EQ(client.receive_until("\n"), "hello\n");
}

TEST(ListeningSocket, ReplacesADeadSocketFileOnly) {
  const auto folder =
      std::filesystem::temp_directory_path() / ("pillarbox-net-" + std::to_string(::getpid()));
  std::filesystem::create_directory(folder);
  const std::string path = folder / "socket";
  {
    const auto dead = listen_local(path);
  }
  {
    const auto replaced = listen_local(path);
    EXPECT_TRUE(replaced) << replaced.error();
    EXPECT_EQ(listen_local(path).error(), "another program listens there");
  }
  std::filesystem::remove(path);
  std::filesystem::create_directory(path);
  EXPECT_THAT(listen_local(path).error(), testing::HasSubstr("isn't a socket"));
  EXPECT_THAT(listen_local(std::string(200, 'x')).error(), testing::HasSubstr("107"));
  std::filesystem::remove_all(folder);
}

TEST(ListeningSocket, SaysWhyItCant) {
  const auto listening = listen_tcp(loopback());
  ASSERT_TRUE(listening);
  EXPECT_EQ(why_not_listen(local_endpoint(listening->get())), "Address already in use");
  EXPECT_EQ(why_not_listen(loopback()), std::nullopt);
}

}  // namespace
}  // namespace pillarbox::net
