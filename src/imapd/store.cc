// STORE and UID STORE, RFC 3501 §6.4.6, RFC 7162 §3.1.3.
#include <algorithm>

#include "imapd/flags.h"
#include "imapd/handlers.h"

namespace pillarbox::imapd {

namespace {

store::StoreFlags::Mode mode_of(imap::Store::Mode mode) {
  switch (mode) {
    case imap::Store::Mode::add: return store::StoreFlags::Mode::add;
    case imap::Store::Mode::remove: return store::StoreFlags::Mode::remove;
    case imap::Store::Mode::replace: break;
  }
  return store::StoreFlags::Mode::replace;
}

// In the numbers that the command used.
imap::NumberSet numbers_of(const SelectedMailbox& mailbox, const std::vector<store::Uid>& uids,
                           imap::Numbers numbers) {
  imap::NumberSet set;
  for (const store::Uid uid : uids) {
    if (numbers == imap::Numbers::uid) {
      set.add(uid.value);
    } else if (const auto index = mailbox.known().index_of(uid)) {
      set.add(static_cast<std::uint32_t>(*index + 1));
    }
  }
  return set;
}

}  // namespace

Task<Completion> store_flags(Session& session, const imap::Store& command, Responses& out) {
  if (command.unchanged_since) session.use_condstore(out);
  const auto& mailbox = session.selected();
  OwnChange own{.uids = mailbox.uids_of(command.messages, command.numbers),
                .mode = command.mode,
                .flags = command.flags};
  if (own.uids.empty()) co_return ok("None of these messages is there");
  store::StoreFlags change{.mailbox = mailbox.id,
                           .uids = own.uids,
                           .mode = mode_of(command.mode),
                           .flags = names_of(command.flags)};
  if (command.unchanged_since) change.unchanged_since = store::ModSeq{*command.unchanged_since};
  const auto stored = co_await session.mailstore().store_flags(std::move(change));
  if (!stored) co_return no(stored.error());

  const imap::NumberSet failed = numbers_of(mailbox, stored->modified, command.numbers);
  std::erase_if(own.uids, [&](store::Uid uid) { return std::ranges::binary_search(stored->modified, uid); });
  own.tell = command.answer == imap::Store::Answer::silent ? OwnChange::Tell::unless_expected
                                                           : OwnChange::Tell::flags;
  const bool counts = command.numbers == imap::Numbers::sequence;
  co_await session.announce_changes(out,
                                    {.expunges = counts ? Announce::without_expunges : Announce::expunges_too,
                                     .numbers = command.numbers,
                                     .own = &own});
  if (!failed.empty()) co_return ok(imap::codes::modified(failed), "STORE completed but for these");
  co_return ok("STORE completed");
}

}  // namespace pillarbox::imapd
