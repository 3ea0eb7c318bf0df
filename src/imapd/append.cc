// APPEND, RFC 3501 §6.3.11, with APPENDUID, RFC 4315 §3. What can be refused is refused before the message is
// sent; the message streams into the store's draft and is answered when it is durable.
#include "imapd/flags.h"
#include "imapd/handlers.h"

namespace pillarbox::imapd {

namespace {

// Takes the message up to the end of the command. Nothing, or why it wasn't taken.
Task<std::optional<Completion>> receive(Session& session, store::Draft& draft) {
  for (;;) {
    const imap::Event event = co_await session.input().next();
    if (const auto* piece = std::get_if<imap::event::MessageBytes>(&event)) {
      const auto kept = co_await draft.append(piece->bytes);
      if (kept) continue;
      session.refuse_message();
      co_return no(kept.error());
    }
    if (const auto* end = std::get_if<imap::event::AppendEnd>(&event)) {
      if (end->rest.empty()) co_return std::nullopt;
      co_return bad("Nothing may follow the message");
    }
    if (std::holds_alternative<imap::event::MessageAnnounced>(event)) {
      session.refuse_message();
      co_return bad("One message at a time");
    }
    if (const auto* malformed = std::get_if<imap::event::Malformed>(&event)) {
      if (malformed->afterwards == imap::event::Afterwards::close) session.connection().closing = true;
      co_return completion_of(malformed->error);
    }
  }
}

}  // namespace

Task<Completion> append(Session& session, const imap::Append& command, Responses&) {
  const std::uint64_t bytes = session.announced_message().bytes;
  if (bytes == 0) co_return no("A message of no bytes can't be kept");
  if (bytes > session.door().settings.append_size)
    co_return no(imap::codes::too_big, "The message is too large");
  const auto target = co_await session.mailstore().find(command.mailbox);
  if (!target) co_return no_target(target.error());

  session.accept_message();
  auto draft = session.mailstore().begin_draft();
  if (auto refusal = co_await receive(session, *draft)) co_return *std::move(refusal);

  const Time date =
      command.internal_date ? Time(command.internal_date->moment) : session.services().clock.now();
  const auto appended =
      co_await session.mailstore().append(command.mailbox, std::move(draft), names_of(command.flags), date);
  if (!appended) co_return no_target(appended.error());
  co_return ok(imap::codes::append_uid(appended->uid_validity.value, appended->uids.front().value),
               "APPEND completed");
}

}  // namespace pillarbox::imapd
