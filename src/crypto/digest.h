// Digests and what is made of them: for SASL mechanisms and the like.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace pillarbox::crypto {

enum class Digest : std::uint8_t { md5, sha1, sha256 };

// All in binary. Never fail.
std::string hash(Digest digest, std::string_view text);
std::string hmac(Digest digest, std::string_view key, std::string_view text);  // RFC 2104
// RFC 8018 §5.2, as long as the digest. Takes microseconds an iteration. Requires: at least one.
std::string pbkdf2(Digest digest, std::string_view password, std::string_view salt, unsigned iterations);

}  // namespace pillarbox::crypto
