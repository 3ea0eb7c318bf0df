// Where responses are written before they are sent: a growing array of bytes that is never zeroed, with
// numbers written by table. What FETCH spends its time in.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>

#include "proto/imap/digits.h"

namespace pillarbox::imap {

class Output {
 public:
  std::string_view text() const { return {data_.get(), size_}; }
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

  // Forgets the text and keeps the memory; release() gives that back too. The session flushes long before an
  // Output gets large; nothing here holds a limit.
  void clear() { size_ = 0; }
  void release();

  void put(char c) {
    *reserve(1) = c;
    ++size_;
  }
  void put(std::string_view text) {
    if (text.empty()) return;  // its data() may be null
    std::memcpy(reserve(text.size()), text.data(), text.size());
    size_ += text.size();
  }
  void put_number(std::uint64_t number) { advance_to(write_digits(reserve(max_digits), number)); }
  void put_line_end() { put("\r\n"); }

  // Room for `bytes` more, to be written directly; what was used is then said with advance_to().
  char* reserve(std::size_t bytes) {
    if (capacity_ - size_ < bytes) [[unlikely]]
      grow(bytes);
    return data_.get() + size_;
  }
  void advance_to(const char* end) { size_ = static_cast<std::size_t>(end - data_.get()); }

 private:
  void grow(std::size_t bytes);

  std::unique_ptr<char[]> data_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace pillarbox::imap
