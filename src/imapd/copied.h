// What COPY and MOVE tell of their doing.
#pragma once

#include <string>

#include "store/batch.h"

namespace pillarbox::imapd {

// The COPYUID response code, RFC 4315 §3. Requires: something was copied.
std::string copy_uid(const store::Copied& copied);

}  // namespace pillarbox::imapd
