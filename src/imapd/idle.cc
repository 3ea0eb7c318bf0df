// IDLE, RFC 2177. What happens in the mailbox wakes the session; while it waits it holds no buffer.
#include "base/text.h"
#include "imapd/handlers.h"

namespace pillarbox::imapd {

namespace {

constexpr std::uint32_t longest_answer = 64;  // "DONE"

std::unique_ptr<store::Watch> watch_selected(Session& session) {
  if (!session.has_selected()) return nullptr;
  return session.mailstore().watch(session.selected().id,
                                   [wakeup = session.stream().wakeup()] { wakeup->notify(); });
}

// The client's line, or nothing when there may be news for it.
Task<std::optional<imap::Event>> wait_for_line_or_news(Session& session, Responses& out) {
  bool is_silent = false;
  try {
    co_return co_await session.input().next_or_wake();
  } catch (const net::Timeout&) {
    is_silent = true;
  }
  if (is_silent) out.untagged_ok(imap::codes::none, "Still here");
  co_return std::nullopt;
}

}  // namespace

Task<Completion> idle(Session& session, const imap::Idle&, Responses& out) {
  imap::write_continuation(out.text(), "idling");
  const auto watch = watch_selected(session);
  session.input().reader().expect_line(longest_answer);
  session.input().set_patience(session.door().settings.idle_notice);
  for (;;) {
    if (session.has_selected()) co_await session.announce_changes(out, Announce::expunges_too);
    if (session.connection().closing) co_return no("IDLE ends with the mailbox");
    const auto event = co_await wait_for_line_or_news(session, out);
    if (!event) continue;
    session.input().set_patience(session.door().settings.autologout);
    const auto* line = std::get_if<imap::event::Line>(&*event);
    if (line == nullptr || !equals_ignoring_case(line->text, "DONE")) co_return bad("DONE was expected");
    co_return ok("IDLE completed");
  }
}

}  // namespace pillarbox::imapd
