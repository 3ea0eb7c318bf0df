// CAPABILITY, RFC 3501 §6.1.1. What stands here is whole: nothing is announced that is half there.
#include "imapd/handlers.h"

namespace pillarbox::imapd {

std::vector<std::string_view> Session::capabilities() const {
  std::vector<std::string_view> known = {"IMAP4rev1",
                                         "LITERAL+",
                                         "SASL-IR",
                                         "ID",
                                         "ENABLE",
                                         "IDLE",
                                         "NAMESPACE",
                                         "CHILDREN",
                                         "UNSELECT",
                                         "UIDPLUS",
                                         "MOVE",
                                         "SPECIAL-USE",
                                         "CREATE-SPECIAL-USE",
                                         "ESEARCH",
                                         "CONDSTORE",
                                         "LIST-EXTENDED",
                                         "LIST-STATUS",
                                         "STATUS=SIZE"};
  if (login_) return known;
  if (door_->offers_starttls() && !is_tls()) known.push_back("STARTTLS");
  if (is_tls() || door_->allows_plaintext_auth) {
    known.push_back("AUTH=PLAIN");
    known.push_back("AUTH=LOGIN");
  } else {
    known.push_back("LOGINDISABLED");
  }
  return known;
}

Task<Completion> capability(Session& session, const imap::Capability&, Responses& out) {
  imap::write_capability(out.text(), session.capabilities());
  co_return ok("CAPABILITY completed");
}

}  // namespace pillarbox::imapd
