// What a stored password hash looks like: pure, no hashing. For password_hash.cc.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "crypto/password_hash.h"

namespace pillarbox::crypto {

struct ReadHash {
  PasswordScheme scheme;
  std::string cost;
  std::string hash;  // without {SCHEME}
};

std::expected<ReadHash, std::string> read_password_hash(std::string_view stored);

}  // namespace pillarbox::crypto
