// Format specifiers, "%{rcpt.user:lowercase}", in the paths and commands of actions (smtpd.conf(5), FORMAT
// SPECIFIERS). Pure.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "mail/address.h"

namespace pillarbox::delivery {

struct FormatValues {
  std::optional<mail::Address> sender;  // none: the null sender, empty in all its forms
  mail::Address recipient;              // %{rcpt}: as the sender wrote it
  mail::Address destination;            // %{dest}: as routed
  std::string username;
  std::string directory;
  std::optional<std::string> mda;  // of a wrapper only
};

// What the result is for. What peers can choose is made harmless for it: characters that mean something to
// shells and file systems become ":", and so does a first "." or "-", so that no value is "..", a hidden file
// or an option.
enum class FormatUse : std::uint8_t {
  path,      // `raw` is no help against "/" and control characters
  argument,  // one word of a command: `raw` gives the value as it is
};

// The error says which specifier isn't one, and which there are. At most 4 KiB.
std::expected<std::string, std::string> expand_format(std::string_view format, const FormatValues& values,
                                                      FormatUse use);

}  // namespace pillarbox::delivery
