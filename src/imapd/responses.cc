#include "imapd/responses.h"

namespace pillarbox::imapd {

void Responses::completion(std::string_view tag, const Completion& completion) {
  imap::write_status(text_, tag, completion.condition, completion.code, completion.text);
}

void Responses::untagged_ok(std::string_view code, std::string_view text) {
  imap::write_status(text_, "*", imap::Condition::ok, code, text);
}

void Responses::bye(std::string_view text) { imap::write_status(text_, "*", imap::Condition::bye, "", text); }

Task<void> Responses::flush() {
  if (text_.empty()) co_return;
  co_await send({});
  co_await yield();
}

Task<void> Responses::send(std::string_view bytes) {
  stream_.set_timeout(write_timeout_);
  is_sending_ = true;
  if (!text_.empty()) {
    co_await stream_.write(text_.text());
    text_.clear();
  }
  if (!bytes.empty()) co_await stream_.write(bytes);
  is_sending_ = false;
}

}  // namespace pillarbox::imapd
