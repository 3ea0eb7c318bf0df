#include "os/message_file.h"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>

namespace pillarbox::os {

int write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(descriptor, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return errno;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return 0;
}

int read_message(int descriptor, const std::function<int(std::string_view)>& sink) {
  std::array<char, 65536> piece;
  std::string converted;
  off_t offset = 0;
  bool ends_in_cr = false;
  for (;;) {
    const ssize_t n = ::pread(descriptor, piece.data(), piece.size(), offset);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return errno;
    if (n == 0) break;
    offset += n;
    converted.clear();
    for (const char c : std::string_view(piece.data(), static_cast<std::size_t>(n))) {
      if (ends_in_cr && c != '\n') converted += '\r';
      ends_in_cr = c == '\r';
      if (!ends_in_cr) converted += c;
    }
    if (const int code = sink(converted)) return code;
  }
  return ends_in_cr ? sink("\r") : 0;
}

}  // namespace pillarbox::os
