// The one message of SASL PLAIN: RFC 4616 §2. Pure.
#pragma once

#include <optional>
#include <string_view>

#include "accounts/accounts.h"

namespace pillarbox::smtpd {

// "[authzid] NUL authcid NUL passwd", or nothing if it isn't of that form, UTF-8, and not empty where it may
// not be.
std::optional<accounts::PasswordLogin> parse_sasl_plain(std::string_view message);

}  // namespace pillarbox::smtpd
