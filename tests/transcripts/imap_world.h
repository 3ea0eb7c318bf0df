// The IMAP server that transcripts are played against: its users are made up here, all else is the real
// thing.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "imapd/services.h"
#include "support/transcript_world.h"

namespace pillarbox::transcript {

// Users are carol and anna (password "secret-NAME"); for errors, busy and broken.
class ImapWorld final : public World {
 public:
  ImapWorld();
  ~ImapWorld() override;

  // config: plaintext (no TLS, passwords in clear), starttls (offered, no passwords before it), imaps (TLS
  // first) set: NAME VALUE, of imapd/settings.h message: MAILBOX FLAGS TEXT    comes into carol's mailbox;
  // FLAGS as \\Seen,$Junk or -; TEXT may be @NAME, a file of
  //                                imap/messages, whose line ends become CRLF
  // messages: MAILBOX COUNT        as many little ones
  // flags: MAILBOX UID FLAGS       carol's message has exactly these
  // mailboxes: NAME,NAME…          carol has exactly these, in this order
  // subscribed: NAME,NAME…         likewise
  // fail: commit|append            the next one of the store's fails as on a full disk
  Fault command(const Step& step) override;
  net::MemoryServer::Session session() override;
  std::size_t acknowledged(std::string_view output) const override;

 private:
  class Accounts;
  struct Parts;

  Fault configure(std::string_view name);
  Fault set(std::string_view argument);
  Fault add_message(std::string_view argument);
  Fault add_messages(std::string_view argument);
  Fault check_flags(std::string_view argument);
  Fault check_names(std::string_view what, std::string_view wanted);

  std::unique_ptr<Parts> parts_;
  imapd::Door door_;
};

}  // namespace pillarbox::transcript
