// Format specifiers, smtpd.conf(5): %{rcpt.user:lowercase}, %{user.directory}, %{rcpt.domain[0:-4]|…}.
// Private to this folder: it is checked here that they can be expanded, which happens where mail is
// delivered.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace pillarbox::config {

enum class FormatPlace : std::uint8_t { delivery, wrapper };  // %{mda} only means something in a wrapper

// Or what is wrong with one of them.
std::expected<void, std::string> check_format(std::string_view text, FormatPlace place);

}  // namespace pillarbox::config
