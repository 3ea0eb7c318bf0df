#include "imapd/hierarchy.h"

#include <algorithm>

namespace pillarbox::imapd {

namespace {

// The separator sorts before every other character, so that a level's names stay together.
int rank(char c) { return c == hierarchy_separator ? 0 : 1 + static_cast<unsigned char>(c); }

// Makes the levels above `name` that aren't there.
void imply_superiors(Hierarchy& hierarchy, std::string_view name) {
  for (std::size_t end = name.rfind(hierarchy_separator); end != std::string_view::npos && end > 0;
       end = name.rfind(hierarchy_separator, end - 1)) {
    const auto [at, is_new] = hierarchy.try_emplace(std::string(name.substr(0, end)));
    if (!is_new) return;  // then those above it are there as well
    at->second.is_implied = true;
  }
}

// Sets a member in all levels above `name`. Whoever has it set already has it set in those above, too.
void mark_superiors(Hierarchy& hierarchy, std::string_view name, bool HierarchyNode::* member) {
  for_each_superior(hierarchy, name, [member](HierarchyNode& node) {
    if (node.*member) return false;
    return node.*member = true;
  });
}

}  // namespace

bool HierarchyOrder::operator()(std::string_view a, std::string_view b) const {
  static constexpr std::string_view inbox = "INBOX";
  const bool a_is_inbox = a == inbox;
  const bool b_is_inbox = b == inbox;
  if (a_is_inbox || b_is_inbox) return a_is_inbox && !b_is_inbox;
  return std::ranges::lexicographical_compare(a, b, {}, rank, rank);
}

Hierarchy hierarchy_of(const store::AccountView& account) {
  Hierarchy hierarchy;
  for (const store::MailboxInfo& mailbox : account.mailboxes) {
    HierarchyNode& node = hierarchy[mailbox.name];
    node.mailbox = &mailbox;
    node.is_implied = false;
    imply_superiors(hierarchy, mailbox.name);
    mark_superiors(hierarchy, mailbox.name, &HierarchyNode::has_children);
    if (mailbox.special_use != store::SpecialUse::none) {
      mark_superiors(hierarchy, mailbox.name, &HierarchyNode::has_special_use_below);
    }
  }
  for (const std::string& name : account.subscriptions) {
    HierarchyNode& node = hierarchy[name];
    node.is_subscribed = true;
    node.is_implied = false;
    imply_superiors(hierarchy, name);
    mark_superiors(hierarchy, name, &HierarchyNode::has_subscribed_below);
  }
  return hierarchy;
}

}  // namespace pillarbox::imapd
