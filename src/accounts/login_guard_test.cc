#include "accounts/login_guard.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <future>
#include <map>
#include <random>
#include <vector>

#include "net/memory_server.h"
#include "net/reactor.h"

namespace pillarbox::accounts {
namespace {

using namespace std::chrono_literals;

net::Endpoint at(const char* address) { return net::Endpoint::of(*parse_ip(address), 40000); }

// One log-in as the guard sees it.
struct Tried {
  std::string state = "waiting";
  std::optional<LoginGuard::Attempt> attempt;
};

Task<> try_to(LoginGuard& guard, net::Endpoint peer, std::string user, Tried* tried) {
  auto attempt = co_await guard.begin(peer, std::move(user));
  tried->state = attempt ? "in" : "refused";
  if (attempt) tried->attempt.emplace(std::move(*attempt));
}

struct Guarded : testing::Test {
  ~Guarded() override {
    for (auto& tried : all) tried->attempt.reset();
    loop.run_until_quiet();
  }

  Tried& begin(LoginGuard& at_guard, const net::Endpoint& peer, const std::string& user) {
    all.push_back(std::make_unique<Tried>());
    loop.spawn(try_to(at_guard, peer, user, all.back().get()));
    run_what_can();
    return *all.back();
  }

  LoginGuard& guard_with(const Settings& settings) {
    guards.push_back(std::make_unique<LoginGuard>(settings, clock));
    return *guards.back();
  }

  // Runs what waits for nothing.
  void run_what_can() {
    loop.run_until([] { return false; }, 0ms);
  }

  // Whether a log-in may be tried at once; it ends as `ending` says.
  enum class Then : std::uint8_t { fail, succeed, withdraw };
  bool may(const net::Endpoint& peer, const std::string& user, Then then = Then::fail) {
    Tried& tried = begin(guard, peer, user);
    if (!tried.attempt) return false;
    if (then == Then::succeed) tried.attempt->succeed();
    if (then == Then::withdraw) tried.attempt->withdraw();
    tried.attempt.reset();
    return true;
  }

  int tries_until_locked(const net::Endpoint& peer, int most = 100) {
    int tries = 0;
    while (tries < most && may(peer, "m")) ++tries;
    return tries;
  }

  ManualClock clock{Time{std::chrono::sys_days{std::chrono::year{2025} / 6 / 1}}};
  std::vector<std::unique_ptr<LoginGuard>> guards;
  LoginGuard& guard = guard_with({});
  net::MemoryServer loop;
  std::vector<std::unique_ptr<Tried>> all;
};

TEST_F(Guarded, LocksAnAddressForAMinuteThenForADay) {
  const auto peer = at("192.0.2.1");
  EXPECT_EQ(tries_until_locked(peer), 10);
  EXPECT_TRUE(may(at("192.0.2.2"), "m"));
  clock.advance(59s);
  EXPECT_FALSE(may(peer, "m"));
  for (int i = 0; i < 4; ++i) {
    clock.advance(61s);
    EXPECT_EQ(tries_until_locked(peer), 10) << i;
  }
  clock.advance(61s);
  EXPECT_EQ(tries_until_locked(peer), 0);
  clock.advance(23h);
  EXPECT_EQ(tries_until_locked(peer), 0);
  clock.advance(1h);
  EXPECT_EQ(tries_until_locked(peer), 10);
}

TEST_F(Guarded, CountsAnIpv6NetworkAsOneAndLocalSocketsNever) {
  EXPECT_EQ(tries_until_locked(at("2001:db8::1")), 10);
  EXPECT_FALSE(may(at("2001:db8::ffff:2"), "m"));
  EXPECT_TRUE(may(at("2001:db8:0:1::1"), "m"));
  EXPECT_EQ(tries_until_locked(net::Endpoint{}), 100);
}

TEST_F(Guarded, NeverLocksAUserOutOfTheirOwnAddress) {
  const auto peer = at("192.0.2.1");
  ASSERT_TRUE(may(peer, "own", Then::succeed));
  EXPECT_EQ(tries_until_locked(peer), 10);
  EXPECT_TRUE(may(peer, "own"));
  EXPECT_FALSE(may(peer, "other"));
  clock.advance(31 * 24h);
  EXPECT_EQ(tries_until_locked(peer), 10);
  EXPECT_FALSE(may(peer, "own"));
}

TEST_F(Guarded, ForgivesWhatDidNotFail) {
  const auto peer = at("192.0.2.1");
  for (int i = 0; i < 1000; ++i) {
    ASSERT_TRUE(may(peer, "m", i % 2 == 0 ? Then::succeed : Then::withdraw)) << i;
  }
  EXPECT_EQ(tries_until_locked(peer, 12), 12) << "its own address";
}

// Steps: "+a" user a begins, "-a" fails, "=a" succeeds, "~a" can't be found out, "60" seconds pass.
// State: who is in, who waits, who was refused, each in the order of their names.
struct Sequence {
  const char* steps;
  const char* in;
  const char* waiting = "";
  const char* refused = "";
};

// With two failures a minute and three a day, and three that may wait.
constexpr Sequence sequences[] = {
    {.steps = "+a +b", .in = "ab"},
    {.steps = "+a +b +c +d +e", .in = "ab", .waiting = "cde"},
    {.steps = "+a +b +c +d +e +f", .in = "ab", .waiting = "cde", .refused = "f"},
    // A right one makes room, in the order of coming; so does one that came to nothing.
    {.steps = "+a +b +c +d =b", .in = "ac", .waiting = "d"},
    {.steps = "+a +b +c +d ~a ~b", .in = "cd"},
    {.steps = "+a +b +c +d =a =b =c =d +e", .in = "e"},
    // A wrong one does not, and those that wait are refused when none may fail any more.
    {.steps = "+a +b +c +d -a", .in = "b", .waiting = "cd"},
    {.steps = "+a +b +c +d -a -b", .in = "", .refused = "cd"},
    {.steps = "+a +b +c +d -a =b", .in = "c", .waiting = "d"},
    {.steps = "+a +b +c +d -a =b -c", .in = "", .refused = "d"},
    {.steps = "-a +b -b +c", .in = "c"},
    {.steps = "+a -a +b -b +c", .in = "", .refused = "c"},
    // Time makes room, first for who waits.
    {.steps = "+a +b +c -a 61 +d", .in = "bc", .waiting = "d"},
    {.steps = "+a +b -a -b 61 +c +d", .in = "c", .waiting = "d"},
    {.steps = "+a +b -a -b 61 +c +d -c", .in = "", .refused = "d"},
    // Who is known here neither waits nor takes another's place.
    {.steps = "+a =a +b +c +d +a", .in = "abc", .waiting = "d"},
    {.steps = "+a =a +b +c +d +a -a", .in = "bc", .waiting = "d"},
    {.steps = "+a =a +b +c +d +a =a -b", .in = "c", .waiting = "d"},
    {.steps = "+a =a +b +c -b -c +d +a", .in = "a", .refused = "d"},
};

TEST_F(Guarded, LetsWaitWhoMightFail) {
  for (const Sequence& row : sequences) {
    LoginGuard& strict =
        guard_with({.failures_per_minute = 2, .failures_per_day = 3, .most_waiting_per_address = 3});
    std::map<char, Tried*> users;
    std::istringstream steps(row.steps);
    for (std::string step; steps >> step;) {
      const char user = step.back();
      if (step[0] == '+') users[user] = &begin(strict, at("192.0.2.1"), std::string(1, user));
      if (std::isdigit(step[0]) != 0) clock.advance(std::chrono::seconds(std::stoi(step)));
      if (!users.contains(user) || !users[user]->attempt) continue;
      auto& attempt = users[user]->attempt;
      if (step[0] == '=') attempt->succeed();
      if (step[0] == '~') attempt->withdraw();
      if (std::string("-=~").find(step[0]) != std::string::npos) {
        attempt.reset();
        users[user]->state = "over";
      }
      run_what_can();
    }
    const auto those = [&users](const std::string& state) {
      std::string names;
      for (const auto& [name, tried] : users) names += tried->state == state ? std::string(1, name) : "";
      return names;
    };
    EXPECT_EQ(those("in"), row.in) << row.steps;
    EXPECT_EQ(those("waiting"), row.waiting) << row.steps;
    EXPECT_EQ(those("refused"), row.refused) << row.steps;
    for (auto& tried : all) tried->attempt.reset();
    run_what_can();
  }
}

TEST_F(Guarded, LetsNobodyWaitForEver) {
  LoginGuard& strict = guard_with({.failures_per_minute = 1, .longest_wait = 0s});
  begin(strict, at("192.0.2.1"), "a");
  const Tried& late = begin(strict, at("192.0.2.1"), "b");
  ASSERT_TRUE(loop.run_until([&] { return late.state != "waiting"; }, 10s));
  EXPECT_EQ(late.state, "refused");
  all.front()->attempt->withdraw();
  all.front()->attempt.reset();
  EXPECT_EQ(begin(strict, at("192.0.2.1"), "c").state, "in") << "the place in the queue is free again";
}

TEST_F(Guarded, LetsOnlySoManyWaitInAll) {
  LoginGuard& strict = guard_with({.failures_per_minute = 1, .most_waiting = 2});
  for (const char* address : {"192.0.2.1", "192.0.2.2", "192.0.2.3"}) begin(strict, at(address), "a");
  EXPECT_EQ(begin(strict, at("192.0.2.1"), "b").state, "waiting");
  EXPECT_EQ(begin(strict, at("192.0.2.2"), "b").state, "waiting");
  EXPECT_EQ(begin(strict, at("192.0.2.3"), "b").state, "refused");
  EXPECT_EQ(begin(strict, at("192.0.2.4"), "b").state, "in");
}

Task<> wait_in_vain(LoginGuard& guard, std::promise<void>* begun) {
  begun->set_value();
  co_await guard.begin(at("192.0.2.1"), "b");
}

TEST_F(Guarded, ForgetsWhoIsDestroyedWhileWaiting) {
  LoginGuard& strict = guard_with({.failures_per_minute = 1, .most_waiting = 1});
  Tried& first = begin(strict, at("192.0.2.1"), "a");
  {
    net::Reactor doomed(1);
    std::promise<void> begun;
    doomed.spawn(wait_in_vain(strict, &begun));
    begun.get_future().wait();
  }
  const Tried& next = begin(strict, at("192.0.2.1"), "c");
  EXPECT_EQ(next.state, "waiting") << "there is room";
  first.attempt->withdraw();
  first.attempt.reset();
  run_what_can();
  EXPECT_EQ(next.state, "in");
}

TEST_F(Guarded, AppliesNewLimits) {
  const auto peer = at("192.0.2.1");
  EXPECT_EQ(tries_until_locked(peer), 10);
  guard.use({.failures_per_minute = 12});
  EXPECT_EQ(tries_until_locked(peer), 2);
  Tried& under_way = begin(guard, at("192.0.2.2"), "a");
  begin(guard, at("192.0.2.2"), "b");
  guard.use({.failures_per_minute = 1});
  EXPECT_EQ(begin(guard, at("192.0.2.2"), "c").state, "waiting");
  under_way.attempt.reset();
  run_what_can();
  EXPECT_EQ(all.back()->state, "refused");
}

// Whatever guessers do at the same time: no minute sees more failures from one address than its limit, and
// nobody is left waiting for nothing.
TEST_F(Guarded, GivesManyGuessesAtATimeNoMoreThanOneAfterTheOther) {
  constexpr std::uint32_t limit = 10;
  for (unsigned seed = 0; seed < 12; ++seed) {
    std::mt19937 random(seed);
    LoginGuard& strict = guard_with({.failures_per_minute = limit, .failures_per_day = 30});
    std::vector<Tried*> in;
    std::vector<Time> failures;
    const auto settle = [&] {
      run_what_can();
      in.clear();
      for (const auto& tried : all) {
        if (tried->attempt) in.push_back(tried.get());
      }
    };
    for (int step = 0; step < 150; ++step) {
      switch (random() % 4) {
        case 0:
        case 1:
          for (unsigned i = random() % 12; i > 0; --i) {
            begin(strict, at("192.0.2.1"), "user" + std::to_string(random() % 1000));
          }
          break;
        case 2: clock.advance(std::chrono::milliseconds(random() % 20'000)); break;
        default:
          if (in.empty()) break;
          in[random() % in.size()]->attempt.reset();
          failures.push_back(clock.now());
          if (failures.size() > limit) ASSERT_GE(clock.now() - failures.end()[-1 - int{limit}], 1min);
      }
      settle();
      ASSERT_LE(in.size(), limit) << seed;
    }
    EXPECT_GE(failures.size(), limit) << seed;
    for (settle(); !in.empty(); settle()) {
      for (Tried* tried : in) tried->attempt.reset();
    }
    EXPECT_TRUE(std::ranges::none_of(all, [](const auto& tried) { return tried->state == "waiting"; }))
        << seed;
    all.clear();
  }
}

TEST_F(Guarded, LetsAllInWhoKnowThePasswordHoweverManyAtATime) {
  for (const unsigned users : {1u, 10u, 11u, 50u, 110u}) {
    LoginGuard& fresh = guard_with({});
    std::vector<Tried*> open;
    for (unsigned i = 0; i < users; ++i) {
      open.push_back(&begin(fresh, at("192.0.2.1"), "user" + std::to_string(i)));
    }
    std::mt19937 random(users);
    while (!open.empty()) {
      unsigned under_way = 0;
      for (const Tried* tried : open) under_way += tried->state == "in" ? 1 : 0;
      ASSERT_EQ(under_way, std::min<std::size_t>(open.size(), 10)) << users;
      const auto one = open.begin() + static_cast<long>(random() % under_way);  // they are let in by order
      ASSERT_EQ((*one)->state, "in") << users;
      (*one)->attempt->succeed();
      (*one)->attempt.reset();
      open.erase(one);
      run_what_can();
    }
  }
}

TEST_F(Guarded, RemembersRightPasswordsForAWhile) {
  guard.remember("m", "$y$hash", "secret");
  EXPECT_TRUE(guard.remembers("m", "$y$hash", "secret"));
  EXPECT_FALSE(guard.remembers("m", "$y$hash", "Secret"));
  EXPECT_FALSE(guard.remembers("m", "$y$other", "secret"));
  EXPECT_FALSE(guard.remembers("n", "$y$hash", "secret"));
  clock.advance(1h);
  EXPECT_FALSE(guard.remembers("m", "$y$hash", "secret"));
}

TEST(LruMap, ForgetsWhatWasUsedLongestAgo) {
  LruMap<int, int> map(2);
  map.at(1) = 10;
  map.at(2) = 20;
  EXPECT_EQ(*map.find(1), 10);
  map.at(3) = 30;
  EXPECT_EQ(map.find(2), nullptr);
  EXPECT_EQ(*map.find(1), 10);
  EXPECT_EQ(*map.find(3), 30);
  map.keep_at_most(1);
  EXPECT_EQ(map.find(1), nullptr);
  EXPECT_EQ(*map.find(3), 30);
  map.erase(3);
  EXPECT_EQ(map.size(), 0u);
}

}  // namespace
}  // namespace pillarbox::accounts
