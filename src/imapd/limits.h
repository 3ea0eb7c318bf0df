// Limits of this folder that are no settings: how much one command may ask of the server at once. The others
// are in settings.h and proto/imap/limits.h.
#pragma once

#include <cstddef>

namespace pillarbox::imapd::limits {

// Keys of a SEARCH that look into messages (FROM, BODY, SENTON, …). Others are only limited by the codec.
inline constexpr std::size_t search_questions = 256;

}  // namespace pillarbox::imapd::limits
