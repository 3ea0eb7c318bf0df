#include "accounts/user_file.h"

#include <unistd.h>

#include "accounts/atomic_file.h"
#include "base/text.h"
#include "base/try.h"
#include "tables/limits.h"

namespace pillarbox::accounts {
namespace {

using tables::PasswdEntry;

std::unexpected<std::string> no_user(std::string_view login, const std::string& path) {
  return std::unexpected("there is no user " + escape_controls(login) + " in " + path);
}

std::string where(const std::string& path, std::uint32_t line) { return path + ":" + std::to_string(line); }

// The line with another hash, or nothing where its form has no place for one.
std::optional<std::string> with_hash(const std::string& line, const PasswdEntry& entry,
                                     std::string_view hash) {
  const auto login =
      line.find(entry.login, entry.label.empty() ? 0 : line.find(entry.label) + entry.label.size());
  if (login == std::string::npos) return std::nullopt;
  const auto behind = login + entry.login.size();
  if (!entry.hash.empty()) {
    const auto at = line.find(entry.hash, behind);
    if (at == std::string::npos) return std::nullopt;
    return line.substr(0, at) + std::string(hash) + line.substr(at + entry.hash.size());
  }
  if (line.find_first_not_of(" \t", behind) == std::string::npos) {
    return line.substr(0, behind) + ":" + std::string(hash);
  }
  const bool is_pair = behind + 1 < line.size() && line[behind + 1] == ' ';
  if (line[behind] != ':' || is_pair) return std::nullopt;
  return line.substr(0, behind + 1) + std::string(hash) + line.substr(behind + 1);
}

// Nothing but the hash has changed.
bool is_changed_well(const PasswdEntry& before, const std::string& line, std::string_view hash) {
  const auto after = tables::parse_passwd_line(line);
  return after && after->hash == hash && after->login == before.login && after->label == before.label &&
         after->uid == before.uid && after->gid == before.gid && after->home == before.home &&
         after->extra == before.extra;
}

}  // namespace

std::expected<UserFile, std::string> UserFile::open(const std::string& path, Open how) {
  UserFile file;
  file.path_ = TRY(resolve(path));
  LockedFile locked = TRY(open_locked(file.path_));
  if (!locked.descriptor.is_open()) {
    if (how == Open::existing) return std::unexpected(path + ": No such file or directory");
    return file;
  }
  auto text = read_all(locked.descriptor, tables::limits::file_bytes);
  if (!text) return std::unexpected(path + ": " + text.error());
  for (const auto line : split(*text, '\n')) file.lines_.emplace_back(line);
  if (file.lines_.back().empty()) file.lines_.pop_back();  // the last line had its end
  file.mode_ = locked.status.st_mode & 07777;
  file.owner_ = locked.status.st_uid;
  file.group_ = locked.status.st_gid;
  file.locked_ = std::move(locked.descriptor);
  file.read_again();
  return file;
}

void UserFile::read_again() {
  std::string text;
  for (const auto& line : lines_) text += line + "\n";
  const auto lines = tables::split_lines(path_, std::move(text));
  errors_ = lines->errors;
  users_ = tables::PasswdMap::parse(*lines, errors_);
}

std::expected<const PasswdEntry*, std::string> UserFile::entry_of(std::string_view login) const {
  const auto* entry = users_.find(login);
  if (entry == nullptr) return no_user(login, path_);
  return entry;
}

std::expected<void, std::string> UserFile::add(std::string_view login, std::string_view hash,
                                               std::string_view home) {
  if (const auto* entry = users_.find(login)) {
    return std::unexpected("user " + entry->login + " is there already: " + where(path_, entry->line));
  }
  std::string line = std::string(login) + ":" + std::string(hash);
  if (!home.empty()) line += "::::" + std::string(home);
  const auto read = tables::parse_passwd_line(line);
  if (!read) return std::unexpected(read.error());
  const bool is_as_meant = read->login == login && read->hash == hash && read->home == home &&
                           line[0] != '#' && escape_controls(line) == line;
  if (!is_as_meant) return std::unexpected("a user's name or home has no colon, space or control character");
  lines_.push_back(std::move(line));
  read_again();
  return {};
}

std::expected<void, std::string> UserFile::set_hash(std::string_view login, std::string_view hash) {
  const PasswdEntry& entry = *TRY(entry_of(login));
  std::string& line = lines_[entry.line - 1];
  const auto changed = with_hash(line, entry, hash);
  if (!changed || !is_changed_well(entry, *changed, hash)) {
    return std::unexpected(where(path_, entry.line) + ": this form of line has no place for a password: " +
                           "give the user a line `user:hash` in the table that `auth` names");
  }
  line = *changed;
  read_again();
  return {};
}

std::expected<void, std::string> UserFile::remove(std::string_view login) {
  const std::string key = tables::login_key(TRY(entry_of(login))->login);
  std::vector<std::uint32_t> numbers;
  for (const auto& entry : users_.entries()) {
    if (tables::login_key(entry.login) == key) numbers.push_back(entry.line);
  }
  for (auto number = numbers.rbegin(); number != numbers.rend(); ++number) {
    lines_.erase(lines_.begin() + (*number - 1));
  }
  read_again();
  // A later line for the same user, ignored until now, must not come to life.
  if (users_.find(login) != nullptr) return remove(login);
  return {};
}

std::expected<void, std::string> UserFile::save() {
  std::string text;
  for (const auto& line : lines_) text += line + "\n";
  const FileRights rights{
      .mode = mode_, .owner = owner_.value_or(::geteuid()), .group = group_.value_or(::getegid())};
  return replace_file(path_, text, rights);
}

}  // namespace pillarbox::accounts
