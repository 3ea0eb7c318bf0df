#include "app/user_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "app/user_tables.h"
#include "crypto/password_hash.h"

namespace pillarbox::app {
namespace {

using testing::HasSubstr;

struct Ran {
  int code = 0;
  std::string out;
  std::string err;
};

struct UserCommand : testing::Test {
  UserCommand()
      : folder(std::filesystem::temp_directory_path() / ("pillarbox-user-" + std::to_string(::getpid()))) {
    std::filesystem::create_directory(folder);
  }
  ~UserCommand() override { std::filesystem::remove_all(folder); }

  std::string path() const { return folder / "users"; }
  std::string text() const {
    std::stringstream all;
    all << std::ifstream(path()).rdbuf();
    return all.str();
  }

  Ran run(std::vector<std::string> arguments, std::string password = "secret") {
    CLI::App app("test", "pillarbox");
    Ran ran;
    const AskPassword ask = [password]() -> std::expected<std::string, std::string> {
      if (password.empty()) return std::unexpected("the password is empty");
      return password;
    };
    const auto load = [this](const std::string&) {
      config::Parsed parsed;
      parsed.configuration.tables.push_back(
          {.name = "users", .kind = config::Table::Kind::file, .path = path()});
      config::Listener listener;
      listener.users = config::TableRef{.name = "users"};
      parsed.configuration.listeners.push_back(std::move(listener));
      return parsed;
    };
    add_user_command(app, ran.code, {.default_config = "none", .load = load, .ask = ask});
    add_hash_command(app, ran.code, ask);
    std::ranges::reverse(arguments);
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    try {
      app.parse(arguments);
    } catch (const CLI::ParseError& error) {
      ran.code = 64;
      ran.err = error.what();
    }
    ran.out = testing::internal::GetCapturedStdout();
    ran.err += testing::internal::GetCapturedStderr();
    return ran;
  }

  std::filesystem::path folder;
};

TEST_F(UserCommand, AddsChangesShowsAndRemoves) {
  const auto added = run({"user", "add", "anna@example.org"});
  EXPECT_EQ(added.code, 0) << added.err;
  EXPECT_EQ(added.out, "user anna@example.org added to " + path() + "\n");
  const std::string first = text();
  ASSERT_TRUE(first.starts_with("anna@example.org:$y$")) << first;
  EXPECT_TRUE(crypto::PasswordHash::parse(first.substr(17, first.size() - 18))->matches("secret"));

  EXPECT_EQ(run({"user", "add", "ANNA@example.org"}).err,
            "pillarbox: user anna@example.org is there already: " + path() + ":1\n");
  EXPECT_EQ(run({"user", "passwd", "anna@example.org", "-s", "bcrypt"}, "other").code, 0);
  EXPECT_TRUE(text().starts_with("anna@example.org:$2y$")) << text();
  EXPECT_THAT(
      run({"user", "show", "Anna@example.org"}).out,
      testing::AllOf(HasSubstr("login:    anna@example.org\npassword: bcrypt\n"), HasSubstr("users:1\n")));
  EXPECT_EQ(run({"user", "remove", "anna@example.org"}).code, 0);
  EXPECT_EQ(text(), "");
  EXPECT_EQ(run({"user", "remove", "anna@example.org"}).code, 1);
  EXPECT_THAT(run({"user", "show", "anna"}).err, HasSubstr("there is no user anna in"));
  EXPECT_EQ(run({"user", "add", "bob"}, "").err, "pillarbox: the password is empty\n");
  EXPECT_EQ(text(), "");
}

TEST_F(UserCommand, ListsInWordsAndInJson) {
  std::ofstream(path()) << "anna:{PLAIN}x\n# b\nbob:{SSHA}x\nc 1:2:/home/c\n:broken\n";
  const auto listed = run({"user", "list"});
  EXPECT_EQ(
      listed.out,
      "anna  plain\nbob   can't log in: scheme {SSHA} isn't supported\nc     can't log in: no password\n");
  EXPECT_THAT(listed.err, HasSubstr("users:5: a line without a user's name"));
  const auto json = boost::json::parse(run({"user", "list", "--json"}).out).as_array();
  ASSERT_EQ(json.size(), 3u);
  EXPECT_EQ(json[0].at("login").as_string(), "anna");
  EXPECT_TRUE(json[0].at("can_log_in").as_bool());
  EXPECT_EQ(json[1].at("problem").as_string(), "scheme {SSHA} isn't supported");
  EXPECT_EQ(json[2].at("home").as_string(), "/home/c");
  const auto one = boost::json::parse(run({"user", "show", "c", "--json"}).out).as_object();
  EXPECT_EQ(one.at("uid").as_int64(), 1);
  EXPECT_EQ(one.at("line").as_int64(), 4);
}

TEST_F(UserCommand, MakesPasswordsUp) {
  const auto added = boost::json::parse(run({"user", "add", "anna", "--generate", "--json"}).out).as_object();
  const std::string password(added.at("password").as_string());
  EXPECT_EQ(password.size(), 20u);
  const std::string line = text();
  EXPECT_TRUE(crypto::PasswordHash::parse(line.substr(5, line.size() - 6))->matches(password));
}

TEST_F(UserCommand, TakesAFileWithoutAConfiguration) {
  const std::string other = folder / "other";
  EXPECT_EQ(run({"user", "add", "anna", "--file", other, "--home", "/home/anna"}).code, 0);
  EXPECT_TRUE(std::filesystem::exists(other));
  EXPECT_FALSE(std::filesystem::exists(path()));
  EXPECT_THAT(run({"user", "show", "anna", "--file", other}).out, HasSubstr("home:     /home/anna\n"));
}

TEST_F(UserCommand, HashesAlone) {
  const auto hash = run({"hash"});
  ASSERT_TRUE(hash.out.starts_with("$y$"));
  EXPECT_TRUE(crypto::PasswordHash::parse(hash.out.substr(0, hash.out.size() - 1))->matches("secret"));
  EXPECT_TRUE(run({"hash", "-s", "argon2id"}).out.starts_with("$argon2id$"));
  const auto wrong = run({"hash", "--scheme", "rot13"});
  EXPECT_EQ(wrong.code, 64);
  EXPECT_THAT(wrong.err, HasSubstr("no scheme rot13: one of yescrypt, argon2id"));
  EXPECT_EQ(run({"hash"}, "").code, 1);
}

TEST(UserTables, ChooseTheListThatUsersLogInBy) {
  config::Configuration configuration;
  EXPECT_THAT(user_table(configuration, "").error(), HasSubstr("no listener has `auth <table>`"));
  for (const auto* name : {"users", "vusers", "creds"}) configuration.tables.push_back({.name = name});
  configuration.actions.push_back(
      {.method = config::LocalAction{.userbase = config::TableRef{.name = "vusers"}}});
  EXPECT_EQ(user_table(configuration, "")->name, "vusers");
  config::Listener listener;
  listener.users = config::TableRef{.name = "users"};
  configuration.listeners.push_back(listener);
  EXPECT_EQ(user_table(configuration, "")->name, "users");
  EXPECT_EQ(user_table(configuration, "creds")->name, "creds");
  EXPECT_THAT(user_table(configuration, "user").error(), HasSubstr("no table user; did you mean users?"));
  listener.users = config::TableRef{.name = "creds"};
  configuration.listeners.push_back(listener);
  EXPECT_THAT(user_table(configuration, "").error(), HasSubstr("choose by -t creds or -t users"));
}

}  // namespace
}  // namespace pillarbox::app
