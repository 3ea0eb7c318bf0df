// A message in a string, for those who read bodies from a store.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "store/store.h"

namespace pillarbox::transcript {

class TextBody final : public store::BodyReader {
 public:
  explicit TextBody(std::string text) : text_(std::move(text)) {}
  // From that offset on nothing can be read.
  void damage(std::uint64_t offset) { damaged_ = offset; }

  std::uint64_t size() const override { return text_.size(); }
  Task<std::expected<std::string_view, store::Error>> read(std::uint64_t offset, std::size_t most) override {
    if (offset >= damaged_) co_return std::unexpected(store::Error{.kind = store::ErrorKind::corrupt});
    co_return std::string_view(text_).substr(offset, most);
  }

 private:
  std::string text_;
  std::uint64_t damaged_ = ~std::uint64_t{0};
};

}  // namespace pillarbox::transcript
