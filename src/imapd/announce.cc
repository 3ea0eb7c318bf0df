#include "imapd/announce.h"

#include <algorithm>

#include "base/log.h"
#include "imapd/message_flags.h"
#include "imapd/session.h"

namespace pillarbox::imapd {

namespace {

// What a message's flags are in the client's mind after it sent a STORE.
std::uint64_t expected_flags(std::uint64_t before, const OwnChange& own, std::uint64_t named) {
  switch (own.mode) {
    case imap::Store::Mode::add: return before | named;
    case imap::Store::Mode::remove: return before & ~named;
    case imap::Store::Mode::replace: break;
  }
  return named;
}

bool is_own(const OwnChange* own, store::Uid uid) {
  return own != nullptr && std::ranges::binary_search(own->uids, uid);
}

// The messages that FETCH responses may have to speak of: those that changed, and those whose flags the
// client asked for by its own STORE. Indices, ascending.
std::vector<std::uint32_t> with_own(std::vector<std::uint32_t> changed, const store::MailboxView& now,
                                    const store::MailboxView& newest, const OwnChange* own) {
  if (own == nullptr || own->tell != OwnChange::Tell::flags) return changed;
  std::vector<std::uint32_t> asked;
  asked.reserve(own->uids.size());
  for (const store::Uid uid : own->uids) {
    if (!newest.index_of(uid)) continue;  // expunged meanwhile: nothing was done to it
    if (const auto index = now.index_of(uid)) asked.push_back(static_cast<std::uint32_t>(*index));
  }
  std::vector<std::uint32_t> both;
  both.reserve(std::max(changed.size(), asked.size()));
  std::ranges::set_union(changed, asked, std::back_inserter(both));
  return both;
}

// Writes the FETCH responses of an announcement, one message at a time.
class FlagTeller {
 public:
  FlagTeller(const SelectedMailbox& mailbox, const store::MailboxView& before, const Announcement& how,
             bool tells_modseq)
      : mailbox_(mailbox),
        before_(before),
        how_(how),
        tells_modseq_(tells_modseq),
        texts_(mailbox.known().keywords),
        own_bits_(how.own != nullptr ? bits_of(how.own->flags, mailbox.known().keywords) : 0) {}

  void tell(imap::Output& out, std::uint32_t index) const {
    const store::Message message = mailbox_.known().at(index);
    const bool tells_flags = must_tell_flags(message);
    if (!tells_flags && !tells_modseq_) return;
    if (is_own(how_.own, message.uid) && how_.own->tell == OwnChange::Tell::nothing) return;
    imap::FetchResponse response(out, index + 1);
    // RFC 7162 §3.2.4 asks for the UID where MODSEQ is.
    if (tells_modseq_ || how_.numbers == imap::Numbers::uid) response.uid(message.uid.value);
    if (tells_flags) write_flags(response, texts_, mailbox_, message.uid, message.flags);
    if (tells_modseq_) response.modseq(message.modseq.value);
    response.finish();
  }

 private:
  bool must_tell_flags(const store::Message& message) const {
    const bool own = is_own(how_.own, message.uid);
    if (own && how_.own->tell == OwnChange::Tell::flags) return true;
    const auto index = before_.index_of(message.uid);
    if (!index) return true;
    const std::uint64_t before = before_.at(*index).flags.bits;
    return message.flags.bits != (own ? expected_flags(before, *how_.own, own_bits_) : before);
  }

  const SelectedMailbox& mailbox_;
  const store::MailboxView& before_;
  const Announcement& how_;
  bool tells_modseq_;
  imap::FlagTexts texts_;
  std::uint64_t own_bits_;
};

}  // namespace

Task<void> Session::announce_changes(Responses& out, Announcement how) {
  SelectedMailbox& mailbox = selected();
  auto newest = co_await mailstore().view(mailbox.id);
  if (newest && (*newest)->uid_next != mailbox.known().uid_next) {
    // Claimed first and looked at again then, so that what is claimed is in sight.
    const auto how_recent =
        mailbox.access == imap::Access::read_only ? store::Store::Recent::peek : store::Store::Recent::claim;
    const auto recent = co_await mailstore().first_recent(mailbox.id, how_recent);
    newest = co_await mailstore().view(mailbox.id);
    if (newest && recent) {
      co_await tell(out, std::move(*newest), how, *recent);
      co_return;
    }
  }
  if (newest) {
    co_await tell(out, std::move(*newest), how, store::Uid{0});
    co_return;
  }
  if (newest.error().kind == store::ErrorKind::not_found) {
    out.bye("The selected mailbox was deleted");
    connection_.closing = true;
  } else {
    // The client hears of it later: what it knows still holds together.
    log::error("imapd", "can't look for changes: {}", newest.error().detail);
  }
}

Task<void> Session::tell(Responses& out, Snapshot newest, Announcement how, store::Uid first_recent) {
  SelectedMailbox& mailbox = selected();
  const Snapshot before = mailbox.snapshot();
  const Snapshot now = how.expunges == Announce::expunges_too ? newest : keep_expunged(before, newest);
  if (now == before && how.own == nullptr) co_return;

  const std::uint32_t recent_before = mailbox.recent_count();
  const SnapshotChanges changes = compare(*before, *now);
  mailbox.know(now);
  if (first_recent.value != 0) mailbox.add_recent(first_recent);

  if (now->keywords.size() != before->keywords.size()) write_flag_lists(out.text(), mailbox);
  const auto gone = changes.expunged.ranges();
  for (std::size_t i = gone.size(); i-- > 0;) {
    // From the last one down, so that no number changes under the next.
    for (std::uint32_t number = gone[i].last; number >= gone[i].first; --number) {
      imap::write_expunge(out.text(), number);
      if (out.is_full()) co_await out.flush();
    }
  }
  if (changes.added > 0) imap::write_exists(out.text(), static_cast<std::uint32_t>(now->size()));
  if (const std::uint32_t recent = mailbox.recent_count(); changes.added > 0 || recent != recent_before) {
    imap::write_recent(out.text(), recent);
  }

  const FlagTeller teller(mailbox, *before, how, uses_condstore());
  imap::Output& text = how.later != nullptr ? *how.later : out.text();
  for (const std::uint32_t index : with_own(changes.changed, *now, *newest, how.own)) {
    teller.tell(text, index);
    if (text.size() < Responses::full_at) continue;
    if (how.later != nullptr) {
      out.text().put(text.text());
      text.clear();
    }
    co_await out.flush();
  }
}

}  // namespace pillarbox::imapd
