#include "mail/transfer.h"

#include <array>
#include <utility>

#include "base/text.h"
#include "mail/syntax.h"

namespace pillarbox::mail {
namespace {

constexpr std::uint8_t not_base64 = 0xFF;
constexpr std::uint8_t padding = 0xFE;

constexpr std::array<std::uint8_t, 256> base64_digits = [] {
  std::array<std::uint8_t, 256> table{};
  table.fill(not_base64);
  std::uint8_t value = 0;
  for (char c = 'A'; c <= 'Z'; ++c) table[static_cast<unsigned char>(c)] = value++;
  for (char c = 'a'; c <= 'z'; ++c) table[static_cast<unsigned char>(c)] = value++;
  for (char c = '0'; c <= '9'; ++c) table[static_cast<unsigned char>(c)] = value++;
  table['+'] = value++;
  table['/'] = value;
  table['='] = padding;
  return table;
}();

std::uint8_t base64_digit(char c) { return base64_digits[static_cast<unsigned char>(c)]; }

constexpr bool is_blank(char c) { return c == ' ' || c == '\t'; }

// What means something only with what follows it.
constexpr bool is_held(char c) { return c == '=' || c == ' ' || c == '\t' || c == '\r'; }

// RFC 2045 §6.7: no line is longer than 76, no honest one longer than 998. More blanks than this are text,
// not padding.
constexpr std::size_t most_held = 1'000;

}  // namespace

TransferEncoding transfer_encoding(std::string_view name) {
  if (equals_ignoring_case(name, "base64")) return TransferEncoding::base64;
  if (equals_ignoring_case(name, "quoted-printable")) return TransferEncoding::quoted_printable;
  return TransferEncoding::identity;
}

void TransferDecoder::feed(std::string_view chunk, std::string& out) {
  switch (encoding_) {
    case TransferEncoding::identity: out += chunk; return;
    case TransferEncoding::base64: return feed_base64(chunk, out);
    case TransferEncoding::quoted_printable: return feed_quoted_printable(chunk, out);
  }
}

void TransferDecoder::finish(std::string& out) {
  if (encoding_ == TransferEncoding::base64) flush_base64(out);
  // An "=" or blanks at the very end are a soft line break or padding; "=A" is as it stands.
  if (held_.size() > 1 && held_.front() == '=' && !is_blank(held_[1]) && held_[1] != '\r') out += held_;
  if (held_ == "\r") out += held_;
  held_.clear();
}

void TransferDecoder::feed_base64(std::string_view chunk, std::string& out) {
  const std::size_t start = out.size();
  out.resize(start + (chunk.size() + 3) / 4 * 3);
  char* to = out.data() + start;
  const char* from = chunk.data();
  const char* end = from + chunk.size();
  while (from != end) {
    if (digits_ == 0) {
      while (end - from >= 4) {
        const std::uint32_t a = base64_digit(from[0]), b = base64_digit(from[1]), c = base64_digit(from[2]),
                            d = base64_digit(from[3]);
        if ((a | b | c | d) > 63) break;
        const std::uint32_t group = a << 18 | b << 12 | c << 6 | d;
        to[0] = static_cast<char>(group >> 16);
        to[1] = static_cast<char>(group >> 8);
        to[2] = static_cast<char>(group);
        to += 3;
        from += 4;
      }
      if (from == end) break;
    }
    const std::uint8_t digit = base64_digit(*from++);
    if (digit == not_base64) continue;
    if (digit == padding) {
      std::string rest;
      flush_base64(rest);
      for (const char c : rest) *to++ = c;
      continue;
    }
    bits_ = bits_ << 6 | digit;
    if (++digits_ < 4) continue;
    *to++ = static_cast<char>(bits_ >> 16);
    *to++ = static_cast<char>(bits_ >> 8);
    *to++ = static_cast<char>(bits_);
    digits_ = 0;
    bits_ = 0;
  }
  out.resize(static_cast<std::size_t>(to - out.data()));
}

void TransferDecoder::flush_base64(std::string& out) {
  if (digits_ == 2) out += static_cast<char>(bits_ >> 4);
  if (digits_ == 3) {
    out += static_cast<char>(bits_ >> 10);
    out += static_cast<char>(bits_ >> 2);
  }
  digits_ = 0;
  bits_ = 0;
}

void TransferDecoder::feed_quoted_printable(std::string_view chunk, std::string& out) {
  while (!chunk.empty()) {
    if (held_.empty()) {
      std::size_t plain = 0;
      while (plain < chunk.size() && !is_held(chunk[plain])) ++plain;
      out.append(chunk, 0, plain);
      chunk.remove_prefix(plain);
      if (chunk.empty()) return;
    }
    // A blank between words is by far the most frequent of these.
    if (held_.empty() && chunk.size() > 1 && is_blank(chunk[0]) && !is_held(chunk[1]) && chunk[1] != '\n') {
      out.append(chunk, 0, 2);
      chunk.remove_prefix(2);
      continue;
    }
    take_held(chunk.front(), out);
    chunk.remove_prefix(1);
  }
}

// One byte where the ones before, in held_, wait for it. They are: "=" or "=X" of an escape; "=", blanks and
// perhaps a CR of a soft line break; blanks and perhaps a CR of the end of a line.
void TransferDecoder::take_held(char c, std::string& out) {
  const bool is_escape = held_.starts_with('=');
  if (held_.empty()) {
    held_ += c;
    return;
  }
  if (c == '\n') {  // the end of a line: blanks before it go, and if it is soft, it goes itself
    const bool is_soft = is_escape && (held_.size() == 1 || is_blank(held_[1]) || held_[1] == '\r');
    if (is_escape && !is_soft) out += held_;
    if (!is_soft) out += held_.ends_with('\r') ? "\r\n" : "\n";
    held_.clear();
    return;
  }
  if (is_escape && held_.size() == 2 && hex_digit(held_[1]) >= 0 && hex_digit(c) >= 0) {
    out += static_cast<char>(hex_digit(held_[1]) << 4 | hex_digit(c));
    held_.clear();
    return;
  }
  const bool may_be_escape = is_escape && held_.size() == 1 && hex_digit(c) >= 0;
  const bool may_be_line_end =
      !held_.ends_with('\r') && (is_blank(held_.back()) || held_ == "=") && (is_blank(c) || c == '\r');
  if ((may_be_escape || may_be_line_end) && held_.size() < most_held) {
    held_ += c;
    return;
  }
  out += std::exchange(held_, {});
  if (is_held(c)) {
    held_ += c;
  } else {
    out += c;
  }
}

std::string decode_transfer(std::string_view bytes, TransferEncoding encoding) {
  TransferDecoder decoder(encoding);
  std::string out;
  decoder.feed(bytes, out);
  decoder.finish(out);
  return out;
}

}  // namespace pillarbox::mail
