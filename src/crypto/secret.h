// Handling what others must not learn.
#pragma once

#include <string>
#include <string_view>

namespace pillarbox::crypto {

// Overwrites the text where it stands, so that no later reader of this memory finds it, and empties it.
void wipe(std::string& secret);

// Wipes a string when the scope ends, however it ends.
class Wiper {
 public:
  explicit Wiper(std::string& secret) : secret_(secret) {}
  ~Wiper() { wipe(secret_); }
  Wiper(const Wiper&) = delete;
  Wiper& operator=(const Wiper&) = delete;

 private:
  std::string& secret_;
};

// In a time that depends on the lengths only.
bool equals_in_constant_time(std::string_view a, std::string_view b);

// 32 bytes. Never fails.
std::string hmac_sha256(std::string_view key, std::string_view text);

}  // namespace pillarbox::crypto
