// Appending to a user's mbox, such as /var/mail/anna (RFC 4155, Appendix A).
#pragma once

#include <chrono>
#include <string>

#include "base/clock.h"
#include "os/delivery_result.h"
#include "os/owner.h"

namespace pillarbox::os {

struct MboxDelivery {
  std::string path;
  Owner owner;                                 // whose file it must be, and in whose name it is made
  std::string sender;                          // for the From line; "" becomes MAILER-DAEMON
  Time arrived;                                // likewise
  int message = -1;                            // a descriptor of the whole message, CRLF lines
  std::chrono::milliseconds patience{30'000};  // for others who hold the lock
};

// Appends the message, durably, or leaves the file as it was. Locks it in both ways that others know: with
// PATH.lock where the folder lets us, and with fcntl(2). Never through a symbolic or hard link, nor into a
// file of somebody else. Lines that begin with "From ", with any number of ">" before, get one more ">".
// Blocks; runs with the rights that the file needs.
DeliveryResult append_to_mbox(const MboxDelivery& delivery);

}  // namespace pillarbox::os
