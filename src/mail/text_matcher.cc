#include "mail/text_matcher.h"

#include <cstring>

#include "mail/unicode.h"

namespace pillarbox::mail {
namespace {

// How many bytes at the end begin a character that isn't complete, at most three.
std::size_t unfinished_tail(std::string_view utf8) {
  for (std::size_t back = 1; back <= 3 && back <= utf8.size(); ++back) {
    const auto byte = static_cast<unsigned char>(utf8[utf8.size() - back]);
    if (byte < 0x80) return 0;
    if (byte >= 0xC0) {
      const std::size_t length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2;
      return length > back ? back : 0;
    }
  }
  return 0;
}

}  // namespace

std::string_view CasemapStream::feed(std::string_view utf8) {
  prepared_.clear();
  while (!begun_.empty() && !utf8.empty()) {
    begun_ += utf8.front();
    utf8.remove_prefix(1);
    if (unfinished_tail(begun_) != 0) continue;
    append_casemap(begun_, prepared_);
    begun_.clear();
  }
  const std::size_t tail = unfinished_tail(utf8);
  append_casemap(utf8.substr(0, utf8.size() - tail), prepared_);
  begun_ += utf8.substr(utf8.size() - tail);
  return prepared_;
}

TextMatcher::TextMatcher(std::string_view utf8) {
  append_casemap(utf8, key_);
  borders_.resize(key_.size());
  std::uint32_t border = 0;
  for (std::size_t i = 1; i < key_.size(); ++i) {
    while (border > 0 && key_[i] != key_[border]) border = borders_[border - 1];
    if (key_[i] == key_[border]) ++border;
    borders_[i] = border;
  }
}

bool TextMatcher::feed(std::string_view prepared) {
  const char* at = prepared.data();
  const char* end = at + prepared.size();
  while (!is_found() && at != end) {
    if (matched_ == 0) {
      at = static_cast<const char*>(std::memchr(at, key_.front(), static_cast<std::size_t>(end - at)));
      if (at == nullptr) return false;
    }
    while (matched_ > 0 && *at != key_[matched_]) matched_ = borders_[matched_ - 1];
    if (*at == key_[matched_]) ++matched_;
    ++at;
  }
  return is_found();
}

bool contains_text(std::string_view text, std::string_view utf8) {
  CasemapStream stream;
  return TextMatcher(utf8).feed(stream.feed(text));
}

}  // namespace pillarbox::mail
