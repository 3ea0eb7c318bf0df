#include "app/user_command.h"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <expected>
#include <memory>

#include "accounts/user_file.h"
#include "app/user_report.h"
#include "app/user_tables.h"
#include "base/clock.h"
#include "base/text.h"
#include "base/try.h"
#include "crypto/password_hash.h"
#include "crypto/random.h"
#include "crypto/secret.h"
#include "tables/tables.h"

namespace pillarbox::app {
namespace {

using Done = std::expected<void, std::string>;

constexpr std::size_t generated_characters = 20;  // 100 bits

// What was typed, with the tools to do it.
struct Request {
  UserCommandTools tools;
  std::string config;
  std::string table;
  std::string file;
  std::string login;
  std::string home;
  std::string scheme;
  bool generate = false;
  bool json = false;
};

std::expected<config::Table, std::string> table_of(const Request& request) {
  if (!request.file.empty()) {
    return config::Table{.name = request.file, .kind = config::Table::Kind::file, .path = request.file};
  }
  const auto parsed = request.tools.load(request.config);
  if (!parsed.ok()) return std::unexpected(fmt::format("{}\n{} has mistakes", parsed.text(), request.config));
  return user_table(parsed.configuration, request.table);
}

std::expected<std::string, std::string> file_of(const Request& request) {
  const auto table = TRY(table_of(request));
  if (!table.is_inline() && table.kind != config::Table::Kind::db) return table.path;
  if (table.kind == config::Table::Kind::db) {
    return std::unexpected(
        fmt::format("table {} is a Berkeley DB file: change the file it was made from, "
                    "and run makemap",
                    table.name));
  }
  return std::unexpected(
      fmt::format("table {} stands in the configuration itself, not in a file: change it there", table.name));
}

void warn_of(const std::string& path, const std::vector<tables::LineError>& errors) {
  for (const auto& error : errors)
    fmt::print(stderr, "{}:{}: {}\n", path, error.line, escape_controls(error.message));
}

std::expected<accounts::UserFile, std::string> open(const Request& request, accounts::UserFile::Open how) {
  auto file = TRY(accounts::UserFile::open(TRY(file_of(request)), how));
  warn_of(file.path(), file.errors());
  return file;
}

std::expected<std::string, std::string> new_password(const Request& request) {
  if (request.generate) return crypto::random_password(generated_characters);
  return request.tools.ask();
}

std::string hash_of(const Request& request, const std::string& password) {
  return crypto::make_password_hash(*crypto::scheme_to_make(request.scheme), password);
}

// What was done, and the password if nobody knows it yet.
void tell(const Request& request, const std::string& what, const std::string& password) {
  if (request.json) {
    boost::json::object object{{"login", request.login}};
    if (request.generate) object["password"] = password;
    fmt::print("{}\n", boost::json::serialize(object));
    return;
  }
  fmt::print("{}\n", what);
  if (request.generate) fmt::print("password: {}\n", password);
}

Done add(const Request& request) {
  auto file = TRY(open(request, accounts::UserFile::Open::may_be_new));
  // Before anybody is asked for a password in vain.
  if (const auto* known = file.users().find(request.login)) {
    return std::unexpected(
        fmt::format("user {} is there already: {}:{}", known->login, file.path(), known->line));
  }
  std::string password = TRY(new_password(request));
  const crypto::Wiper wiper(password);
  TRY(file.add(request.login, hash_of(request, password), request.home));
  TRY(file.save());
  tell(request, fmt::format("user {} added to {}", request.login, file.path()), password);
  return {};
}

Done change_password(const Request& request) {
  auto file = TRY(open(request, accounts::UserFile::Open::existing));
  if (file.users().find(request.login) == nullptr) {
    return std::unexpected(
        fmt::format("there is no user {} in {}", escape_controls(request.login), file.path()));
  }
  std::string password = TRY(new_password(request));
  const crypto::Wiper wiper(password);
  TRY(file.set_hash(request.login, hash_of(request, password)));
  TRY(file.save());
  tell(request, fmt::format("password of {} changed in {}", request.login, file.path()), password);
  return {};
}

Done remove(const Request& request) {
  auto file = TRY(open(request, accounts::UserFile::Open::existing));
  TRY(file.remove(request.login));
  TRY(file.save());
  tell(request, fmt::format("user {} removed from {}; the mail stays", request.login, file.path()), "");
  return {};
}

struct ReadUsers {
  std::string source;
  tables::PasswdMap users;
};

std::expected<ReadUsers, std::string> read(const Request& request) {
  const SystemClock clock;
  const auto table = tables::make_table(TRY(table_of(request)), clock);
  const auto lines = table->lines();
  if (!lines) return std::unexpected(lines.error().detail);
  auto errors = (*lines)->errors;
  ReadUsers result{.source = (*lines)->source, .users = tables::PasswdMap::parse(**lines, errors)};
  warn_of(result.source, errors);
  return result;
}

Done list(const Request& request) {
  const auto read_users = TRY(read(request));
  fmt::print("{}", request.json ? json_of(read_users.users) : list_of(read_users.users));
  return {};
}

Done show(const Request& request) {
  const auto read_users = TRY(read(request));
  const auto* user = read_users.users.find(request.login);
  if (user == nullptr) {
    return std::unexpected(
        fmt::format("there is no user {} in {}", escape_controls(request.login), read_users.source));
  }
  fmt::print("{}", request.json ? json_of(*user, read_users.source) : words_of(*user, read_users.source));
  return {};
}

using Verb = Done (*)(const Request&);

CLI::App& add_verb(CLI::App& user, const char* name, const char* sentence, Verb verb, int& code,
                   const std::shared_ptr<Request>& request) {
  auto* command = user.add_subcommand(name, sentence);
  command->add_option("-f,--config", request->config, "Configuration file")
      ->type_name("FILE")
      ->capture_default_str();
  command->add_option("-t,--table", request->table, "The table, if there are several lists of users");
  command->add_option("--file", request->file, "The list itself, whatever the configuration says")
      ->type_name("FILE");
  command->add_flag("--json", request->json, "Answer in JSON");
  command->callback([request, verb, &code] {
    const auto done = verb(*request);
    if (!done) fmt::print(stderr, "pillarbox: {}\n", done.error());
    code = done ? 0 : 1;
  });
  return *command;
}

}  // namespace

void add_user_command(CLI::App& app, int& code, UserCommandTools tools) {
  auto* user = app.add_subcommand("user", "Show and change the list of users");
  user->require_subcommand(1);
  auto request = std::make_shared<Request>();  // shared with the callbacks, which come when the line was read
  request->config = tools.default_config;
  request->tools = std::move(tools);

  auto& adding = add_verb(*user, "add", "Add a user", &add, code, request);
  auto& changing = add_verb(*user, "passwd", "Give a user another password", &change_password, code, request);
  auto& removing =
      add_verb(*user, "remove", "Take a user from the list; the mail stays", &remove, code, request);
  auto& showing = add_verb(*user, "show", "What the list says of one user", &show, code, request);
  add_verb(*user, "list", "All users, and whether they can log in", &list, code, request);
  for (auto* command : {&adding, &changing, &removing, &showing}) {
    command->add_option("LOGIN", request->login, "The name that the user logs in by")->required();
  }
  for (auto* command : {&adding, &changing}) {
    add_scheme_option(*command, request->scheme);
    command->add_flag("--generate", request->generate, "Make up a password and print it");
    command->footer("The password is asked for twice on a terminal, and read as one line from a pipe.");
  }
  adding.add_option("--home", request->home, "The user's home folder, if other programs need it")
      ->type_name("DIR");
}

}  // namespace pillarbox::app
