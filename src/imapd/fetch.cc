// FETCH and UID FETCH, RFC 3501 §6.4.5, RFC 7162 §3.1.4. What the columns of a snapshot hold is written
// straight from them; the rest goes message by message (fetch_message.h).
#include "imapd/fetch_message.h"
#include "imapd/handlers.h"
#include "imapd/message_flags.h"
#include "imapd/message_walk.h"

namespace pillarbox::imapd {

namespace {

namespace items = imap::fetch_items;

constexpr imap::FetchItems structure_items = items::envelope | items::body | items::body_structure;

bool is_in_columns(const imap::Fetch& command) {
  return command.sections.empty() && (command.items.bits & structure_items.bits) == 0;
}

// Of `ranges`, the messages that changed after `since` (RFC 7162 §3.1.4.1).
std::vector<IndexRange> changed_since(const store::MailboxView& view, const std::vector<IndexRange>& ranges,
                                      std::uint64_t since) {
  std::vector<IndexRange> changed;
  for (MessageWalk walk(view, ranges); !walk.at_end(); walk.step()) {
    if (walk.chunk().modseqs[walk.within()] <= since) continue;
    if (!changed.empty() && changed.back().end == walk.index()) {
      ++changed.back().end;
    } else {
      changed.push_back({walk.index(), walk.index() + 1});
    }
  }
  return changed;
}

Task<void> fetch_columns(const SelectedMailbox& mailbox, const std::vector<IndexRange>& ranges,
                         imap::FetchItems wanted, Responses& out) {
  const imap::FlagTexts texts(mailbox.known().keywords);
  for (MessageWalk walk(mailbox.known(), ranges); !walk.at_end(); walk.step()) {
    imap::FetchResponse response(out.text(), static_cast<std::uint32_t>(walk.index() + 1));
    write_columns(response, texts, mailbox, walk.chunk(), walk.within(), wanted);
    response.finish();
    if (out.is_full()) co_await out.flush();
  }
}

}  // namespace

Task<Completion> fetch(Session& session, const imap::Fetch& command, Responses& out) {
  if (command.items.has(items::modseq)) session.use_condstore(out);
  const SelectedMailbox& mailbox = session.selected();
  auto ranges = mailbox.indices_of(command.messages, command.numbers);
  if (command.changed_since) ranges = changed_since(mailbox.known(), ranges, *command.changed_since);
  if (is_in_columns(command)) {
    co_await fetch_columns(mailbox, ranges, command.items, out);
    co_return ok("FETCH completed");
  }
  co_return co_await fetch_messages(session, command, std::move(ranges), out);
}

}  // namespace pillarbox::imapd
