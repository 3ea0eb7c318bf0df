#include "relay/converted.h"

#include <fmt/format.h>

#include "mail/seven_bit.h"
#include "relay/limits.h"

namespace pillarbox::relay {
namespace {

class ConvertedBody final : public store::BodyReader {
 public:
  explicit ConvertedBody(std::string text) : text_(std::move(text)) {}
  std::uint64_t size() const override { return text_.size(); }
  Task<std::expected<std::string_view, store::Error>> read(std::uint64_t offset, std::size_t most) override {
    co_return std::string_view(text_).substr(offset, most);
  }

 private:
  const std::string text_;
};

}  // namespace

Task<std::expected<std::shared_ptr<store::BodyReader>, std::string>> convert_to_seven_bit(
    store::BodyReader& body) {
  if (body.size() > limits::most_converted) {
    co_return std::unexpected(fmt::format("it is larger than {} bytes", limits::most_converted));
  }
  std::string text;
  while (text.size() < body.size()) {
    const auto piece = co_await body.read(text.size(), limits::piece);
    if (!piece || piece->empty()) co_return std::unexpected("it can't be read from our store");
    text += *piece;
  }
  auto converted = mail::to_seven_bit(text);
  if (!converted) co_return std::unexpected(std::string(describe(converted.error())));
  co_return std::make_shared<ConvertedBody>(*std::move(converted));
}

}  // namespace pillarbox::relay
