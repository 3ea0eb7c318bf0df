#include "smtpd/sasl_plain.h"

#include <string>

#include "base/text.h"

namespace pillarbox::smtpd {

std::optional<accounts::PasswordLogin> parse_sasl_plain(std::string_view message) {
  if (!is_utf8(message)) return std::nullopt;
  const auto parts = split(message, '\0');
  if (parts.size() != 3 || parts[1].empty() || parts[2].empty()) return std::nullopt;
  return accounts::PasswordLogin{.authorization = std::string(parts[0]),
                                 .authentication = std::string(parts[1]),
                                 .password = std::string(parts[2])};
}

}  // namespace pillarbox::smtpd
