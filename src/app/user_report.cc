#include "app/user_report.h"

#include <fmt/core.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "base/text.h"
#include "crypto/password_hash.h"

namespace pillarbox::app {
namespace {

struct PasswordState {
  std::string scheme;   // "" without a usable hash
  std::string problem;  // why the user can't log in, else ""
};

PasswordState state_of(const tables::PasswdEntry& user) {
  if (user.hash.empty()) return {.problem = "no password"};
  const auto hash = crypto::PasswordHash::parse(user.hash);
  if (!hash) return {.problem = hash.error()};
  return {.scheme = std::string(crypto::name_of(hash->scheme()))};
}

boost::json::value text_or_null(const std::string& text) {
  if (text.empty()) return nullptr;
  return boost::json::value(text);
}

boost::json::object object_of(const tables::PasswdEntry& user) {
  const auto state = state_of(user);
  boost::json::object object;
  object["login"] = user.login;
  object["can_log_in"] = state.problem.empty();
  object["scheme"] = text_or_null(state.scheme);
  object["problem"] = text_or_null(state.problem);
  object["home"] = text_or_null(user.home);
  object["line"] = user.line;
  return object;
}

}  // namespace

std::string list_of(const tables::PasswdMap& users) {
  std::size_t width = 0;
  for (const auto& user : users.entries()) width = std::max(width, user.login.size());
  std::string text;
  for (const auto& user : users.entries()) {
    const auto state = state_of(user);
    text += fmt::format("{:<{}}  {}\n", user.login, width,
                        state.problem.empty() ? state.scheme : "can't log in: " + state.problem);
  }
  return text;
}

std::string json_of(const tables::PasswdMap& users) {
  boost::json::array array;
  for (const auto& user : users.entries()) array.push_back(object_of(user));
  return boost::json::serialize(array) + "\n";
}

std::string words_of(const tables::PasswdEntry& user, const std::string& source) {
  const auto state = state_of(user);
  std::string text = fmt::format("login:    {}\n", user.login);
  text +=
      fmt::format("password: {}\n", state.problem.empty() ? state.scheme : "can't log in: " + state.problem);
  if (!user.home.empty()) text += fmt::format("home:     {}\n", escape_controls(user.home));
  if (user.uid) text += fmt::format("uid:      {}\n", *user.uid);
  if (user.gid) text += fmt::format("gid:      {}\n", *user.gid);
  text += fmt::format("line:     {}:{}\n", source, user.line);
  return text;
}

std::string json_of(const tables::PasswdEntry& user, const std::string& source) {
  auto object = object_of(user);
  object["file"] = source;
  if (user.uid) object["uid"] = *user.uid;
  if (user.gid) object["gid"] = *user.gid;
  return boost::json::serialize(object) + "\n";
}

}  // namespace pillarbox::app
