// Cuts a client's bytes into commands: lines with their literals, APPEND's messages as streams. Sans-io; it doesn't
// matter how the bytes are cut, one at a time is as good as all at once.
//
//   while (!bytes.empty()) {
//     auto [consumed, event] = reader.feed(bytes);
//     bytes.remove_prefix(consumed);
//     … act on the event before feeding on: its views live until the next call of the reader …
//   }
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "proto/imap/command.h"
#include "proto/imap/limits.h"
#include "proto/imap/syntax_error.h"

namespace pillarbox::imap {

// A whole command before it is decoded. For `a1 UID FETCH 1 FLAGS`: tag "a1", name "FETCH", numbers uid, arguments
// " 1 FLAGS" (with the space before; literals stand in it as they came, `{5}` CRLF and the bytes).
struct RawCommand {
  std::string_view tag;
  std::string_view name;  // as the client spelled it, never empty
  Numbers numbers = Numbers::sequence;
  std::string_view arguments;
};

namespace event {

// All bytes were taken; an event comes with later ones.
struct NeedMore {};

// The client waits before it sends a literal: answer `+ OK`.
struct Continue {};

struct CommandRead {
  RawCommand command;
};

enum class LiteralKind : std::uint8_t {
  synchronizing,      // {n}: the client waits for `+`, or for the tagged response that refuses it
  non_synchronizing,  // {n+}, RFC 7888: its bytes come anyhow
};

// An APPEND has come to a message. decode() reads the command up to here into an Append. Answer with accept_literal()
// (and `+ OK` if it is synchronizing) or with refuse_literal() and the tagged NO before feeding on.
// With MULTIAPPEND there may be several; from the second on `arguments` starts behind the message before.
struct MessageAnnounced {
  RawCommand command;
  std::uint64_t bytes = 0;
  LiteralKind kind = LiteralKind::synchronizing;
};

// Some of the message's bytes, as fed: nothing was copied.
struct MessageBytes {
  std::string_view bytes;
  std::uint64_t remaining = 0;  // how many follow; at 0 the message is whole (an empty message gives no such event)
};

// The line of an APPEND whose messages were accepted has ended. `rest` is empty in a well-formed command; otherwise
// the answer is BAD and nothing is appended.
struct AppendEnd {
  std::string_view tag;
  std::string_view rest;
};

// A line asked for by expect_line(), without its line end.
struct Line {
  std::string_view text;
};

enum class Afterwards : std::uint8_t {
  go_on,  // what belongs to the bad command is skipped by the reader
  close,  // its end can't be found in reasonable time: BYE
};

// Something that isn't a command, or is larger than the limits. To be answered with `tag`, or `*` if it is empty.
struct Malformed {
  std::string_view tag;
  SyntaxError error = SyntaxError::missing_tag;
  Afterwards afterwards = Afterwards::go_on;
};

}  // namespace event

using Event = std::variant<event::NeedMore, event::Continue, event::CommandRead, event::MessageAnnounced,
                           event::MessageBytes, event::AppendEnd, event::Line, event::Malformed>;

class CommandReader {
 public:
  struct Step {
    std::size_t consumed = 0;
    Event event;
  };

  explicit CommandReader(const ReaderLimits& limits) : limits_(limits) {}

  // Takes bytes up to the next event. A line ends with CRLF, or with LF alone as people type it.
  // Requires: a MessageAnnounced was answered before. After Afterwards::close, nothing more may be fed.
  Step feed(std::string_view bytes);

  // The two answers to MessageAnnounced. refuse_literal() may also come in the middle of the message, when it can't
  // be stored: what is left of the command is skipped, without an event.
  void accept_literal();
  void refuse_literal();

  // The next line isn't a command but an answer: AUTHENTICATE's base64, IDLE's DONE. At most `limit` bytes.
  void expect_line(std::uint32_t limit);

  // After login, or when the settings change. Requires: no command is half read.
  void set_limits(const ReaderLimits& limits);

  // Forgets everything half read: after STARTTLS.
  void clear();

  // Frees the memory of the command last returned. Call it before waiting for the client with no command pending;
  // without a buffer the reader is sizeof(CommandReader) in all.
  void release();

 private:
  enum class State : std::uint8_t {
    line,              // in a line of a command
    literal,           // in a literal that is kept
    announced,         // waiting for accept_literal() or refuse_literal()
    message,           // in an accepted message
    expected_line,     // in a line asked for by expect_line()
    skipping_line,     // in a line of a refused command
    skipping_literal,  // in a literal of a refused command
    closed,
  };

  Step in_line(std::string_view bytes);
  Step in_literal(std::string_view bytes);
  Step in_message(std::string_view bytes);
  Step in_expected_line(std::string_view bytes);
  Step skip_line(std::string_view bytes);
  Step skip_literal(std::string_view bytes);
  Event line_ended(std::string_view command);
  Event refuse(std::string_view command, SyntaxError error);
  void start_over();

  ReaderLimits limits_;
  std::string buffer_;               // the command so far if it came in pieces; in skipping_line, the line's last bytes
  std::string append_tag_;           // of the APPEND whose message was accepted
  std::uint64_t left_ = 0;           // bytes of the literal or message still to come
  std::uint32_t line_start_ = 0;     // where in buffer_ the line began that is being read: behind the last literal
  std::uint32_t line_bytes_ = 0;     // outside of literals, of this command
  std::uint32_t literal_bytes_ = 0;  // of this command
  std::uint32_t literal_count_ = 0;
  std::uint32_t expected_limit_ = 0;
  State state_ = State::line;
  State next_ = State::line;  // after the event in hand was consumed
  event::LiteralKind kind_ = event::LiteralKind::synchronizing;
};

}  // namespace pillarbox::imap
