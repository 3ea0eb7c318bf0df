// The one table of commands: what each needs, what the session must know of it, who handles it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/task.h"
#include "imapd/completion.h"
#include "proto/imap/command.h"
#include "proto/imap/command_reader.h"

namespace pillarbox::imapd {

class Session;
class Responses;

// RFC 3501 §3. Each state allows what the one before does, but for not_authenticated, which is alone.
enum class State : std::uint8_t { any, not_authenticated, authenticated, selected };

// Facts about a command that the session acts on, as bits.
enum class Facts : std::uint8_t {
  none = 0,
  uses_sequence_numbers = 1,    // so no EXPUNGE while it runs, unless it is the UID form: RFC 3501 §7.4.1
  breaks_sequence_numbers = 2,  // it expunges, and the client must hear so
  changes_mailbox = 4,          // not on what was opened by EXAMINE
};
constexpr Facts operator|(Facts a, Facts b) {
  return static_cast<Facts>(static_cast<unsigned>(a) | static_cast<unsigned>(b));
}
constexpr bool has(Facts facts, Facts fact) {
  return (static_cast<unsigned>(facts) & static_cast<unsigned>(fact)) != 0;
}

struct CommandRow {
  std::string_view name;
  State state;
  Facts facts;
  Task<Completion> (*handle)(Session& session, const imap::Command& command, Responses& out);
};

const CommandRow& row_of(const imap::Command& command);

// Everything that decides whether a command may run now.
struct Situation {
  State state = State::not_authenticated;  // never `any`
  bool is_tls = false;
  bool offers_tls = false;
  bool allows_plaintext_auth = false;
  bool is_read_only = false;   // the selected mailbox
  std::uint32_t messages = 0;  // in the selected mailbox, as the client knows it
};

// Why `command` can't run, if it can't: all of "which command when". Pure.
std::optional<Completion> refuse(const imap::Command& command, const Situation& situation);

// The size of the message an APPEND wants to send, and whether the client waits for permission.
struct AnnouncedMessage {
  enum class Answer : std::uint8_t { none, owed, given };
  std::uint64_t bytes = 0;
  imap::LiteralKind kind = imap::LiteralKind::synchronizing;
  Answer answer = Answer::none;  // owed: the reader waits for accept_message() or refuse_message()
};

}  // namespace pillarbox::imapd
