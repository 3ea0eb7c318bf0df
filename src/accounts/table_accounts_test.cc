#include "accounts/table_accounts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <vector>

#include "net/memory_server.h"

namespace pillarbox::accounts {
namespace {

constexpr const char* secret_hash =
    "$5$rounds=1000$salt$jm1gbAlMEX69f5aMSwrB2Kx.q2rvQpg1zbTj2gkfPt2";  // "pass word"

const net::Endpoint peer = net::Endpoint::of(*parse_ip("192.0.2.1"), 40000);

config::Table inline_users() {
  return {.name = "users",
          .kind = config::Table::Kind::inline_map,
          .entries = {{"Anna@example.org", secret_hash},
                      {"plain", "{PLAIN}secret"},
                      {"broken", "$5$nonsense"},
                      {"ssha", "{SSHA}YWJjZGVmZw=="},
                      {"m", "5000:5000:/var/vmail/m"}}};
}

struct Accounting : testing::Test {
  explicit Accounting(std::size_t most_waiting = 10) : pool(2, most_waiting) {}

  static Task<> ask(TableAccounts& accounts, std::string table, PasswordLogin login, std::string* result) {
    const auto user = co_await accounts.log_in(std::move(table), std::move(login), peer);
    if (user) {
      *result = user->login;
    } else {
      *result = user.error() == LoginError::refused    ? "refused"
                : user.error() == LoginError::too_many ? "too many"
                                                       : "unavailable";
    }
  }

  std::string log_in(TableAccounts& accounts, std::string table, std::string name, std::string password,
                     std::string authorization = "") {
    std::string result;
    loop.spawn(ask(accounts, std::move(table),
                   {.authorization = std::move(authorization),
                    .authentication = std::move(name),
                    .password = std::move(password)},
                   &result));
    loop.run_until_quiet();
    return result;
  }

  ManualClock clock{Time{std::chrono::sys_days{std::chrono::year{2025} / 6 / 1}}};
  Settings settings{.failures_per_minute = 100, .failures_per_day = 100};
  LoginGuard guard{settings, clock};
  net::WorkerPool pool;
  net::MemoryServer loop;
};

TEST_F(Accounting, LetsInWhoHasTheRightPassword) {
  const tables::Tables tables({inline_users()}, clock);
  TableAccounts accounts(tables, guard, pool);
  struct Row {
    const char* name;
    const char* password;
    const char* authorization;
    const char* result;
  };
  for (int round = 0; round < 2; ++round) {  // the second one out of memory
    for (const auto& [name, password, authorization, result] : {
             Row{"Anna@example.org", "pass word", "", "Anna@example.org"},
             Row{"anna@EXAMPLE.org", "pass word", "", "Anna@example.org"},
             Row{"anna@example.org", "pass word", "ANNA@example.org", "Anna@example.org"},
             Row{"anna@example.org", "pass word", "plain", "refused"},
             Row{"anna@example.org", "Pass word", "", "refused"},
             Row{"anna@example.org", "", "", "refused"},
             Row{"", "pass word", "", "refused"},
             Row{"plain", "secret", "", "plain"},
             Row{"plain", "{PLAIN}secret", "", "refused"},
             Row{"broken", "$5$nonsense", "", "refused"},
             Row{"ssha", "x", "", "refused"},
             Row{"m", "", "", "refused"},
             Row{"m", "5000", "", "refused"},
             Row{"nobody", "x", "", "refused"},
         }) {
      EXPECT_EQ(log_in(accounts, "users", name, password, authorization), result) << name << " " << password;
    }
  }
  EXPECT_EQ(log_in(accounts, "users", "plain", std::string(1025, 'x')), "refused");
  EXPECT_EQ(log_in(accounts, "no such table", "plain", "secret"), "unavailable");
}

TEST_F(Accounting, FindsUsersWithoutCase) {
  const tables::Tables tables({inline_users()}, clock);
  TableAccounts accounts(tables, guard, pool);
  EXPECT_EQ(accounts.find("users", "ANNA@example.org")->login, "Anna@example.org");
  EXPECT_EQ(accounts.find("users", "m")->home, "/var/vmail/m");
  EXPECT_FALSE(accounts.find("users", "nobody"));
  EXPECT_FALSE(accounts.find("none", "m"));
}

TEST_F(Accounting, LocksOutAfterTooManyFailures) {
  settings.failures_per_minute = 3;
  LoginGuard strict(settings, clock);
  const tables::Tables tables({inline_users()}, clock);
  TableAccounts accounts(tables, strict, pool);
  EXPECT_EQ(log_in(accounts, "users", "plain", "secret"), "plain");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(log_in(accounts, "users", "nobody", "x"), "refused");
  EXPECT_EQ(log_in(accounts, "users", "nobody", "x"), "too many");
  EXPECT_EQ(log_in(accounts, "users", "anna@example.org", "pass word"), "too many");
  EXPECT_EQ(log_in(accounts, "users", "plain", "secret"), "plain") << "from its own address";
  clock.advance(std::chrono::minutes(1));
  EXPECT_EQ(log_in(accounts, "users", "anna@example.org", "pass word"), "Anna@example.org");
}

// Many at the same time from an address that isn't known yet.
struct Crowding : Accounting {
  // How many of so many log-ins ended so.
  std::map<std::string, int> log_in_at_once(TableAccounts& accounts, int count, const std::string& password) {
    std::vector<std::string> results(static_cast<std::size_t>(count));
    for (std::string& result : results) {
      loop.spawn(
          ask(accounts, "users", {.authentication = "anna@example.org", .password = password}, &result));
    }
    loop.run_until_quiet();
    std::map<std::string, int> counts;
    for (const std::string& result : results) ++counts[result];
    return counts;
  }
};

TEST_F(Crowding, LetsInAsManyAsKnowThePassword) {
  const tables::Tables tables({inline_users()}, clock);
  LoginGuard usual(Settings{}, clock);
  TableAccounts accounts(tables, usual, pool);
  EXPECT_EQ(log_in_at_once(accounts, 60, "pass word"),
            (std::map<std::string, int>{{"Anna@example.org", 60}}));
}

TEST_F(Crowding, ChecksNoMoreGuessesThanMayFail) {
  const tables::Tables tables({inline_users()}, clock);
  LoginGuard usual(Settings{}, clock);
  TableAccounts accounts(tables, usual, pool);
  EXPECT_EQ(log_in_at_once(accounts, 60, "wrong"),
            (std::map<std::string, int>{{"refused", 10}, {"too many", 50}}));
  EXPECT_EQ(log_in_at_once(accounts, 5, "pass word"), (std::map<std::string, int>{{"too many", 5}}));
}

// With a pool that takes no work, who is answered otherwise than "unavailable" was answered without a hash.
struct WithoutWorkers : Accounting {
  WithoutWorkers() : Accounting(0) {}
};

TEST_F(WithoutWorkers, HashesForUnknownUsersAndBrokenHashesToo) {
  const tables::Tables tables({inline_users()}, clock);
  TableAccounts accounts(tables, guard, pool);
  for (const auto* name : {"anna@example.org", "nobody", "broken", "ssha", "m", "plain"}) {
    EXPECT_EQ(log_in(accounts, "users", name, "x"), "unavailable") << name;
  }
  net::WorkerPool working(1, 1);
  TableAccounts first(tables, guard, working);
  EXPECT_EQ(log_in(first, "users", "anna@example.org", "pass word"), "Anna@example.org");
  EXPECT_EQ(log_in(accounts, "users", "anna@example.org", "pass word"), "Anna@example.org") << "remembered";
  EXPECT_EQ(log_in(accounts, "users", "anna@example.org", "wrong"), "unavailable");
}

TEST_F(Accounting, FollowsTheFile) {
  const auto path =
      std::filesystem::temp_directory_path() / ("pillarbox-users-" + std::to_string(::getpid()));
  const auto write = [&](const std::string& text) {
    std::ofstream(path) << text;
    clock.advance(std::chrono::seconds(2));
  };
  write("plain:{PLAIN}old\n");
  const tables::Tables tables({{.name = "users", .kind = config::Table::Kind::file, .path = path}}, clock);
  TableAccounts accounts(tables, guard, pool);
  EXPECT_EQ(log_in(accounts, "users", "plain", "old"), "plain");
  std::ofstream(path) << "plain:{PLAIN}newest, with no time to be noticed\n";
  EXPECT_EQ(log_in(accounts, "users", "plain", "newest, with no time to be noticed"), "plain");
  write("plain:{PLAIN}newer one\nadded:{PLAIN}x\n");
  EXPECT_EQ(log_in(accounts, "users", "plain", "old"), "refused");
  EXPECT_EQ(log_in(accounts, "users", "plain", "newer one"), "plain");
  EXPECT_EQ(log_in(accounts, "users", "added", "x"), "added");
  write("added:{PLAIN}x\n");
  EXPECT_EQ(log_in(accounts, "users", "plain", "newer one"), "refused");
  std::filesystem::remove(path);
}

TEST(CheckHashes, NamesTheLinesThatDontWork) {
  std::vector<tables::LineError> errors;
  const auto lines =
      tables::split_lines("users", "a:{PLAIN}x\nb:{SSHA}x\nc 1:1:/\nd:!\ne:" + std::string(secret_hash));
  const auto users = tables::PasswdMap::parse(*lines, errors);
  const auto found = check_hashes(users);
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].line, 2u);
  EXPECT_EQ(found[0].message, "b can't log in: scheme {SSHA} isn't supported");
  EXPECT_EQ(found[1].message, "d can't log in: no password to log in with");
}

}  // namespace
}  // namespace pillarbox::accounts
