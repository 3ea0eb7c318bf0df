// Delivery into a Maildir that belongs to a user of the system or to a virtual one.
#pragma once

#include <string>

#include "base/clock.h"
#include "os/delivery_result.h"

namespace pillarbox::os {

struct MaildirDelivery {
  std::string path;    // of the Maildir itself; made with cur, new and tmp if it isn't there
  std::string folder;  // "Junk" for the Maildir++ folder .Junk in it; "" for itself
  std::string unique;  // what no other delivery has: becomes part of the file's name
  int message = -1;    // a descriptor of the whole message, CRLF lines
};

// tmp/, fsync, link into new/, fsync of the folder: kept, whole and visible, or not there at all. The name
// carries ,S= and ,W= sizes as Dovecot and others use. Blocks; runs with the user's rights.
DeliveryResult deliver_to_maildir(const MaildirDelivery& delivery);

}  // namespace pillarbox::os
