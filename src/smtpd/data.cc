// DATA: RFC 5321 §4.1.1.4.
#include <utility>

#include "smtpd/replies.h"
#include "smtpd/session.h"

namespace pillarbox::smtpd {

Task<Reply> Session::on(const smtp::Data&) {
  Transaction transaction =
      *std::exchange(state_.transaction, std::nullopt);  // however DATA ends, it is over
  wire_.send(replies::go_ahead());
  const auto reception = begin_reception(transaction);
  if (co_await receive_data(*reception) != smtp::DataDecoder::Status::end) {
    // Where the message ends isn't known any more: what follows may be text made to look like commands.
    state_.closing = State::Closing::lingering;
  }
  co_return co_await accept(std::move(transaction), *reception);
}

// To the end of the message, even if it can't be taken: only behind it are commands again.
Task<smtp::DataDecoder::Status> Session::receive_data(Reception& reception) {
  using enum smtp::DataDecoder::Status;
  smtp::DataDecoder decoder;
  const Time start = services_.clock.now();
  for (;;) {
    if (wire_.pending().empty()) co_await wire_.read_more(time_for_data(start, reception.size()));
    std::string_view input = wire_.pending();
    const std::size_t before = input.size();
    const auto piece = decoder.take(input);
    if (!piece.text.empty()) co_await reception.append(piece.text);
    wire_.consume(before - input.size());
    if (piece.status == bare_cr || piece.status == bare_lf) reception.fail(replies::bare_line_break());
    if (piece.status != more) co_return piece.status;
    // Who doesn't stop at twice what we take won't read our answer either.
    if (reception.size() / 2 > settings_.max_message_size) co_return more;
  }
}

}  // namespace pillarbox::smtpd
