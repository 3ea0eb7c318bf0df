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

const Table* Configuration::table(std::string_view name) const { return find_by_name(tables, name); }
const Pki* Configuration::pki(std::string_view name) const { return find_by_name(pkis, name); }
const Action* Configuration::action(std::string_view name) const { return find_by_name(actions, name); }

}  // namespace pillarbox::config
