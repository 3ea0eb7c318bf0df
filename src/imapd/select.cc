// SELECT and EXAMINE, RFC 3501 §6.3.1, §6.3.2, with RFC 7162 §3.1.8.
#include "imapd/handlers.h"
#include "imapd/message_flags.h"

namespace pillarbox::imapd {

namespace {

// The sequence number of the first message without \Seen, or 0.
std::uint32_t first_unseen(const store::MailboxView& view) {
  for (std::size_t c = 0; c < view.chunks.size(); ++c) {
    const store::Chunk& chunk = *view.chunks[c];
    for (std::size_t i = 0; i < chunk.count; ++i) {
      if ((chunk.flags[i] & store::Flags::seen) == 0)
        return static_cast<std::uint32_t>(view.starts[c] + i + 1);
    }
  }
  return 0;
}

void describe(const SelectedMailbox& mailbox, Responses& out) {
  const store::MailboxView& view = mailbox.known();
  write_flag_lists(out.text(), mailbox);
  imap::write_exists(out.text(), static_cast<std::uint32_t>(view.size()));
  imap::write_recent(out.text(), mailbox.recent_count());
  if (const auto unseen = first_unseen(view)) out.untagged_ok(imap::codes::unseen(unseen), "First unseen");
  out.untagged_ok(imap::codes::uid_validity(view.uid_validity.value), "UIDs are valid");
  out.untagged_ok(imap::codes::uid_next(view.uid_next.value), "Predicted next UID");
  out.untagged_ok(imap::codes::highest_modseq(view.highest_modseq.value), "Highest");
}

}  // namespace

Task<Completion> select(Session& session, const imap::Select& command, Responses& out) {
  // Whatever comes of it, the mailbox selected before isn't any more.
  if (session.has_selected()) {
    session.unselect();
    out.untagged_ok(imap::codes::closed, "Previous mailbox closed");
  }
  const auto found = co_await session.mailstore().find(command.mailbox);
  if (!found) co_return no(found.error());

  // What is claimed as recent must be in the snapshot, so the snapshot comes second.
  const bool is_read_only = command.access == imap::Access::read_only;
  const auto recent = co_await session.mailstore().first_recent(
      found->id, is_read_only ? store::Store::Recent::peek : store::Store::Recent::claim);
  if (!recent) co_return no(recent.error());
  auto view = co_await session.mailstore().view(found->id);
  if (!view) co_return no(view.error());

  auto mailbox = std::make_unique<SelectedMailbox>(command.access, *std::move(view));
  mailbox->add_recent(*recent);
  if (command.condstore == imap::Condstore::on) session.use_condstore(out);
  describe(*mailbox, out);
  session.select(std::move(mailbox));
  if (is_read_only) co_return ok(std::string(imap::codes::read_only), "EXAMINE completed");
  co_return ok(std::string(imap::codes::read_write), "SELECT completed");
}

}  // namespace pillarbox::imapd
