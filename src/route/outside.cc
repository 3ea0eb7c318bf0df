#include "route/outside.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "base/text.h"
#include "route/limits.h"
#include "tables/file_table.h"
#include "tables/keys.h"
#include "tables/limits.h"

namespace pillarbox::route {
namespace {

// What may stand in passwd(5); anything else is nobody, and needn't be asked for.
bool may_be_login(std::string_view login) {
  const auto fits = [](char c) { return c > ' ' && c != 0x7f && c != ':' && c != '/' && c != '@'; };
  return !login.empty() && login.size() <= limits::system_login && std::ranges::all_of(login, fits);
}

std::string complaint_of(const std::string& source, const std::vector<tables::LineError>& errors) {
  std::string text;
  for (std::size_t i = 0; i < std::min(errors.size(), limits::reported_errors); ++i)
    text += fmt::format("{}{}:{}: {}", i == 0 ? "" : "; ", source, errors[i].line, errors[i].message);
  return text;
}

Answer unavailable(tables::Unavailable why) { return {.failure = std::move(why), .user = {}, .targets = {}}; }

}  // namespace

std::string Question::key() const {
  switch (kind) {
    case Kind::user: return "user\n" + name;
    case Kind::included: return "included\n" + name;
    case Kind::forward:
      return fmt::format("forward\n{}\n{}\n{}", user.login, user.uid.value_or(-1U), user.home);
  }
  return "";
}

std::expected<tables::ForwardFile, tables::Unavailable> OwnForwards::read(const LocalUser& user) {
  return tables::read_forward_file(user.home, user.uid.value_or(::geteuid()));
}

Outside::Outside(std::unique_ptr<tables::SystemUsers> users, std::unique_ptr<Forwards> forwards,
                 const Clock& clock)
    : users_(std::move(users)),
      forwards_(std::move(forwards)),
      clock_(clock),
      memory_(limits::remembered_answers) {}

std::optional<Answer> Outside::recall(const Question& question) {
  const Time now = clock_.now();
  const std::scoped_lock lock(mutex_);
  const Memory* memory = memory_.find(question.key());
  if (memory == nullptr || now < memory->when || now - memory->when >= tables::limits::between_looks)
    return std::nullopt;
  return memory->answer;
}

Answer Outside::ask(const Question& question) {
  const Time now = clock_.now();
  std::string complaint;
  Answer answer = question.kind == Question::Kind::user      ? ask_for_user(question.name)
                  : question.kind == Question::Kind::forward ? ask_for_forward(question.user, complaint)
                                                             : ask_for_included(question.name, complaint);
  const std::scoped_lock lock(mutex_);
  Memory& memory = memory_.at(question.key());
  if (!complaint.empty() && complaint != memory.complaint) log::warning("route", "{}", complaint);
  memory = {answer, now, std::move(complaint)};
  return answer;
}

Answer Outside::ask_for_user(const std::string& login) {
  Answer answer;
  if (!may_be_login(login)) return answer;
  const std::string lower = tables::folded(login);
  for (const std::string& name : {lower, login}) {
    auto user = users_->find(name);
    if (!user) return unavailable(std::move(user).error());
    if (*user) {
      answer.user = LocalUser{(*user)->login, (*user)->uid, (*user)->gid, (*user)->home, ""};
      break;
    }
    if (lower == login) break;
  }
  return answer;
}

Answer Outside::ask_for_forward(const LocalUser& user, std::string& complaint) {
  auto file = forwards_->read(user);
  if (!file) return unavailable(std::move(file).error());
  complaint = file->complaint;
  if (!file->text) return {};
  const std::string path = user.home + "/.forward";
  const auto lines = tables::split_lines(path, *std::move(file->text));
  std::vector<tables::LineError> errors = lines->errors;
  auto list = std::make_shared<tables::TargetList>(tables::TargetList::parse(*lines, errors));
  const auto removed = std::erase_if(
      list->targets, [](const auto& t) { return std::holds_alternative<tables::AliasInclude>(t); });
  complaint = complaint_of(path, errors);
  if (removed > 0)
    complaint += fmt::format("{}{}: :include: isn't allowed there", complaint.empty() ? "" : "; ", path);
  if (list->targets.size() > limits::forward_targets) {
    complaint = fmt::format("{} is not followed: it has more than {} targets", path, limits::forward_targets);
    return {};
  }
  // With nothing to follow in it, whether it is empty or broken, the mail stays with the user.
  if (list->targets.empty()) return {};
  return {.failure = {}, .user = {}, .targets = std::move(list)};
}

Answer Outside::ask_for_included(const std::string& path, std::string& complaint) {
  tables::FileTable file("", path, tables::FileTable::Format::text, clock_);
  auto lines = file.lines();
  if (!lines) return unavailable(std::move(lines).error());
  std::vector<tables::LineError> errors = (*lines)->errors;
  auto list = std::make_shared<const tables::TargetList>(tables::TargetList::parse(**lines, errors));
  complaint = complaint_of(path, errors);
  return {.failure = {}, .user = {}, .targets = std::move(list)};
}

const Answer* Knowledge::get(const Question& question) {
  std::string key = question.key();
  if (const auto found = known_.find(key); found != known_.end()) return &found->second;
  auto recalled = outside_.recall(question);
  if (!recalled && waiting_ == Waiting::allowed) recalled = outside_.ask(question);
  if (recalled) return &known_.emplace(std::move(key), *std::move(recalled)).first->second;
  open_.push_back(question);
  return nullptr;
}

void Knowledge::learn(std::vector<Answer> answers) {
  for (std::size_t i = 0; i < std::min(answers.size(), open_.size()); ++i)
    known_.emplace(open_[i].key(), std::move(answers[i]));
  open_.clear();
}

}  // namespace pillarbox::route
