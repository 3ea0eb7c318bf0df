// Response codes: what stands in the brackets of a status response, without them. RFC 3501 §7.1, RFC 5530.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "proto/imap/number_set.h"

namespace pillarbox::imap::codes {

// The ones without arguments.
inline constexpr std::string_view none = "";
inline constexpr std::string_view alert = "ALERT";
inline constexpr std::string_view already_exists = "ALREADYEXISTS";
inline constexpr std::string_view authentication_failed = "AUTHENTICATIONFAILED";
inline constexpr std::string_view authorization_failed = "AUTHORIZATIONFAILED";
inline constexpr std::string_view cannot = "CANNOT";
inline constexpr std::string_view client_bug = "CLIENTBUG";
inline constexpr std::string_view closed = "CLOSED";  // RFC 7162 §3.2.11
inline constexpr std::string_view corruption = "CORRUPTION";
inline constexpr std::string_view expunge_issued = "EXPUNGEISSUED";
inline constexpr std::string_view has_children = "HASCHILDREN";
inline constexpr std::string_view in_use = "INUSE";
inline constexpr std::string_view limit = "LIMIT";
inline constexpr std::string_view no_modseq = "NOMODSEQ";  // RFC 7162 §3.1.2.2
inline constexpr std::string_view no_perm = "NOPERM";
inline constexpr std::string_view nonexistent = "NONEXISTENT";
inline constexpr std::string_view over_quota = "OVERQUOTA";
inline constexpr std::string_view parse = "PARSE";
inline constexpr std::string_view privacy_required = "PRIVACYREQUIRED";
inline constexpr std::string_view read_only = "READ-ONLY";
inline constexpr std::string_view read_write = "READ-WRITE";
inline constexpr std::string_view server_bug = "SERVERBUG";
inline constexpr std::string_view too_big = "TOOBIG";  // RFC 4469 §4.2
inline constexpr std::string_view try_create = "TRYCREATE";
inline constexpr std::string_view uid_not_sticky = "UIDNOTSTICKY";  // RFC 4315 §3
inline constexpr std::string_view unavailable = "UNAVAILABLE";
inline constexpr std::string_view use_attr = "USEATTR";  // RFC 6154 §5.4

std::string uid_next(std::uint32_t uid);
std::string uid_validity(std::uint32_t uid_validity);
std::string unseen(std::uint32_t sequence_number);
std::string highest_modseq(std::uint64_t modseq);
std::string modified(const NumberSet& messages);                            // RFC 7162 §3.1.3
std::string append_uid(std::uint32_t uid_validity, const NumberSet& uids);  // RFC 4315 §3
std::string append_uid(std::uint32_t uid_validity, std::uint32_t uid);      // RFC 4315 §3
std::string bad_charset(std::span<const std::string_view> supported);       // RFC 3501 §7.1
std::string capability(std::span<const std::string_view> capabilities);     // RFC 3501 §7.1
// `flags` as they are to stand there: "\Seen", "$Junk"; "\*" if new keywords may be made.
std::string permanent_flags(std::span<const std::string_view> flags);

// RFC 4315 §3: the nth uid of `from` became the nth of `to`. Both in the order in which they were copied,
// which may be any; equally long.
std::string copy_uid(std::uint32_t uid_validity, std::span<const std::uint32_t> from,
                     std::span<const std::uint32_t> to);

}  // namespace pillarbox::imap::codes
