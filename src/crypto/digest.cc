#include "crypto/digest.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

#include "base/try.h"

namespace pillarbox::crypto {
namespace {

const EVP_MD* algorithm(Digest digest) {
  switch (digest) {
    case Digest::md5: return EVP_md5();
    case Digest::sha1: return EVP_sha1();
    case Digest::sha256: return EVP_sha256();
  }
  return nullptr;
}

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string result(const std::array<unsigned char, EVP_MAX_MD_SIZE>& digest, unsigned size) {
  return {reinterpret_cast<const char*>(digest.data()), size};
}

}  // namespace

std::string hash(Digest digest, std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned size = 0;
  ASSERT(EVP_Digest(text.data(), text.size(), out.data(), &size, algorithm(digest), nullptr) == 1);
  return result(out, size);
}

std::string hmac(Digest digest, std::string_view key, std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned size = 0;
  // An empty view may have no address, which HMAC() takes for "the key of last time".
  if (key.empty()) key = "";
  ASSERT(HMAC(algorithm(digest), key.data(), static_cast<int>(key.size()), bytes(text), text.size(),
              out.data(), &size) != nullptr);
  return result(out, size);
}

std::string pbkdf2(Digest digest, std::string_view password, std::string_view salt, unsigned iterations) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  const auto size = static_cast<unsigned>(EVP_MD_get_size(algorithm(digest)));
  if (password.empty()) password = "";
  ASSERT(PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()), bytes(salt),
                           static_cast<int>(salt.size()), static_cast<int>(iterations), algorithm(digest),
                           static_cast<int>(size), out.data()) == 1);
  return result(out, size);
}

}  // namespace pillarbox::crypto
