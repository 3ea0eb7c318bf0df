// Cuts a client's bytes into commands: lines with their literals, APPEND's messages as streams. Sans-io; it
// doesn't matter how the bytes are cut, one at a time is as good as all at once.
//
// How it is driven: as long as there are bytes, feed() them, drop those it consumed, act on the event. Its
// views live until the next call of the reader, or until the bytes are gone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "proto/imap/command.h"
#include "proto/imap/limits.h"
#include "proto/imap/literal.h"
#include "proto/imap/syntax_error.h"

namespace pillarbox::imap {

// A whole command before it is decoded. For `a1 UID FETCH 1 FLAGS`: tag "a1", name "FETCH", numbers uid,
// arguments " 1 FLAGS" (with the space before; literals stand in it as they came, `{5}` CRLF and the bytes).
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

// An APPEND has come to a message: the rest of its line, {n} included, stands in `command`, and decode()
// makes an Append of it. Answer with accept_literal() (and `+ OK` if it is synchronizing), or with
// refuse_literal() and the tagged NO, before feeding on. Another may follow behind the first (RFC 3502); then
// `arguments` begins there.
struct MessageAnnounced {
  RawCommand command;
  std::uint64_t bytes = 0;
  LiteralKind kind = LiteralKind::synchronizing;
};

// Some of the message's bytes, as fed: nothing was copied.
struct MessageBytes {
  std::string_view bytes;
  std::uint64_t remaining =
      0;  // how many follow; at 0 the message is whole (an empty message gives no such event)
};

// The line of an APPEND whose messages were accepted has ended. `rest` is empty in a well-formed command;
// otherwise the answer is BAD and nothing is appended.
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

// Something that isn't a command, or is larger than the limits. To be answered with `tag`, or `*` if it is
// empty.
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
  // Requires: a MessageAnnounced was answered before; after Afterwards::close nothing more is fed.
  Step feed(std::string_view bytes);

  // The two answers to MessageAnnounced. refuse_literal() may also come in the middle of the message, when it
  // can't be stored: what is left of the command is skipped, without an event. If that is too much, the
  // answer is `close`.
  void accept_literal();
  [[nodiscard]] event::Afterwards refuse_literal();

  // The next line isn't a command but an answer: AUTHENTICATE's base64, IDLE's DONE. At most `limit` bytes,
  // line end included; what is longer is Malformed with an empty tag.
  void expect_line(std::uint32_t limit);

  // After login, or when the settings change. Requires: no command is half read.
  void set_limits(const ReaderLimits& limits) { limits_ = limits; }

  // Forgets everything half read: after STARTTLS.
  void clear();

  // Frees the memory of the command last returned, whose views are dead then. Call it before waiting for the
  // client for long: without a command half read, the reader then is sizeof(CommandReader) in all.
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
  Event literal_announced(std::string_view command, std::string_view text,
                          const LiteralAnnouncement& literal);
  Step line_too_long(std::string_view bytes, std::uint32_t limit);
  Event refuse(std::string_view tag, SyntaxError error, const std::optional<LiteralAnnouncement>& literal);
  event::Afterwards skip(std::uint64_t bytes);
  void start_over();
  void drop_stale();

  ReaderLimits limits_;
  std::string
      buffer_;  // the command so far if it came in pieces; in skipping_line, the last bytes of the line
  std::string append_tag_;           // of the APPEND whose message was announced, else empty
  std::uint64_t left_ = 0;           // bytes of the literal or message still to come
  std::uint32_t line_start_ = 0;     // where in buffer_ the line being read began: behind the last literal
  std::uint32_t line_bytes_ = 0;     // outside of literals, of this command or expected line
  std::uint32_t literal_bytes_ = 0;  // of this command, kept or skipped
  std::uint32_t literal_count_ = 0;
  std::uint32_t expected_limit_ = 0;
  State state_ = State::line;
  LiteralKind kind_ = LiteralKind::synchronizing;  // of the message announced
  bool is_stale_ = false;  // buffer_ and append_tag_ only serve the views of the last event
};

}  // namespace pillarbox::imap
