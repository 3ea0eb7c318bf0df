#include "mail/encoded_word.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/text.h"
#include "mail/charset.h"
#include "mail/limits.h"
#include "mail/syntax.h"
#include "mail/transfer.h"

namespace pillarbox::mail {
namespace {

constexpr bool is_line_end(char c) { return c == '\r' || c == '\n'; }

struct EncodedWord {
  std::string_view charset;
  bool is_base64 = false;
  std::string_view text;
};

// Finds encoded words from left to right. A "?=" that was found once isn't searched again, so that many
// beginnings without an end cost no more than one.
class WordScanner {
 public:
  explicit WordScanner(std::string_view value) : value_(value) {}

  // The word that starts at value[at], where "=?" stands; `at` is moved behind it.
  std::optional<EncodedWord> take(std::size_t& at) {
    const std::size_t charset_start = at + 2;
    std::size_t mark = charset_start;
    while (mark < value_.size() && is_charset_char(value_[mark])) ++mark;
    const std::string_view rest = value_.substr(mark);
    if (mark == charset_start || rest.size() < 3 || rest[0] != '?' || rest[2] != '?') return std::nullopt;
    const char encoding = ascii_lower(rest[1]);
    if (encoding != 'q' && encoding != 'b') return std::nullopt;

    const std::size_t text_start = mark + 3;
    const std::size_t text_end = find_end(text_start);
    if (text_end == std::string_view::npos) return std::nullopt;
    EncodedWord word{.charset = value_.substr(charset_start, mark - charset_start),
                     .is_base64 = encoding == 'b',
                     .text = value_.substr(text_start, text_end - text_start)};
    word.charset = word.charset.substr(0, word.charset.find('*'));  // RFC 2231 §5: a language may follow
    at = text_end + 2;
    return word;
  }

 private:
  static bool is_charset_char(char c) { return is_token_char(c) && c != '?'; }

  std::size_t find_end(std::size_t from) {
    if (end_ == std::string_view::npos || end_ >= from) return end_;
    end_ = value_.find("?=", from);
    return end_;
  }

  std::string_view value_;
  std::size_t end_ = 0;  // of the first "?=" behind the last place asked for
};

std::string decode_q(std::string_view text) {
  std::string bytes;
  bytes.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_line_end(text[i])) {  // an encoded word must not be folded; where it is, the fold isn't part of it
      while (i + 1 < text.size() && is_header_space(text[i + 1])) ++i;
    } else if (text[i] == '=' && hex_byte(text, i + 1) >= 0) {
      bytes += static_cast<char>(hex_byte(text, i + 1));
      i += 2;
    } else {
      bytes += text[i] == '_' ? ' ' : text[i];
    }
  }
  return bytes;
}

// Collects the decoded text.
class TextBuilder {
 public:
  void add_plain(std::string_view text) {
    end_run();
    CharsetDecoder raw("");
    std::size_t at = 0;
    while (at < text.size()) {
      const auto fold = text.find_first_of("\r\n", at);
      raw.feed(text.substr(at, fold - at), text_);
      if (fold == std::string_view::npos) break;
      raw.finish(text_);
      while (!text_.empty() && text_.size() > kept_ && (text_.back() == ' ' || text_.back() == '\t'))
        text_.pop_back();
      at = fold;
      while (at < text.size() && is_header_space(text[at])) ++at;
      if (!text_.empty()) text_ += ' ';
    }
    raw.finish(text_);
  }

  void add_word(const EncodedWord& word) {
    if (!decoder_ || !equals_ignoring_case(charset_, word.charset)) {
      end_run();
      charset_ = word.charset;
      decoder_.emplace(charset_);
    }
    const std::size_t start = text_.size();
    decoder_->feed(
        word.is_base64 ? decode_transfer(word.text, TransferEncoding::base64) : decode_q(word.text), text_);
    hide_line_ends(start);
  }

  std::string finish() {
    end_run();
    while (text_.size() > kept_ && (text_.back() == ' ' || text_.back() == '\t')) text_.pop_back();
    return std::move(text_);
  }

 private:
  void end_run() {
    if (!decoder_) return;
    const std::size_t start = text_.size();
    decoder_->finish(text_);
    hide_line_ends(start);
    decoder_.reset();
    kept_ = text_.size();
  }

  void hide_line_ends(std::size_t from) {
    for (; from < text_.size(); ++from) {
      if (is_line_end(text_[from])) text_[from] = ' ';
    }
  }

  std::string text_;
  std::size_t kept_ = 0;                   // blanks before this came from an encoded word and stay
  std::optional<CharsetDecoder> decoder_;  // of the encoded words that follow each other in one character set
  std::string_view charset_;
};

bool is_all_space(std::string_view text) {
  for (const char c : text) {
    if (!is_header_space(c)) return false;
  }
  return true;
}

std::string_view trim_start(std::string_view text) {
  while (!text.empty() && is_header_space(text.front())) text.remove_prefix(1);
  return text;
}

enum class Until { end, comma };

// Decodes from `at` to the end, or to the first comma outside an encoded word; `at` is left where it stopped.
std::string decode_up_to(Until until, std::string_view value, WordScanner& words, std::size_t& at) {
  TextBuilder builder;
  at = value.size() - trim_start(value.substr(at)).size();
  std::size_t plain = at;
  bool after_word = false;
  const auto flush_plain = [&](std::size_t end) {
    if (end > plain) builder.add_plain(value.substr(plain, end - plain));
  };
  while (at < value.size()) {
    at = std::min(value.find_first_of(until == Until::comma ? "=," : "=", at), value.size());
    if (at == value.size() || value[at] == ',') break;
    const std::size_t word_start = at;
    const auto word = value.substr(at, 2) == "=?" ? words.take(at) : std::nullopt;
    if (!word) {
      ++at;
      continue;
    }
    // RFC 2047 §6.2: white space between two encoded words isn't shown.
    if (!after_word || !is_all_space(value.substr(plain, word_start - plain))) flush_plain(word_start);
    builder.add_word(*word);
    after_word = true;
    plain = at;
  }
  flush_plain(at);
  return builder.finish();
}

}  // namespace

std::string decode_text(std::string_view value) {
  WordScanner words(value);
  std::size_t at = 0;
  return decode_up_to(Until::end, value, words, at);
}

std::vector<std::string> decode_phrase_list(std::string_view value) {
  std::vector<std::string> phrases;
  WordScanner words(value);
  for (std::size_t at = 0; at < value.size() && phrases.size() < limits::list_entries; ++at) {
    std::string text = decode_up_to(Until::comma, value, words, at);
    if (!text.empty()) phrases.push_back(std::move(text));
  }
  return phrases;
}

}  // namespace pillarbox::mail
