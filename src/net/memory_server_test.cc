#include "net/memory_server.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <thread>

namespace pillarbox::net {
namespace {

using std::chrono::milliseconds;

Task<void> echo(std::unique_ptr<Stream> stream) {
  stream->set_timeout(milliseconds(300'000));
  co_await stream->write("hello\r\n");
  for (;;) {
    std::string input;
    co_await stream->read_some(input, 4096);
    co_await stream->write("<" + input + ">");
    if (input == "quit") co_return;
  }
}

TEST(MemoryServer, PlaysAConversation) {
  MemoryServer server;
  auto client = server.connect(echo);
  EXPECT_EQ(client.output(), "");
  server.run_until_quiet();
  EXPECT_EQ(client.take_output(), "hello\r\n");
  EXPECT_TRUE(client.is_waiting());
  EXPECT_EQ(client.timeout(), milliseconds(300'000));
  client.send("one");
  client.send("two");
  server.run_until_quiet();
  EXPECT_EQ(client.take_output(), "<onetwo>");
  client.send("quit");
  server.run_until_quiet();
  EXPECT_TRUE(client.is_over());
  EXPECT_EQ(client.reason(), "");
}

TEST(MemoryServer, HandsOutBytesInPiecesAsAsked) {
  MemoryServer server;
  auto client = server.connect(echo);
  client.set_largest_read(2);
  client.send("abcde");
  server.run_until_quiet();
  EXPECT_EQ(client.take_output(), "hello\r\n<ab><cd><e>");
}

TEST(MemoryServer, EndsAWaitByCloseTimeoutAndShutdown) {
  MemoryServer server;
  auto closed = server.connect(echo);
  auto expired = server.connect(echo);
  server.run_until_quiet();
  closed.send("last");
  closed.close();
  expired.expire();
  server.run_until_quiet();
  EXPECT_EQ(closed.reason(), Closed().what());
  EXPECT_EQ(expired.reason(), Timeout().what());
  EXPECT_FALSE(expired.has_failed());

  auto shut = server.connect(echo);
  server.run_until_quiet();
  server.shut_down();
  server.run_until_quiet();
  EXPECT_EQ(shut.reason(), Shutdown().what());
}

TEST(MemoryServer, CutsAtTheOperationNamed) {
  MemoryServer server;
  auto whole = server.connect(echo);
  whole.send("quit");
  server.run_until_quiet();
  ASSERT_EQ(whole.operations(), 3u);
  for (std::size_t i = 0; i < 3; ++i) {
    auto client = server.connect(echo);
    client.cut_after(i);
    client.send("quit");
    server.run_until_quiet();
    EXPECT_TRUE(client.is_over()) << i;
    EXPECT_EQ(client.reason(), Closed().what()) << i;
    EXPECT_EQ(client.operations(), i + 1);
  }
}

TEST(MemoryServer, StallsAWriterUntilItTimesOut) {
  MemoryServer server;
  auto client = server.connect(echo);
  client.stop_reading();
  server.run_until_quiet();
  EXPECT_EQ(client.output(), "");
  EXPECT_TRUE(client.is_waiting());
  client.expire();
  server.run_until_quiet();
  EXPECT_EQ(client.reason(), Timeout().what());
}

Task<void> idle(std::unique_ptr<Stream> stream, std::shared_ptr<Wakeup>* wakeup) {
  *wakeup = stream->wakeup();
  for (;;) {
    std::string input;
    co_await stream->read_some_or_wake(input, 100);
    co_await stream->write(input.empty() ? "woken;" : input + ";");
  }
}

TEST(MemoryServer, IsWokenFromAnotherThread) {
  MemoryServer server;
  std::shared_ptr<Wakeup> wakeup;
  auto client =
      server.connect([&](std::unique_ptr<Stream> stream) { return idle(std::move(stream), &wakeup); });
  server.run_until_quiet();
  std::thread other([&] { wakeup->notify(); });
  EXPECT_TRUE(server.run_until([&] { return client.output() == "woken;"; }, milliseconds(10'000)));
  other.join();
  client.send("x");
  wakeup->notify();  // stays set until the wait that it ends
  server.run_until_quiet();
  EXPECT_EQ(client.take_output(), "woken;x;woken;");
  client.close();
  server.run_until_quiet();
  wakeup->notify();  // late: hits nothing
  server.run_until_quiet();
}

TEST(MemoryServer, TellsABugFromAnEnd) {
  MemoryServer server;
  auto client = server.connect([](std::unique_ptr<Stream>) -> Task<void> {
    throw std::logic_error("oops");
    co_return;
  });
  server.run_until_quiet();
  EXPECT_TRUE(client.has_failed());
  EXPECT_EQ(client.reason(), "oops");
}

TEST(Endpoint, ReadsAndWritesAddresses) {
  struct Row {
    const char* text;
    const char* written;
    bool is_loopback;
  };
  for (const auto& [text, written, is_loopback] : {
           Row{"192.0.2.1", "192.0.2.1:25", false},
           Row{"127.1.2.3", "127.1.2.3:25", true},
           Row{"2001:DB8::1", "[2001:db8::1]:25", false},
           Row{"::1", "[::1]:25", true},
           Row{"::ffff:127.0.0.1", "127.0.0.1:25", true},
       }) {
    const auto endpoint = Endpoint::of(*parse_ip(text), 25);
    EXPECT_EQ(endpoint.text(), written);
    EXPECT_EQ(endpoint.ip(), parse_ip(text));
    EXPECT_EQ(endpoint.is_loopback(), is_loopback) << text;
  }
  EXPECT_EQ(Endpoint{}.text(), "local");
}

}  // namespace
}  // namespace pillarbox::net
