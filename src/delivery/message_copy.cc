#include "delivery/message_copy.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <cerrno>
#include <cstring>

#include "base/text.h"
#include "mail/header.h"
#include "os/message_file.h"

namespace pillarbox::delivery {
namespace {

constexpr std::size_t piece_bytes = 65536;
constexpr std::size_t most_header = 1 << 20;

bool says_spam(const mail::HeaderCollector& header) {
  const auto field = mail::find_field(header.block(), "X-Spam");
  return field && starts_with_ignoring_case(mail::unfold(field->value), "yes");
}

}  // namespace

Task<std::expected<MessageCopy, std::string>> copy_message(const std::string& folder,
                                                           const std::string& fields,
                                                           store::BodyReader& body) {
  const auto failed = [&](int code) {
    return std::unexpected(fmt::format("a copy of the message in {}: {}", folder, std::strerror(code)));
  };
  MessageCopy copy{.file = Descriptor(::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600))};
  if (!copy.file.is_open()) co_return failed(errno);
  if (const int code = os::write_all(copy.file.get(), fields)) co_return failed(code);
  mail::HeaderCollector header(most_header);
  for (std::uint64_t offset = 0; offset < body.size();) {
    const auto piece = co_await body.read(offset, piece_bytes);
    if (!piece) co_return std::unexpected(piece.error().detail);
    if (piece->empty()) co_return std::unexpected("the message ends early");
    if (!header.is_complete()) header.feed(*piece);
    if (const int code = os::write_all(copy.file.get(), *piece)) co_return failed(code);
    offset += piece->size();
  }
  copy.is_spam = says_spam(header);
  co_return copy;
}

}  // namespace pillarbox::delivery
