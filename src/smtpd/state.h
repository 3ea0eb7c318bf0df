// What an SMTP session knows: of the connection, and of the transaction under way. Two structs, since they
// live and die at different times.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "mail/address.h"
#include "proto/smtp/command.h"
#include "proto/smtp/line_breaks.h"
#include "route/decision.h"
#include "smtpd/reception.h"

namespace pillarbox::smtpd {

struct Recipient {
  mail::Address address;
  route::Decision decision;
};

// From MAIL to the end of the message, RSET, or a new greeting.
struct Transaction {
  smtp::Mail mail;
  std::string trace_id;
  std::vector<Recipient> recipients;
  std::size_t destinations = 0;  // of all recipients together
  bool was_recipient_refused = false;

  std::unique_ptr<Reception> reception;  // since the first BDAT
  smtp::LineBreakCheck line_breaks;      // of its chunks
};

struct State {
  enum class Greeting { none, helo, ehlo };
  // How the session ends. Lingering reads on for a while and throws away what comes: a peer in the middle of
  // a message looks for our reply only at its end.
  enum class Closing { no, yes, lingering };

  Greeting greeting = Greeting::none;
  std::string client_name;
  bool is_tls = false;
  bool starts_tls = false;  // from our reply to STARTTLS, or from the start, until the handshake is done
  std::string login;        // "" until somebody logged in
  unsigned messages = 0;
  unsigned failed_logins = 0;
  bool has_begun = false;  // MAIL or AUTH came
  Closing closing = Closing::no;
  std::optional<Transaction> transaction;
};

}  // namespace pillarbox::smtpd
