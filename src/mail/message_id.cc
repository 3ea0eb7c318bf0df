#include "mail/message_id.h"

#include <utility>

#include "mail/header.h"
#include "mail/limits.h"

namespace pillarbox::mail {

std::vector<std::string> parse_message_ids(std::string_view value) {
  std::vector<std::string> ids;
  bool has_brackets = false;
  for (std::size_t at = value.find('<'); at != std::string_view::npos && ids.size() < limits::list_entries;
       at = value.find('<', at)) {
    has_brackets = true;
    const auto end = value.find('>', ++at);
    std::string id = unfold(value.substr(at, end - at));
    if (!id.empty()) ids.push_back(std::move(id));
    if (end == std::string_view::npos) break;
    at = end;
  }
  if (has_brackets) return ids;
  if (std::string whole = unfold(value); !whole.empty()) ids.push_back(std::move(whole));
  return ids;
}

}  // namespace pillarbox::mail
