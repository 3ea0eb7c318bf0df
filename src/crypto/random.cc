#include "crypto/random.h"

#include <openssl/rand.h>

#include <string_view>

#include "base/try.h"

namespace pillarbox::crypto {

std::string random_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  ASSERT(RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(count)) == 1);
  return bytes;
}

std::string random_password(std::size_t count) {
  constexpr std::string_view alphabet = "abcdefghijkmnpqrstuvwxyz23456789";
  static_assert(alphabet.size() == 32);
  std::string password = random_bytes(count);
  for (char& c : password) c = alphabet[static_cast<unsigned char>(c) % alphabet.size()];
  return password;
}

}  // namespace pillarbox::crypto
