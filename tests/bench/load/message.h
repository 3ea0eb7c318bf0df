// The messages that are sent: plausible mail of an exact size, each with a Message-ID of its own.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace pillarbox::bench {

// A message in two pieces: a head that differs for each message, and a rest that all share. Lines end in CRLF
// and none starts with a dot, so that SMTP sends the bytes as they are.
class MessageMaker {
 public:
  static constexpr std::size_t head_bytes = 62;
  using Head = std::array<char, head_bytes>;

  // Throws std::invalid_argument for a size too small for the header. With `parts` the body is a multipart:
  // plain text, HTML and a small attachment, so that BODYSTRUCTURE has something to tell.
  enum class Body { text, parts };
  MessageMaker(std::size_t size, Body body);

  // Writes the Message-ID field of message `number`.
  void write_head(Head& head, std::uint64_t number) const;
  std::string_view rest() const { return rest_; }
  std::size_t size() const { return head_bytes + rest_.size(); }

 private:
  std::string rest_;
};

}  // namespace pillarbox::bench
