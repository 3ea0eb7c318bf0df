#include "imapd/hierarchy.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace pillarbox::imapd {
namespace {

store::AccountView account(std::vector<std::string> mailboxes, std::vector<std::string> subscriptions) {
  store::AccountView view;
  for (auto& name : mailboxes) view.mailboxes.push_back({.name = std::move(name)});
  view.subscriptions = std::move(subscriptions);
  return view;
}

std::string text_of(const Hierarchy& hierarchy) {
  std::string text;
  for (const auto& [name, node] : hierarchy) {
    text += name;
    if (node.mailbox == nullptr) text += " missing";
    if (node.is_subscribed) text += " subscribed";
    if (node.has_children) text += " +children";
    if (node.has_subscribed_below) text += " +subscribed";
    text += "\n";
  }
  return text;
}

TEST(Hierarchy, HasTheLevelsBetween) {
  const auto view = account({"INBOX", "a/b/c", "a-b", "a/b"}, {"a/b/c", "x/y", "INBOX"});
  EXPECT_EQ(text_of(hierarchy_of(view)),
            "INBOX subscribed\n"
            "a missing +children +subscribed\n"
            "a/b +children +subscribed\n"
            "a/b/c subscribed\n"
            "a-b\n"
            "x missing +subscribed\n"
            "x/y missing subscribed\n");
}

TEST(Hierarchy, PutsInboxFirstAndItsChildrenWhereTheyBelong) {
  const auto view = account({"Archive", "INBOX", "INBOX/below", "Zoo"}, {});
  EXPECT_EQ(text_of(hierarchy_of(view)), "INBOX +children\nArchive\nINBOX/below\nZoo\n");
}

}  // namespace
}  // namespace pillarbox::imapd
