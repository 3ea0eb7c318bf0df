#include "proto/imap/output.h"

#include <algorithm>

namespace pillarbox::imap {

void Output::release() {
  data_.reset();
  size_ = capacity_ = 0;
}

void Output::grow(std::size_t bytes) {
  const std::size_t wanted = std::max<std::size_t>({capacity_ * 2, size_ + bytes, 512});
  auto larger = std::make_unique_for_overwrite<char[]>(wanted);
  if (size_ > 0) std::memcpy(larger.get(), data_.get(), size_);
  data_ = std::move(larger);
  capacity_ = wanted;
}

}  // namespace pillarbox::imap
