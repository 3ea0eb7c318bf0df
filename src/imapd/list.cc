// LIST and LSUB: RFC 3501 §6.3.8, §6.3.9, RFC 3348, RFC 5258, RFC 5819, RFC 6154.
#include <algorithm>

#include "imapd/handlers.h"
#include "imapd/hierarchy.h"
#include "imapd/status.h"
#include "proto/imap/list_match.h"

namespace pillarbox::imapd {

namespace {

constexpr std::size_t names_in_a_row = 256;  // before others get a turn

class Patterns {
 public:
  Patterns(std::string_view reference, const std::vector<std::string>& patterns) {
    for (const std::string& pattern : patterns) {
      patterns_.push_back(
          {imap::ListPattern(reference, pattern, hierarchy_separator), pattern.ends_with('*')});
    }
  }

  bool match(std::string_view name, const HierarchyNode& node) const {
    return std::ranges::any_of(patterns_, [&](const Pattern& pattern) {
      // A level that doesn't exist is told where the names below it aren't (RFC 3501 §6.3.8).
      if (node.mailbox == nullptr && !node.is_subscribed && pattern.matches_all_below) return false;
      return pattern.pattern.matches(name);
    });
  }

 private:
  struct Pattern {
    imap::ListPattern pattern;
    bool matches_all_below;
  };
  std::vector<Pattern> patterns_;
};

using Selection = imap::List::Selection;

// RFC 5258 §3.1: whether the node itself is what was asked for.
bool meets(const HierarchyNode& node, const Selection& selection) {
  if (selection.subscribed && !node.is_subscribed) return false;
  if (selection.special_use)
    return node.mailbox != nullptr && node.mailbox->special_use != store::SpecialUse::none;
  if (selection.subscribed) return true;
  return node.mailbox != nullptr || node.has_children;
}

// Whether something below it is, with RECURSIVEMATCH.
bool has_meeting_below(const HierarchyNode& node, const Selection& selection) {
  if (!selection.recursive_match) return false;
  return (!selection.subscribed || node.has_subscribed_below) &&
         (!selection.special_use || node.has_special_use_below);
}

imap::ListAttributes attributes_of(const HierarchyNode& node, const imap::List& command) {
  const Selection& selection = command.selection;
  imap::ListAttributes attributes;
  attributes.non_existent = node.mailbox == nullptr && command.extended;
  attributes.no_select = node.mailbox == nullptr;
  if (!command.extended || command.returned.children) {
    attributes.has_children = node.has_children;
    attributes.has_no_children = !node.has_children;
  } else if (node.mailbox == nullptr) {
    attributes.has_children = node.has_children;
  }
  attributes.subscribed = node.is_subscribed && (selection.subscribed || command.returned.subscribed);
  if (node.mailbox != nullptr &&
      (!command.extended || selection.special_use || command.returned.special_use)) {
    attributes.uses = uses_of(node.mailbox->special_use);
  }
  return attributes;
}

// The levels above something that meets the selection but isn't told itself, since no pattern matches it:
// only those need to be told for its sake (RFC 5258 §3.5).
std::map<std::string_view, bool> levels_above_hidden(Hierarchy& hierarchy, const Patterns& patterns,
                                                     const Selection& selection) {
  std::map<std::string_view, bool> levels;
  if (!selection.recursive_match) return levels;
  for (const auto& [name, node] : hierarchy) {
    if (!meets(node, selection) || patterns.match(name, node)) continue;
    const std::string_view whole = name;
    for (std::size_t end = whole.rfind(hierarchy_separator); end != std::string_view::npos && end > 0;
         end = whole.rfind(hierarchy_separator, end - 1)) {
      const auto found = hierarchy.find(whole.substr(0, end));
      if (found == hierarchy.end() || !levels.try_emplace(found->first, true).second) break;
    }
  }
  return levels;
}

}  // namespace

Task<Completion> list(Session& session, const imap::List& command, Responses& out) {
  if (!command.extended && command.patterns.front().empty()) {
    // Asks for the separator, and for the root of the reference: there is none here.
    imap::write_list(out.text(), imap::ListKind::list, {.no_select = true}, hierarchy_separator, "");
    co_return ok("LIST completed");
  }
  const auto account = co_await session.mailstore().mailboxes();
  if (!account) co_return no(account.error());
  Hierarchy hierarchy = hierarchy_of(**account);
  const Patterns patterns(command.reference, command.patterns);
  const auto above_hidden = levels_above_hidden(hierarchy, patterns, command.selection);
  std::size_t looked_at = 0;
  for (const auto& [name, node] : hierarchy) {
    if (++looked_at % names_in_a_row == 0) co_await yield();
    if (!patterns.match(name, node)) continue;
    const bool below = has_meeting_below(node, command.selection);
    if (!meets(node, command.selection) && !(below && above_hidden.contains(name))) continue;
    imap::write_list(
        out.text(), imap::ListKind::list, attributes_of(node, command), hierarchy_separator, name,
        below && command.selection.subscribed ? imap::ChildInfo::subscribed : imap::ChildInfo::none);
    if (!command.returned.status.empty() && node.mailbox != nullptr) {
      // A mailbox that has no status any more is told without one (RFC 5819 §2).
      const auto counters = co_await session.mailstore().status(node.mailbox->id);
      if (counters) write_status_response(out, name, command.returned.status, *counters);
    }
    if (out.is_full()) co_await out.flush();
  }
  if (command.returned.status.has(imap::status_items::highest_modseq)) session.use_condstore(out);
  co_return ok("LIST completed");
}

Task<Completion> lsub(Session& session, const imap::Lsub& command, Responses& out) {
  const auto account = co_await session.mailstore().mailboxes();
  if (!account) co_return no(account.error());
  const Hierarchy hierarchy = hierarchy_of(**account);
  const imap::ListPattern pattern(command.reference, command.pattern, hierarchy_separator);
  const bool hides_levels = command.pattern.ends_with('%');
  for (const auto& [name, node] : hierarchy) {
    // A level that isn't subscribed is told for what is subscribed below it, when "%" hides that (RFC 3501
    // §6.3.9).
    const bool is_told = node.is_subscribed || (node.has_subscribed_below && hides_levels);
    if (!is_told || !pattern.matches(name)) continue;
    imap::write_list(out.text(), imap::ListKind::lsub, {.no_select = !node.is_subscribed},
                     hierarchy_separator, name);
    if (out.is_full()) co_await out.flush();
  }
  co_return ok("LSUB completed");
}

}  // namespace pillarbox::imapd
