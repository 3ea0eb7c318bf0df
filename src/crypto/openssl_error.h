// What went wrong in OpenSSL's last call, in words.
#pragma once

#include <string>

namespace pillarbox::crypto {

// The reason of the oldest error of this thread ("no shared cipher"), and forgets them all.
std::string openssl_error();

}  // namespace pillarbox::crypto
