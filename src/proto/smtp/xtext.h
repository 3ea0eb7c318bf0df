// xtext, how parameters of SMTP commands carry any text (RFC 3461 §4). Pure.
#pragma once

#include <string>
#include <string_view>

namespace pillarbox::smtp {

// Bytes outside of printable ASCII, and "+" and "=", as "+HH".
std::string encode_xtext(std::string_view text);

// RFC 6533 §3, utf-8-addr-xtext: "\x{HEX}" for every character beyond ASCII and for what xtext escapes; text
// that isn't UTF-8 is encoded byte by byte. An address that is encoded like this already stays as it is.
std::string encode_unitext(std::string_view text);

}  // namespace pillarbox::smtp
