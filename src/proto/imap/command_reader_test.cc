#include "proto/imap/command_reader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "base/text.h"

namespace pillarbox::imap {
namespace {

constexpr ReaderLimits small{.line = 40, .literal = 20, .literals_together = 30, .literal_count = 3};

enum class Messages { accept, refuse };

// What a client's bytes become, one line an event, whatever the chunks.
class Play {
 public:
  Play(const ReaderLimits& limits, Messages messages) : reader_(limits), messages_(messages) {}

  std::string run(std::string_view bytes, std::size_t chunk) {
    for (; !bytes.empty(); bytes.remove_prefix(std::min(chunk, bytes.size()))) {
      // Each chunk has memory of its own that is gone with it, as in a session.
      const std::string piece(bytes.substr(0, chunk));
      std::string_view rest = piece;
      while (!rest.empty() && !is_closed_) {
        const auto step = reader_.feed(rest);
        rest.remove_prefix(step.consumed);
        std::visit([this](const auto& event) { note(event); }, step.event);
      }
    }
    return transcript_;
  }

 private:
  void note(const event::NeedMore&) {}
  void note(const event::Continue&) { line("+"); }
  void note(const event::CommandRead& e) {
    line("command " + command(e.command));
    if (equals_ignoring_case(e.command.name, "IDLE")) reader_.expect_line(10);
  }
  void note(const event::MessageAnnounced& e) {
    line("message " + std::to_string(e.bytes) + (e.kind == LiteralKind::synchronizing ? "" : "+") + ' ' +
         command(e.command));
    if (messages_ == Messages::accept) return reader_.accept_literal();
    if (reader_.refuse_literal() == event::Afterwards::close) close();
  }
  void note(const event::MessageBytes& e) {
    if (!transcript_.ends_with("\n") || !is_in_message_) transcript_ += "bytes ";
    is_in_message_ = true;
    if (transcript_.ends_with('\n')) transcript_.pop_back();
    transcript_ += escape_controls(e.bytes) + '\n';
    if (e.remaining == 0) is_in_message_ = false;
  }
  void note(const event::AppendEnd& e) { line("end " + std::string(e.tag) + '|' + escape_controls(e.rest)); }
  void note(const event::Line& e) { line("line " + escape_controls(e.text)); }
  void note(const event::Malformed& e) {
    line("malformed " + std::string(e.tag) + ' ' + std::to_string(static_cast<int>(e.error)));
    if (e.afterwards == event::Afterwards::close) close();
  }

  static std::string command(const RawCommand& raw) {
    return std::string(raw.tag) + '|' + (raw.numbers == Numbers::uid ? "UID " : "") + std::string(raw.name) +
           '|' + escape_controls(raw.arguments);
  }
  void line(const std::string& text) { transcript_ += text + '\n'; }
  void close() {
    line("close");
    is_closed_ = true;
  }

  CommandReader reader_;
  Messages messages_;
  std::string transcript_;
  bool is_in_message_ = false;
  bool is_closed_ = false;
};

struct Case {
  std::string_view what;
  std::string bytes;
  std::string expected;
};

std::string malformed(std::string_view tag, SyntaxError error) {
  return "malformed " + std::string(tag) + ' ' + std::to_string(static_cast<int>(error)) + '\n';
}

void expect_all(const std::vector<Case>& cases, Messages messages) {
  for (const Case& c : cases) {
    for (const std::size_t chunk :
         {std::size_t{1}, std::size_t{2}, std::size_t{3}, std::size_t{7}, c.bytes.size()}) {
      EXPECT_EQ(Play(small, messages).run(c.bytes, chunk), c.expected)
          << c.what << ", in pieces of " << chunk;
    }
  }
}

const std::string nothing_left = "command z|NOOP|\n";  // the reader is in step again

TEST(CommandReader, CutsCommands) {
  expect_all(
      {
          {"a plain one", "a1 NOOP\r\n", "command a1|NOOP|\n"},
          {"a line end without CR", "a1 NOOP\na2 noop\r\n", "command a1|NOOP|\ncommand a2|noop|\n"},
          {"arguments and UID", "a1 uid fetch 1 FLAGS\r\n", "command a1|UID fetch| 1 FLAGS\n"},
          {"odd tags", "a.1]-! NOOP\r\n", "command a.1]-!|NOOP|\n"},
          {"a literal", "a LOGIN {3}\r\nfoo {3+}\r\nbar\r\n",
           "+\ncommand a|LOGIN| {3}\\x0d\\x0afoo {3+}\\x0d\\x0abar\n"},
          {"an empty literal", "a LOGIN {0}\r\n {0+}\r\n\r\n",
           "+\ncommand a|LOGIN| {0}\\x0d\\x0a {0+}\\x0d\\x0a\n"},
          {"line ends inside a literal", "a LOGIN {4+}\r\n\r\n\r\r\n x\r\n",
           "command a|LOGIN| {4+}\\x0d\\x0a\\x0d\\x0a\\x0d\\x0d\n" + malformed("", SyntaxError::missing_tag)},
          {"a literal that ends in CR", "a LOGIN {2+}\r\nx\r\n", "command a|LOGIN| {2+}\\x0d\\x0ax\\x0d\n"},
          {"an announcement inside a literal", "a LOGIN {4+}\r\n{3+}\r\n",
           "command a|LOGIN| {4+}\\x0d\\x0a{3+}\n"},
          {"a literal in the middle of a word", "a X foo{1+}\r\ny\r\n", "command a|X| foo{1+}\\x0d\\x0ay\n"},
          {"braces that announce nothing", "a X {}\r\nb X {x}\r\nc X {1\r\nd X {+}\r\ne X 1}\r\n",
           "command a|X| {}\ncommand b|X| {x}\ncommand c|X| {1\ncommand d|X| {+}\ncommand e|X| 1}\n"},
          {"the answer to IDLE", "a IDLE\r\nDONE\r\nz NOOP\r\n",
           "command a|IDLE|\nline DONE\n" + nothing_left},
      },
      Messages::accept);
}

TEST(CommandReader, GoesOnAfterWhatIsMalformed) {
  expect_all(
      {
          {"an empty line", "\r\nz NOOP\r\n", malformed("", SyntaxError::missing_tag) + nothing_left},
          {"a bad tag", "a+b NOOP\r\n* OK\r\nz NOOP\r\n",
           malformed("", SyntaxError::missing_tag) + malformed("", SyntaxError::missing_tag) + nothing_left},
          {"no command", "a\r\nb \r\nc  x\r\nd UID\r\ne UID \r\nz NOOP\r\n",
           malformed("a", SyntaxError::missing_command) + malformed("b", SyntaxError::missing_command) +
               malformed("c", SyntaxError::missing_command) + malformed("d", SyntaxError::missing_command) +
               malformed("e", SyntaxError::missing_command) + nothing_left},
          {"a long line", "a X " + std::string(100, 'x') + "\r\nz NOOP\r\n",
           malformed("a", SyntaxError::line_too_long) + nothing_left},
          {"the longest line", "a X " + std::string(34, 'x') + "\r\nz NOOP\r\n",
           "command a|X| " + std::string(34, 'x') + '\n' + nothing_left},
          {"one more", "a X " + std::string(35, 'x') + "\r\nz NOOP\r\n",
           malformed("a", SyntaxError::line_too_long) + nothing_left},
          {"a long line without a tag", std::string(100, 'x') + "\r\nz NOOP\r\n",
           malformed("", SyntaxError::line_too_long) + nothing_left},
          {"a long line that ends in a literal",
           "a X " + std::string(60, 'x') + " {7+}\r\nb NOOP\n\r\nz NOOP\r\n",
           malformed("a", SyntaxError::line_too_long) + nothing_left},
          {"a long line whose literal waits", "a X " + std::string(60, 'x') + " {7}\r\nz NOOP\r\n",
           malformed("a", SyntaxError::line_too_long) + nothing_left},
          {"a line that gets long by its literals",
           "a X {1+}\r\ny {1+}\r\ny " + std::string(40, 'x') + "\r\nz NOOP\r\n",
           malformed("a", SyntaxError::line_too_long) + nothing_left},
          {"a large literal that waits", "a X {21}\r\nz NOOP\r\n",
           malformed("a", SyntaxError::literal_too_large) + nothing_left},
          {"a large literal that comes",
           "a X {21+}\r\n" + std::string(21, '\n') + " {2+}\r\nxx\r\nz NOOP\r\n",
           malformed("a", SyntaxError::literal_too_large) + nothing_left},
          {"a large literal, then one that waits",
           "a X {21+}\r\n" + std::string(21, 'x') + " {2}\r\nz NOOP\r\n",
           malformed("a", SyntaxError::literal_too_large) + nothing_left},
          {"literals too large together", "a X {16+}\r\n" + std::string(16, 'x') + " {15}\r\nz NOOP\r\n",
           malformed("a", SyntaxError::literal_too_large) + nothing_left},
          {"too many literals", "a X {1+}\r\nx{1+}\r\nx{1+}\r\nx{1+}\r\nx\r\nz NOOP\r\n",
           malformed("a", SyntaxError::too_many_literals) + nothing_left},
          {"a literal that nobody can skip", "a X {99999999999999999999+}\r\nx\r\n",
           malformed("a", SyntaxError::literal_too_large) + "close\n"},
          {"the same in a line being skipped", "a X " + std::string(60, 'x') + " {999999999999+}\r\nx\r\n",
           malformed("a", SyntaxError::line_too_long) + malformed("", SyntaxError::literal_too_large) +
               "close\n"},
          {"a literal of a command without a name", "a {3+}\r\nfoo\r\nb {3}\r\nz NOOP\r\n",
           malformed("a", SyntaxError::missing_command) + malformed("b", SyntaxError::missing_command) +
               nothing_left},
          {"a long answer that ends in a literal", "a IDLE\r\nDONE more {3+}\r\nb\n\n\r\nz NOOP\r\n",
           "command a|IDLE|\n" + malformed("", SyntaxError::line_too_long) + nothing_left},
          {"a long answer", "a IDLE\r\nDONE and more\r\nz NOOP\r\n",
           "command a|IDLE|\n" + malformed("", SyntaxError::line_too_long) + nothing_left},
      },
      Messages::accept);
}

TEST(CommandReader, StreamsMessages) {
  expect_all(
      {
          {"one", "a APPEND x {5}\r\nhello\r\nz NOOP\r\n",
           "message 5 a|APPEND| x {5}\nbytes hello\nend a|\n" + nothing_left},
          {"one that comes anyhow, larger than any literal",
           "a append x {30+}\r\n" + std::string(30, 'm') + "\r\n",
           "message 30+ a|append| x {30+}\nbytes " + std::string(30, 'm') + "\nend a|\n"},
          {"the mailbox as a literal", "a APPEND {1}\r\nx (\\Seen) {2+}\r\nhi\r\nz NOOP\r\n",
           "+\nmessage 2+ a|APPEND| {1}\\x0d\\x0ax (\\Seen) {2+}\nbytes hi\nend a|\n" + nothing_left},
          {"an empty one", "a APPEND x {0}\r\n\r\nz NOOP\r\n",
           "message 0 a|APPEND| x {0}\nend a|\n" + nothing_left},
          {"something behind it", "a APPEND x {2}\r\nhi foo\r\nz NOOP\r\n",
           "message 2 a|APPEND| x {2}\nbytes hi\nend a| foo\n" + nothing_left},
          {"another one behind it", "a APPEND x {2}\r\nhi (\\Draft) {3+}\r\nyou\r\nz NOOP\r\n",
           "message 2 a|APPEND| x {2}\nbytes hi\nmessage 3+ a|APPEND| (\\Draft) {3+}\nbytes you\nend a|\n" +
               nothing_left},
          {"a long line behind it", "a APPEND x {2}\r\nhi " + std::string(60, 'x') + "\r\nz NOOP\r\n",
           "message 2 a|APPEND| x {2}\nbytes hi\n" + malformed("a", SyntaxError::line_too_long) +
               nothing_left},
          {"none", "a APPEND x\r\nz NOOP\r\n", "command a|APPEND| x\n" + nothing_left},
          {"not for UID APPEND", "a UID APPEND x {1+}\r\ny\r\n", "command a|UID APPEND| x {1+}\\x0d\\x0ay\n"},
      },
      Messages::accept);
}

TEST(CommandReader, SkipsMessagesThatAreRefused) {
  expect_all(
      {
          {"the client waits", "a APPEND x {5}\r\nz NOOP\r\n", "message 5 a|APPEND| x {5}\n" + nothing_left},
          {"it comes anyhow", "a APPEND x {5+}\r\n\r\nb X\r\nz NOOP\r\n",
           "message 5+ a|APPEND| x {5+}\n" + nothing_left},
          {"with more behind it", "a APPEND x {2+}\r\nhi {4+}\r\nb X\n y\r\nz NOOP\r\n",
           "message 2+ a|APPEND| x {2+}\n" + nothing_left},
          {"it is empty", "a APPEND x {0+}\r\n\r\nz NOOP\r\n",
           "message 0+ a|APPEND| x {0+}\n" + nothing_left},
          {"it can't be skipped", "a APPEND x {999999999+}\r\nx",
           "message 999999999+ a|APPEND| x {999999999+}\nclose\n"},
      },
      Messages::refuse);
}

TEST(CommandReader, CanRefuseAMessageInItsMiddle) {
  CommandReader reader(small);
  std::string_view bytes = "a APPEND x {8}\r\nmes";
  auto step = reader.feed(bytes);
  ASSERT_TRUE(std::holds_alternative<event::MessageAnnounced>(step.event));
  reader.accept_literal();
  step = reader.feed(bytes.substr(step.consumed));
  ASSERT_TRUE(std::holds_alternative<event::MessageBytes>(step.event));
  EXPECT_EQ(std::get<event::MessageBytes>(step.event).remaining, 5u);
  EXPECT_EQ(reader.refuse_literal(), event::Afterwards::go_on);
  step = reader.feed("sage!\r\nz NOOP\r\n");
  ASSERT_TRUE(std::holds_alternative<event::CommandRead>(step.event));
  EXPECT_EQ(std::get<event::CommandRead>(step.event).command.tag, "z");
}

TEST(CommandReader, ForgetsWhatCameBeforeTls) {
  CommandReader reader(small);
  reader.feed("a LOGIN {10}\r\nx");
  reader.feed("evil");
  reader.clear();
  const auto step = reader.feed("z NOOP\r\n");
  ASSERT_TRUE(std::holds_alternative<event::CommandRead>(step.event));
  EXPECT_EQ(std::get<event::CommandRead>(step.event).command.tag, "z");
}

TEST(CommandReader, IsSmallWhenIdle) { EXPECT_LE(sizeof(CommandReader), 200u); }

}  // namespace
}  // namespace pillarbox::imap
