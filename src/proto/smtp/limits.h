// The sizes that hold whatever the configuration says. What an administrator may change is in
// smtpd/settings.h.
#pragma once

#include <cstddef>

namespace pillarbox::smtp {

// A line of a command, its CRLF included. RFC 5321 §4.5.3.1.4 asks for 512 and every extension adds to it; a
// line of an AUTH exchange may be 12,288 long (RFC 4954 §4).
inline constexpr std::size_t max_command_line = 2'048;
inline constexpr std::size_t max_auth_line = 12'288;

// The argument of EHLO and HELO: a domain name (RFC 5321 §4.5.3.1.2) or an address literal.
inline constexpr std::size_t max_client_name = 255;

// Parameters of one MAIL or RCPT; there are fewer than twenty registered.
inline constexpr std::size_t max_parameters = 20;

// A PROXY header with all its TLVs. Version 1 says 107 bytes itself; version 2 could say 64 KiB, which nobody
// sends.
inline constexpr std::size_t max_proxy_v1 = 107;
inline constexpr std::size_t max_proxy_v2 = 4'096;

// A line of a reply, code and CRLF included (RFC 5321 §4.5.3.1.5).
inline constexpr std::size_t max_reply_line = 512;

// What servers say to us as a client. RFC 5321 §4.5.3.1.5 allows lines of 512; some add a paragraph of
// advice.
inline constexpr std::size_t max_server_line = 2'048;
inline constexpr std::size_t max_server_lines = 100;
inline constexpr std::size_t max_server_reply = 32 << 10;
// SASL mechanisms that a server may list; there are about thirty registered.
inline constexpr std::size_t max_mechanisms = 50;

}  // namespace pillarbox::smtp
