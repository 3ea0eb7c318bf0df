#include "proto/imap/command_reader.h"

#include <algorithm>

#include "base/text.h"
#include "base/try.h"
#include "proto/imap/characters.h"

namespace pillarbox::imap {
namespace {

constexpr std::size_t max_tag_bytes = 255;
// In a line being skipped, what must be kept of it to see whether a literal follows.
constexpr std::size_t kept_of_skipped_line = max_announcement + 1;

std::string_view without_line_end(std::string_view line) {
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

std::string_view take_while(std::string_view& text, bool (*belongs)(char)) {
  std::size_t length = 0;
  while (length < text.size() && belongs(text[length])) ++length;
  const auto taken = text.substr(0, length);
  text.remove_prefix(length);
  return taken;
}

// Empty if there is none.
std::string_view take_tag(std::string_view& text) {
  const auto tag = take_while(text, is_tag_char);
  const bool is_ended = text.empty() || text[0] == ' ';
  return is_ended && tag.size() <= max_tag_bytes ? tag : std::string_view{};
}

// Takes SP and an atom; empty if they aren't there.
std::string_view take_word(std::string_view& text) {
  if (!text.starts_with(' ')) return {};
  text.remove_prefix(1);
  return take_while(text, is_atom_char);
}

struct Head {
  RawCommand command;
  std::optional<SyntaxError> error;
};

// Cuts tag and name off a command, which may still lack what follows its last literal.
Head split_head(std::string_view text) {
  Head head;
  head.command.tag = take_tag(text);
  if (head.command.tag.empty()) {
    head.error = SyntaxError::missing_tag;
    return head;
  }
  head.command.name = take_word(text);
  if (equals_ignoring_case(head.command.name, "UID")) {
    head.command.name = take_word(text);
    head.command.numbers = Numbers::uid;
  }
  if (head.command.name.empty()) head.error = SyntaxError::missing_command;
  head.command.arguments = text;
  return head;
}

}  // namespace

CommandReader::Step CommandReader::feed(std::string_view bytes) {
  ASSERT(state_ != State::announced);
  drop_stale();
  Step step{0, event::NeedMore{}};
  while (step.consumed < bytes.size() && std::holds_alternative<event::NeedMore>(step.event)) {
    const std::string_view rest = bytes.substr(step.consumed);
    Step next;
    switch (state_) {
      case State::line: next = in_line(rest); break;
      case State::literal: next = in_literal(rest); break;
      case State::message: next = in_message(rest); break;
      case State::expected_line: next = in_expected_line(rest); break;
      case State::skipping_line: next = skip_line(rest); break;
      case State::skipping_literal: next = skip_literal(rest); break;
      case State::announced:
      case State::closed: next = {rest.size(), event::NeedMore{}}; break;
    }
    step.consumed += next.consumed;
    step.event = next.event;
  }
  return step;
}

CommandReader::Step CommandReader::in_line(std::string_view bytes) {
  const auto newline = bytes.find('\n');
  const std::size_t taken = newline == std::string_view::npos ? bytes.size() : newline + 1;
  if (line_bytes_ + taken > limits_.line) return line_too_long(bytes, limits_.line);
  line_bytes_ += static_cast<std::uint32_t>(taken);
  if (newline == std::string_view::npos) {
    buffer_.append(bytes);
    return {taken, event::NeedMore{}};
  }
  // A command that came in one piece is handed out from where it lies.
  if (buffer_.empty()) return {taken, line_ended(bytes.substr(0, taken))};
  buffer_.append(bytes, 0, taken);
  return {taken, line_ended(buffer_)};
}

CommandReader::Step CommandReader::line_too_long(std::string_view bytes, std::uint32_t limit) {
  const std::string_view fitting = bytes.substr(0, limit - line_bytes_);
  if (!buffer_.empty()) buffer_.append(fitting);
  std::string_view command = buffer_.empty() ? fitting : std::string_view(buffer_);
  std::string_view tag = append_tag_;
  if (state_ == State::line && tag.empty()) {
    tag = take_tag(command);
    if (command.empty()) tag = {};  // cut off before its end
  }
  Step step{fitting.size(), refuse(tag, SyntaxError::line_too_long, std::nullopt)};
  if (buffer_.empty())
    buffer_ = fitting.substr(fitting.size() - std::min(fitting.size(), kept_of_skipped_line));
  state_ = State::skipping_line;
  return step;
}

Event CommandReader::line_ended(std::string_view command) {
  // Of the line alone: a CR before it is the last byte of a literal.
  const std::string_view line = without_line_end(command.substr(line_start_));
  const std::string_view text = command.substr(0, line_start_ + line.size());
  if (const auto literal = announcement_at_end(line)) return literal_announced(command, text, *literal);
  if (!append_tag_.empty()) {
    start_over();
    return event::AppendEnd{append_tag_, text};
  }
  const Head head = split_head(text);
  if (head.error) return refuse(head.command.tag, *head.error, std::nullopt);
  start_over();
  return event::CommandRead{head.command};
}

Event CommandReader::literal_announced(std::string_view command, std::string_view text,
                                       const LiteralAnnouncement& literal) {
  RawCommand raw{.tag = append_tag_, .name = "APPEND", .arguments = text};
  bool is_message = !append_tag_.empty();
  if (!is_message) {
    const Head head = split_head(text);
    if (head.error) return refuse(head.command.tag, *head.error, literal);
    raw = head.command;
    // The first argument may be a literal too: it is the mailbox's name.
    is_message = equals_ignoring_case(raw.name, "APPEND") && raw.numbers == Numbers::sequence &&
                 raw.arguments.size() > 1 + literal.length;
  }
  if (is_message) {
    if (append_tag_.empty()) append_tag_ = raw.tag;
    left_ = literal.bytes;
    kind_ = literal.kind;
    state_ = State::announced;
    return event::MessageAnnounced{raw, literal.bytes, literal.kind};
  }
  if (literal_count_ == limits_.literal_count)
    return refuse(raw.tag, SyntaxError::too_many_literals, literal);
  if (literal.bytes > limits_.literal || literal.bytes > limits_.literals_together - literal_bytes_) {
    return refuse(raw.tag, SyntaxError::literal_too_large, literal);
  }
  ++literal_count_;
  literal_bytes_ += static_cast<std::uint32_t>(literal.bytes);
  left_ = literal.bytes;
  if (buffer_.empty()) buffer_ = command;
  line_start_ = static_cast<std::uint32_t>(buffer_.size());
  state_ = left_ > 0 ? State::literal : State::line;
  if (literal.kind == LiteralKind::synchronizing) return event::Continue{};
  return event::NeedMore{};
}

CommandReader::Step CommandReader::in_literal(std::string_view bytes) {
  const std::size_t taken = std::min<std::uint64_t>(left_, bytes.size());
  buffer_.append(bytes, 0, taken);
  left_ -= taken;
  if (left_ == 0) {
    line_start_ = static_cast<std::uint32_t>(buffer_.size());
    state_ = State::line;
  }
  return {taken, event::NeedMore{}};
}

CommandReader::Step CommandReader::in_message(std::string_view bytes) {
  const std::size_t taken = std::min<std::uint64_t>(left_, bytes.size());
  left_ -= taken;
  if (left_ == 0) state_ = State::line;
  return {taken, event::MessageBytes{bytes.substr(0, taken), left_}};
}

CommandReader::Step CommandReader::in_expected_line(std::string_view bytes) {
  const auto newline = bytes.find('\n');
  const std::size_t taken = newline == std::string_view::npos ? bytes.size() : newline + 1;
  if (line_bytes_ + taken > expected_limit_) return line_too_long(bytes, expected_limit_);
  line_bytes_ += static_cast<std::uint32_t>(taken);
  if (newline == std::string_view::npos || !buffer_.empty()) buffer_.append(bytes, 0, taken);
  if (newline == std::string_view::npos) return {taken, event::NeedMore{}};
  const std::string_view line = buffer_.empty() ? bytes.substr(0, taken) : std::string_view(buffer_);
  start_over();
  return {taken, event::Line{without_line_end(line)}};
}

// A refused command has ended when its line does without announcing a literal that comes anyhow.
CommandReader::Step CommandReader::skip_line(std::string_view bytes) {
  const auto newline = bytes.find('\n');
  const std::size_t taken = newline == std::string_view::npos ? bytes.size() : newline + 1;
  const std::string_view ending =
      bytes.substr(0, taken).substr(taken - std::min(taken, kept_of_skipped_line + 1));
  buffer_.append(ending);
  if (newline == std::string_view::npos) {
    buffer_.erase(0, buffer_.size() - std::min(buffer_.size(), kept_of_skipped_line));
    return {taken, event::NeedMore{}};
  }
  const auto literal = announcement_at_end(without_line_end(buffer_));
  if (!literal || literal->kind == LiteralKind::synchronizing) {
    start_over();
    drop_stale();
    return {taken, event::NeedMore{}};
  }
  buffer_ = {};
  if (skip(literal->bytes) == event::Afterwards::go_on) return {taken, event::NeedMore{}};
  return {taken, event::Malformed{{}, SyntaxError::literal_too_large, event::Afterwards::close}};
}

CommandReader::Step CommandReader::skip_literal(std::string_view bytes) {
  const std::size_t taken = std::min<std::uint64_t>(left_, bytes.size());
  left_ -= taken;
  if (left_ == 0) state_ = State::skipping_line;
  return {taken, event::NeedMore{}};
}

void CommandReader::accept_literal() {
  ASSERT(state_ == State::announced);
  buffer_ = {};
  line_start_ = line_bytes_ = literal_bytes_ = literal_count_ = 0;
  state_ = left_ > 0 ? State::message : State::line;
}

event::Afterwards CommandReader::refuse_literal() {
  ASSERT(state_ == State::announced || !append_tag_.empty());
  const bool comes_anyhow = state_ != State::announced || kind_ == LiteralKind::non_synchronizing;
  const State was = state_;
  const std::uint64_t left = left_;
  start_over();
  drop_stale();
  if (!comes_anyhow) return event::Afterwards::go_on;
  if (was != State::line) return skip(left);
  state_ = State::skipping_line;  // the message was whole, the rest of its line wasn't read yet
  return event::Afterwards::go_on;
}

// What belongs to the command is skipped from here on, if it isn't too much.
event::Afterwards CommandReader::skip(std::uint64_t bytes) {
  if (bytes > limits::skipped_literal - std::min<std::uint64_t>(literal_bytes_, limits::skipped_literal)) {
    state_ = State::closed;
    return event::Afterwards::close;
  }
  literal_bytes_ += static_cast<std::uint32_t>(bytes);
  left_ = bytes;
  state_ = bytes > 0 ? State::skipping_literal : State::skipping_line;
  return event::Afterwards::go_on;
}

Event CommandReader::refuse(std::string_view tag, SyntaxError error,
                            const std::optional<LiteralAnnouncement>& literal) {
  event::Malformed malformed{tag, error, event::Afterwards::go_on};
  start_over();
  if (literal && literal->kind == LiteralKind::non_synchronizing) malformed.afterwards = skip(literal->bytes);
  return malformed;
}

void CommandReader::expect_line(std::uint32_t limit) {
  ASSERT(state_ == State::line && line_bytes_ == 0);
  drop_stale();
  expected_limit_ = limit;
  state_ = State::expected_line;
}

void CommandReader::clear() {
  start_over();
  drop_stale();
}

void CommandReader::release() { drop_stale(); }

void CommandReader::start_over() {
  state_ = State::line;
  left_ = 0;
  line_start_ = line_bytes_ = literal_bytes_ = literal_count_ = 0;
  is_stale_ = true;
}

void CommandReader::drop_stale() {
  if (!is_stale_) return;
  is_stale_ = false;
  append_tag_ = {};
  if (state_ == State::skipping_line && buffer_.size() > kept_of_skipped_line) {
    buffer_ = buffer_.substr(buffer_.size() - kept_of_skipped_line);
  } else if (state_ != State::skipping_line) {
    buffer_ = {};
  }
}

}  // namespace pillarbox::imap
