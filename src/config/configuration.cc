#include "config/configuration.h"

#include <algorithm>

namespace pillarbox::config {
namespace {

template <class T>
const T* find_by_name(const std::vector<T>& all, std::string_view name) {
  const auto found = std::ranges::find(all, name, &T::name);
  return found == all.end() ? nullptr : &*found;
}

}  // namespace

std::string_view name_of(Protocol protocol) {
  switch (protocol) {
    case Protocol::smtp: return "smtp";
    case Protocol::submission: return "submission";
    case Protocol::submissions: return "submissions";
    case Protocol::imap: return "imap";
    case Protocol::imaps: return "imaps";
  }
  return "";
}

std::string_view name_of(FilterPhase phase) {
  switch (phase) {
    case FilterPhase::connect: return "connect";
    case FilterPhase::helo: return "helo";
    case FilterPhase::ehlo: return "ehlo";
    case FilterPhase::auth: return "auth";
    case FilterPhase::mail_from: return "mail-from";
    case FilterPhase::rcpt_to: return "rcpt-to";
    case FilterPhase::data: return "data";
    case FilterPhase::commit: return "commit";
  }
  return "";
}

const Table* Configuration::table(std::string_view name) const { return find_by_name(tables, name); }
const Pki* Configuration::pki(std::string_view name) const { return find_by_name(pkis, name); }
const Ca* Configuration::ca(std::string_view name) const { return find_by_name(cas, name); }
const Action* Configuration::action(std::string_view name) const { return find_by_name(actions, name); }
const MdaWrapper* Configuration::wrapper(std::string_view name) const { return find_by_name(wrappers, name); }
const Process* Configuration::process(std::string_view name) const { return find_by_name(processes, name); }
const Filter* Configuration::filter(std::string_view name) const { return find_by_name(filters, name); }

}  // namespace pillarbox::config
