#include "smtpd/reception.h"

#include <algorithm>
#include <utility>

#include "smtpd/replies.h"

namespace pillarbox::smtpd {
namespace {

// A longer header isn't mended: it would have to be held, and no mail client writes such a one.
constexpr std::size_t max_held = 64 << 10;

}  // namespace

Reception::Reception(std::unique_ptr<store::Draft> draft, Options options)
    : draft_(std::move(draft)), options_(std::move(options)), header_(options_.header_limits) {}

void Reception::fail(Reply reply) {
  if (!fault_) fault_ = std::move(reply);
}

Task<void> Reception::append(std::string_view text) {
  size_ += text.size();
  if (size_ > options_.max_size) fail(replies::message_too_large());
  if (!fault_ && !header_.has_ended()) {
    header_.feed(text);
    if (header_.fault() == HeaderScan::Fault::too_large) fail(replies::header_too_large());
    if (header_.fault() == HeaderScan::Fault::too_many_hops) fail(replies::too_many_hops());
  }
  if (fault_) co_return;

  if (!has_begun_ && options_.mending) {
    held_ += text;
    if (header_.has_ended() || held_.size() > max_held) co_await begin();
    co_return;
  }
  if (!has_begun_) co_await begin();
  co_await write(text);
}

Task<void> Reception::finish() {
  if (fault_) co_return;
  if (!has_begun_) co_await begin();
  for (const std::string& had_it : header_.delivered_to()) {
    if (std::ranges::find(options_.recipients, had_it) != options_.recipients.end()) {
      fail(replies::loops_to_recipient());
    }
  }
}

Task<void> Reception::begin() {
  has_begun_ = true;
  std::string fields = std::move(options_.trace_fields);
  const bool is_header_known = held_.size() <= max_held;
  if (options_.mending && is_header_known) {
    const bool lacks_date = !header_.has_date();
    const bool lacks_message_id = !header_.has_message_id();
    if (lacks_date) fields += options_.mending->date;
    if (lacks_message_id) fields += options_.mending->message_id;
    // Only text, as scripts send it: our fields need an end.
    if (header_.begins_with_text() && (lacks_date || lacks_message_id)) fields += "\r\n";
  }
  co_await write(fields);
  if (!held_.empty()) co_await write(held_);
  held_ = {};
}

Task<void> Reception::write(std::string_view bytes) {
  if (fault_) co_return;
  auto written = co_await draft_->append(bytes);
  if (!written) fail(replies::of(written.error()));
}

}  // namespace pillarbox::smtpd
