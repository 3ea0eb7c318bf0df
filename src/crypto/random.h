// Random bytes that nobody can guess.
#pragma once

#include <cstddef>
#include <string>

namespace pillarbox::crypto {

// From OpenSSL's generator. Never fails: without randomness the process aborts.
std::string random_bytes(std::size_t count);

// For generated passwords: `count` letters and digits that aren't mistaken for one another, 5 bits each.
std::string random_password(std::size_t count);

}  // namespace pillarbox::crypto
