// What the operations on mailboxes and subscriptions come to.
#include <algorithm>

#include "base/try.h"
#include "store/journal/resolver.h"
#include "store/limits.h"
#include "store/names.h"

namespace pillarbox::store::journal {
namespace {

constexpr std::uint64_t most_mailboxes = 0x7FFF'FFFF;  // the index has 31 bits for them

std::unexpected<Error> refuse(ErrorKind kind, const char* detail) {
  return std::unexpected(Error{kind, detail});
}

}  // namespace

std::expected<MailboxId, Error> Resolver::make_mailbox(AccountId account_id, const std::string& name,
                                                       SpecialUse use) {
  HeadAccount& account = *TRY(open(account_id));
  const bool is_full =
      account.mailboxes.size() >= limits::mailboxes_per_account || head_.last.mailbox == most_mailboxes;
  if (is_full) return refuse(ErrorKind::limit, "too many mailboxes");
  // Growing for ever, and not starting again where a lost store of the same names had been: RFC 3501
  // §2.3.1.1.
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now_.time_since_epoch()).count();
  head_.last.uid_validity = std::max(head_.last.uid_validity + 1, static_cast<std::uint32_t>(seconds));
  const MailboxInfo info{.id = MailboxId{++head_.last.mailbox},
                         .name = name,
                         .special_use = use,
                         .uid_validity = UidValidity{head_.last.uid_validity}};
  HeadMailbox& mailbox = head_.mailboxes[info.id];
  mailbox.info = info;
  mailbox.account = account_id;
  mailbox.editor.emplace(info.id, info.uid_validity);  // empty: nothing to load
  account.mailboxes.emplace(name, info.id);
  made_mailboxes_.insert(info.id);
  touch(mailbox);
  touch(account);
  emit(MailboxMade{info.id, account_id, name, use, info.uid_validity});
  return info.id;
}

std::expected<void, Error> Resolver::make_superiors(AccountId account_id, const std::string& name) {
  const HeadAccount& account = *TRY(open(account_id));
  for (const auto& superior : superiors_of(name)) {
    if (!account.mailboxes.contains(superior)) TRY(make_mailbox(account_id, superior, SpecialUse::none));
  }
  return {};
}

Resolver::Result Resolver::on(const CreateMailbox& operation) {
  const HeadAccount& account = *TRY(open(operation.account));
  const std::string name = TRY(canonical_mailbox_name(operation.name));
  if (account.mailboxes.contains(name)) return refuse(ErrorKind::exists, "mailbox exists");
  TRY(make_superiors(operation.account, name));
  const MailboxId id = TRY(make_mailbox(operation.account, name, operation.special_use));
  return Created{.mailbox = id, .uid_validity = head_.mailboxes.at(id).info.uid_validity};
}

Resolver::Result Resolver::on(const DeleteMailbox& operation) {
  const HeadMailbox& mailbox = *TRY(open(operation.mailbox));
  if (mailbox.info.name == "INBOX") return refuse(ErrorKind::not_allowed, "INBOX stays");
  HeadAccount& account = *TRY(open(mailbox.account));
  account.mailboxes.erase(mailbox.info.name);
  head_.mailboxes.erase(operation.mailbox);
  std::erase(batch_touched_.mailboxes, operation.mailbox);
  batch_touched_.deleted.insert(operation.mailbox);
  touch(account);
  emit(MailboxDeleted{operation.mailbox, now_});
  return Done{};
}

Resolver::Result Resolver::on(const RenameMailbox& operation) {
  HeadMailbox& mailbox = *TRY(open(operation.mailbox));
  HeadAccount& account = *TRY(open(mailbox.account));
  const std::string name = TRY(canonical_mailbox_name(operation.name));
  const std::string old_name = mailbox.info.name;
  if (account.mailboxes.contains(name)) return refuse(ErrorKind::exists, "mailbox exists");
  if (old_name == "INBOX") {
    TRY(rename_inbox(mailbox, name));
    return Done{};
  }
  if (is_inferior(name, old_name))
    return refuse(ErrorKind::not_allowed, "the new name lies below the old one");

  std::vector<std::pair<std::string, MailboxId>> renamed{{old_name, operation.mailbox}};
  for (const auto& [other, id] : account.mailboxes) {
    if (is_inferior(other, old_name)) renamed.emplace_back(other, id);
  }
  touch(account);
  for (const auto& [old, id] : renamed) account.mailboxes.erase(old);
  for (const auto& [old, id] : renamed) {
    const std::string next = TRY(canonical_mailbox_name(name + old.substr(old_name.size())));
    if (!account.mailboxes.emplace(next, id).second)
      return refuse(ErrorKind::exists, "inferior mailbox exists");
    TRY(open(id))->info.name = next;
    emit(MailboxRenamed{id, next});
  }
  TRY(make_superiors(account.id, name));
  return Done{};
}

std::expected<void, Error> Resolver::rename_inbox(HeadMailbox& inbox, const std::string& name) {
  ASSERT(inbox.editor.has_value());
  TRY(make_superiors(inbox.account, name));
  const MailboxId to = TRY(make_mailbox(inbox.account, name, SpecialUse::none));
  std::vector<Uid> all;
  for (std::size_t i = 0; i < inbox.editor->size(); ++i) all.push_back(inbox.editor->at(i).uid);
  TRY(on(Move{inbox.info.id, std::move(all), to}));
  return {};
}

Resolver::Result Resolver::on(const Subscribe& operation) {
  HeadAccount& account = *TRY(open(operation.account));
  const std::string name = TRY(canonical_mailbox_name(operation.name));
  if (account.subscriptions.contains(name)) return Done{};
  if (account.subscriptions.size() >= limits::subscriptions_per_account) {
    return refuse(ErrorKind::limit, "too many subscriptions");
  }
  touch(account);
  account.subscriptions.insert(name);
  emit(Subscribed{operation.account, name});
  return Done{};
}

Resolver::Result Resolver::on(const Unsubscribe& operation) {
  HeadAccount& account = *TRY(open(operation.account));
  const std::string name = TRY(canonical_mailbox_name(operation.name));
  if (account.subscriptions.erase(name) == 0) return Done{};
  touch(account);
  emit(Unsubscribed{operation.account, name});
  return Done{};
}

}  // namespace pillarbox::store::journal
