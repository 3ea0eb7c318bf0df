#include "store/journal/head.h"

#include <algorithm>

#include "store/names.h"

namespace pillarbox::store::journal {

void HeadMailbox::count(const Message& message, int by) {
  const auto step = static_cast<std::uint32_t>(by);  // wraps for -1
  messages += step;
  size += static_cast<std::uint64_t>(static_cast<std::int64_t>(by) * message.size);
  if (!message.flags.has(Flags::seen)) unseen += step;
  if (message.flags.has(Flags::deleted)) deleted += step;
}

Counted HeadMailbox::counted() const {
  return {.mailbox = info.id,
          .uid_next = uid_next,
          .highest_modseq = highest_modseq,
          .messages = messages,
          .unseen = unseen,
          .deleted = deleted,
          .size = size};
}

MailboxStatus HeadMailbox::status() const {
  return {.uid_validity = info.uid_validity,
          .uid_next = uid_next,
          .highest_modseq = highest_modseq,
          .messages = messages,
          .unseen = unseen,
          .deleted = deleted,
          .size = size};
}

HeadMailbox HeadMailbox::fork() {
  HeadMailbox copy{.info = info,
                   .account = account,
                   .uid_next = uid_next,
                   .highest_modseq = highest_modseq,
                   .messages = messages,
                   .unseen = unseen,
                   .deleted = deleted,
                   .size = size,
                   .keywords = keywords,
                   .tail = tail,
                   .is_loading = is_loading,
                   .last_sequence = last_sequence,
                   .last_used = last_used};
  if (editor) copy.editor = editor->fork();
  return copy;
}

HeadMailbox* Head::find(MailboxId mailbox) {
  const auto found = mailboxes.find(mailbox);
  return found == mailboxes.end() ? nullptr : &found->second;
}

HeadAccount* Head::find(AccountId account) {
  const auto found = accounts.find(account);
  return found == accounts.end() ? nullptr : &found->second;
}

std::shared_ptr<const AccountView> view_of(const Head& head, const HeadAccount& account) {
  auto view = std::make_shared<AccountView>();
  view->id = account.id;
  view->name = account.name;
  view->mailboxes.reserve(account.mailboxes.size());
  for (const auto& [name, mailbox] : account.mailboxes)
    view->mailboxes.push_back(head.mailboxes.at(mailbox).info);
  // By name already, but for INBOX, which goes first.
  const auto inbox = std::ranges::find(view->mailboxes, "INBOX", &MailboxInfo::name);
  if (inbox != view->mailboxes.end()) std::rotate(view->mailboxes.begin(), inbox, inbox + 1);
  view->subscriptions.assign(account.subscriptions.begin(), account.subscriptions.end());
  return view;
}

}  // namespace pillarbox::store::journal
