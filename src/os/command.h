// Running a user's or an admin's command with a message on its standard input: `mda`, and "|command" of
// aliases and .forward files.
#pragma once

#include <chrono>
#include <cstddef>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "os/delivery_result.h"

namespace pillarbox::os {

// Splits as a shell would, with its quotes and backslashes, but without a shell's other powers. The error
// says what isn't taken: an unquoted | & ; < > ( ) $ ` * ? [ # ~ = % { } or a quote that never ends; whoever
// needs these writes a script. %{...} stays as it stands.
std::expected<std::vector<std::string>, std::string> split_command(std::string_view command);

struct CommandDelivery {
  std::vector<std::string> arguments;    // the program first: a path, or a name that is looked for in PATH
  std::vector<std::string> environment;  // "NAME=value": all that the command gets
  std::string folder;                    // where it runs; "/" if it isn't there
  int message = -1;                      // a descriptor of the whole message, CRLF lines
  std::chrono::milliseconds most_time{300'000};
  std::size_t most_output = 4096;  // what it says beyond that is thrown away
};

// Runs it in a session and process group of its own, and kills that whole group at the end or when the time
// is over. The message comes with LF line ends. Delivered if it exits with 0; the other exit codes mean what
// sysexits.h says; what it wrote is quoted in the diagnostic. Blocks; runs with the rights of the caller.
DeliveryResult run_command(const CommandDelivery& delivery);

}  // namespace pillarbox::os
