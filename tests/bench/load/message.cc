#include "load/message.h"

#include <cstring>
#include <stdexcept>

namespace pillarbox::bench {
namespace {

constexpr std::string_view head_pattern = "Message-ID: <0000000000000000.pillarbox-load@sender.example>\r\n";
constexpr std::size_t number_at = 13;

constexpr std::string_view fields =
    "Date: Mon, 03 Feb 2025 09:15:42 +0100\r\n"
    "From: Johanna Lindqvist <johanna@sender.example>\r\n"
    "To: Accounts <accounts@example.org>, \"Hansson, Per\" <per.hansson@example.org>\r\n"
    "Cc: archive@example.org\r\n"
    "Subject: Minutes of the meeting about the spring timetable\r\n"
    "In-Reply-To: <20250131.1712@sender.example>\r\n"
    "References: <20250130.0801@sender.example> <20250131.1712@sender.example>\r\n"
    "User-Agent: pillarbox-load\r\n"
    "MIME-Version: 1.0\r\n";

constexpr std::string_view text_type =
    "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 7bit\r\n\r\n";

constexpr std::string_view parts =
    "Content-Type: multipart/mixed; boundary=\"outer-7f3a\"\r\n\r\n"
    "--outer-7f3a\r\n"
    "Content-Type: multipart/alternative; boundary=\"inner-91c2\"\r\n\r\n"
    "--inner-91c2\r\n"
    "Content-Type: text/plain; charset=utf-8\r\n\r\nThe minutes are attached.\r\n"
    "--inner-91c2\r\n"
    "Content-Type: text/html; charset=utf-8\r\n\r\n<p>The minutes are attached.</p>\r\n"
    "--inner-91c2--\r\n"
    "--outer-7f3a\r\n"
    "Content-Type: text/plain; charset=utf-8; name=\"minutes.txt\"\r\n"
    "Content-Disposition: attachment; filename=\"minutes.txt\"\r\n\r\n";
constexpr std::string_view parts_end = "--outer-7f3a--\r\n";

constexpr std::string_view line =
    "The trains of the northern line leave four minutes later than they used to.\r\n";

}  // namespace

MessageMaker::MessageMaker(std::size_t size, Body body) {
  static_assert(head_pattern.size() == head_bytes);
  const std::string_view end = body == Body::parts ? parts_end : "";
  rest_ = std::string(fields);
  rest_ += body == Body::parts ? parts : text_type;
  const std::size_t least = head_bytes + rest_.size() + end.size() + 2;
  if (size < least) throw std::invalid_argument("--size is too small for a message of this kind");
  std::size_t left = size - least;
  for (; left >= line.size(); left -= line.size()) rest_ += line;
  rest_ += std::string(left, 'x') + "\r\n";
  rest_ += end;
}

void MessageMaker::write_head(Head& head, std::uint64_t number) const {
  std::memcpy(head.data(), head_pattern.data(), head_pattern.size());
  for (std::size_t i = 0; i < 16; ++i)
    head[number_at + 15 - i] = "0123456789abcdef"[(number >> (4 * i)) & 15];
}

}  // namespace pillarbox::bench
