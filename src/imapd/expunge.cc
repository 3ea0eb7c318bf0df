// EXPUNGE, RFC 3501 §6.4.3, and UID EXPUNGE, RFC 4315 §2.1.
#include "imapd/deleted.h"
#include "imapd/handlers.h"

namespace pillarbox::imapd {

namespace {

std::vector<store::Uid> deleted_uids(const store::MailboxView& view, const imap::NumberSet* wanted) {
  std::vector<store::Uid> uids;
  for (const auto& chunk : view.chunks) {
    for (std::size_t i = 0; i < chunk->count; ++i) {
      if ((chunk->flags[i] & store::Flags::deleted) == 0) continue;
      if (wanted == nullptr || wanted->contains(chunk->uids[i])) uids.push_back(store::Uid{chunk->uids[i]});
    }
  }
  return uids;
}

}  // namespace

Task<store::Result<store::Expunged>> expunge_deleted(store::Mailstore& mailstore, store::MailboxId mailbox,
                                                     const imap::SequenceSet* uids) {
  const auto view = co_await mailstore.view(mailbox);
  if (!view) co_return std::unexpected(view.error());
  if ((*view)->chunks.empty()) co_return store::Expunged{};
  imap::NumberSet wanted;
  if (uids != nullptr) {
    const store::Chunk& last = *(*view)->chunks.back();
    wanted = uids->resolve(last.uids[last.count - 1]);
  }
  std::vector<store::Uid> deleted = deleted_uids(**view, uids == nullptr ? nullptr : &wanted);
  if (deleted.empty()) co_return store::Expunged{};
  co_return co_await mailstore.expunge(mailbox, std::move(deleted));
}

Task<Completion> expunge(Session& session, const imap::Expunge& command, Responses&) {
  const auto expunged = co_await expunge_deleted(session.mailstore(), session.selected().id,
                                                 command.uids ? &*command.uids : nullptr);
  if (!expunged) co_return no(expunged.error());
  co_return ok("EXPUNGE completed");
}

}  // namespace pillarbox::imapd
