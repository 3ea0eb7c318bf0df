#include "proto/smtp/data_decoder.h"

namespace pillarbox::smtp {

DataDecoder::Piece DataDecoder::failed(char offender) {
  return {.text = {}, .status = offender == '\n' ? Status::bare_lf : Status::bare_cr};
}

DataDecoder::Piece DataDecoder::take(std::string_view& input) {
  if (state_ == State::line_start && input.front() == '.') {
    input.remove_prefix(1);
    state_ = State::after_dot;
    if (input.empty()) return {.text = {}, .status = Status::more};
  }
  if (state_ == State::after_dot && input.front() == '\r') {
    input.remove_prefix(1);
    state_ = State::after_dot_cr;
    if (input.empty()) return {.text = {}, .status = Status::more};
  }
  if (state_ == State::after_dot_cr) {
    if (input.front() != '\n') return failed('\r');
    input.remove_prefix(1);
    return {.text = {}, .status = Status::end};
  }

  // What follows is text, up to the next dot that starts a line. A dot right here is the second of two.
  char previous = 'x';
  if (state_ == State::line_start) previous = '\n';
  if (state_ == State::after_cr) previous = '\r';
  const std::size_t size = find_break_or_dot(previous, input);
  if (size == input.size()) {
    const Piece piece{.text = input, .status = Status::more};
    const char last = input.back();
    state_ = last == '\n' ? State::line_start : last == '\r' ? State::after_cr : State::in_line;
    input = {};
    return piece;
  }
  const bool is_dot = input[size] == '.' && size > 0 && input[size - 1] == '\n';
  if (!is_dot) return failed(input[size]);
  const Piece piece{.text = input.substr(0, size), .status = Status::more};
  input.remove_prefix(size);
  state_ = State::line_start;
  return piece;
}

}  // namespace pillarbox::smtp
