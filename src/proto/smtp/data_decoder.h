// Takes the dots off a message sent with DATA, and finds its end. Pure, and streaming: the text comes out as
// views into what was put in.
//
// Only CRLF . CRLF ends the message (RFC 5321 §4.1.1.4), and CR and LF occur only together (§2.3.8).
// Everything else that some server somewhere takes for an end (LF . LF, CR . CR and their mixtures) is an
// error here, so that nobody can hide a second message in the text of a first.
#pragma once

#include <string_view>

#include "proto/smtp/line_breaks.h"

namespace pillarbox::smtp {

class DataDecoder {
 public:
  enum class Status {
    more,     // `text` is next; the message goes on
    end,      // the message is complete; what is left of the input are commands
    bare_cr,  // a CR that no LF follows, or an LF that no CR precedes: nothing of this message may be kept,
              // and
    bare_lf,  // where it ends is unknown
  };

  struct Piece {
    std::string_view text;  // the next part of the message, dots removed; may be empty; points into the input
    Status status;
  };

  // Takes from the front of `input` and gives what that is worth. Call it until the input is empty or the
  // status isn't `more`; then no more. Every call takes at least one byte. Requires: the input isn't empty
  // and no earlier call gave another status than `more`.
  Piece take(std::string_view& input);

 private:
  enum class State { line_start, in_line, after_cr, after_dot, after_dot_cr };
  static Piece failed(char offender);
  State state_ = State::line_start;
};

}  // namespace pillarbox::smtp
