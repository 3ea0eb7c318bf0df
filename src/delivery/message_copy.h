// A message as a file without a name, for those who deliver it with other rights than ours.
#pragma once

#include <expected>
#include <string>

#include "base/descriptor.h"
#include "base/task.h"
#include "store/store.h"

namespace pillarbox::delivery {

struct MessageCopy {
  Descriptor file;
  bool is_spam = false;  // "X-Spam: yes" in its header
};

// `fields`, which stand before the message, and the message; both with CRLF. The error is what went wrong,
// with the place.
Task<std::expected<MessageCopy, std::string>> copy_message(const std::string& folder,
                                                           const std::string& fields,
                                                           store::BodyReader& body);

}  // namespace pillarbox::delivery
