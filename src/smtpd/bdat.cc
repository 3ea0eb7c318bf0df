// BDAT: RFC 3030 §2. The size frames the text, so a chunk is always read to its end, whatever becomes of it:
// what follows it are commands again.
#include <algorithm>
#include <utility>

#include "smtpd/replies.h"
#include "smtpd/session.h"

namespace pillarbox::smtpd {

Task<Reply> Session::on(const smtp::Bdat& command) {
  Transaction& transaction = *state_.transaction;
  if (!transaction.reception) transaction.reception = begin_reception(transaction);
  Reception& reception = *transaction.reception;
  if (command.size > settings_.max_message_size - std::min(settings_.max_message_size, reception.size())) {
    reception.fail(replies::message_too_large());
    co_await swallow_chunk(command.size);
  } else {
    co_await receive_chunk(command.size, transaction);
  }
  if (!command.is_last) {
    // After a refused chunk the transaction can only be ended: with RSET, or by a last chunk, refused as
    // well.
    co_return reception.fault() ? *reception.fault() : replies::chunk_received(command.size);
  }
  Transaction complete = *std::exchange(state_.transaction, std::nullopt);
  const bool is_text = complete.mail.body != smtp::BodyType::binary_mime;
  if (is_text && !complete.line_breaks.is_clean()) complete.reception->fail(replies::bare_line_break());
  const auto received = std::move(complete.reception);
  co_return co_await accept(std::move(complete), *received);
}

Task<void> Session::receive_chunk(std::uint64_t size, Transaction& transaction) {
  Reception& reception = *transaction.reception;
  const bool is_text = transaction.mail.body != smtp::BodyType::binary_mime;
  const Time start = services_.clock.now();
  for (std::uint64_t left = size; left > 0;) {
    if (wire_.pending().empty()) co_await wire_.read_more(time_for_data(start, size - left));
    const std::string_view text = wire_.pending().substr(0, left);
    // In BINARYMIME lines mean nothing; in all else CR and LF come only together, as in DATA.
    if (is_text && !transaction.line_breaks.feed(text)) reception.fail(replies::bare_line_break());
    co_await reception.append(text);
    left -= text.size();
    wire_.consume(text.size());
  }
}

Task<void> Session::swallow_chunk(std::uint64_t size) {
  if (size > settings_.max_message_size) {
    state_.closing = State::Closing::lingering;  // no reply would be read before the end of that
    co_return;
  }
  const Time start = services_.clock.now();
  for (std::uint64_t left = size; left > 0;) {
    if (wire_.pending().empty()) co_await wire_.read_more(time_for_data(start, size - left));
    const std::size_t taken = std::min<std::uint64_t>(left, wire_.pending().size());
    left -= taken;
    wire_.consume(taken);
  }
}

}  // namespace pillarbox::smtpd
