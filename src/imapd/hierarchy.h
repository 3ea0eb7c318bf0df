// An account's mailboxes and subscriptions as one tree of names, with the levels between that don't exist:
// what LIST and LSUB choose from. Pure.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "imapd/special_use.h"
#include "store/view.h"

namespace pillarbox::imapd {

struct HierarchyNode {
  const store::MailboxInfo* mailbox = nullptr;  // null: there is no such mailbox
  bool is_subscribed = false;
  bool has_children = false;          // a mailbox below it exists
  bool has_subscribed_below = false;  // a subscription names something below it
  bool has_special_use_below = false;
  bool is_implied = false;  // there only because of what is below it
};

// INBOX first, then by name; a level comes before what is below it.
struct HierarchyOrder {
  using is_transparent = void;
  bool operator()(std::string_view a, std::string_view b) const;
};

using Hierarchy = std::map<std::string, HierarchyNode, HierarchyOrder>;

// `account` must outlive the result.
Hierarchy hierarchy_of(const store::AccountView& account);

// Calls `visit(node)` for the levels above `name`, the nearest first, until it answers false.
template <class Visit>
void for_each_superior(Hierarchy& hierarchy, std::string_view name, Visit visit) {
  for (std::size_t end = name.rfind(hierarchy_separator); end != std::string_view::npos && end > 0;
       end = name.rfind(hierarchy_separator, end - 1)) {
    const auto found = hierarchy.find(name.substr(0, end));
    if (found == hierarchy.end() || !visit(found->second)) return;
  }
}

}  // namespace pillarbox::imapd
