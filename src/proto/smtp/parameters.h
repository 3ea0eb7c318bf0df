// The ESMTP parameters behind the paths of MAIL and RCPT (RFC 5321 §4.1.2). Pure; used by command.cc.
#pragma once

#include <expected>
#include <string_view>

#include "proto/smtp/command.h"

namespace pillarbox::smtp {

// `text` is what follows the path: empty, or a space and parameters. Fills in those of `mail`.
std::expected<void, SyntaxError> parse_mail_parameters(std::string_view text, Mail& mail);

// There is none that we offer yet: everything is an unknown parameter or no parameter at all.
std::expected<void, SyntaxError> parse_rcpt_parameters(std::string_view text);

}  // namespace pillarbox::smtp
