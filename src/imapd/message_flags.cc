#include "imapd/message_flags.h"

#include "proto/imap/response.h"
#include "proto/imap/response_code.h"

namespace pillarbox::imapd {

void write_flag_lists(imap::Output& out, const SelectedMailbox& mailbox) {
  const auto& keywords = mailbox.known().keywords;
  imap::write_flags(out, keywords);
  std::vector<std::string_view> permanent;
  std::string_view text = "Read-only";
  if (mailbox.access == imap::Access::read_write) {
    permanent = {"\\Answered", "\\Flagged", "\\Deleted", "\\Seen", "\\Draft"};
    permanent.insert(permanent.end(), keywords.begin(), keywords.end());
    if (keywords.size() < store::Flags::max_keywords) permanent.push_back("\\*");
    text = "Flags are kept";
  }
  imap::write_status(out, "*", imap::Condition::ok, imap::codes::permanent_flags(permanent), text);
}

}  // namespace pillarbox::imapd
