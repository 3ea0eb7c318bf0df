// IDLE, RFC 2177. What happens in the mailbox wakes the session; while it waits it holds no buffer, and
// little else.
#include "base/text.h"
#include "imapd/handlers.h"

namespace pillarbox::imapd {

namespace {

constexpr std::uint32_t longest_answer = 64;  // "DONE"

}  // namespace

Task<Completion> idle(Session& session, const imap::Idle&, Responses& out) {
  imap::write_continuation(out.text(), "idling");
  session.connection().idling = true;
  co_return Completion{};
}

Task<void> Session::idle() {
  std::unique_ptr<store::Watch> watch;
  if (selected_) {
    watch = mailstore().watch(selected_->id, [wakeup = stream_.wakeup()] { wakeup->notify(); });
  }
  input_.reader().expect_line(longest_answer);
  input_.set_patience(door_->settings.idle_notice);
  std::optional<imap::Event> event;
  while (!event && !connection_.closing) {
    if (selected_) co_await announce_changes(out_, Announce::expunges_too);
    if (connection_.closing) break;
    try {
      event = co_await input_.next_or_wake();
    } catch (const net::Timeout&) {
      out_.untagged_ok(imap::codes::none, "Still here");
    }
  }
  connection_.idling = false;
  input_.set_patience(door_->settings.autologout);
  if (!event) {
    complete(tag_, no("IDLE ends with the mailbox"));
    co_return;
  }
  const auto* line = std::get_if<imap::event::Line>(&*event);
  const bool is_done = line != nullptr && equals_ignoring_case(line->text, "DONE");
  complete(tag_, is_done ? ok("IDLE completed") : not_a_line(*event, "DONE was expected"));
}

}  // namespace pillarbox::imapd
