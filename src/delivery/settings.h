// Settings of deliveries into users' files and to commands.
#pragma once

#include <chrono>
#include <string>

#include "config/field.h"

namespace pillarbox::delivery {

struct Settings {
  std::string spool = "/var/mail";
  std::chrono::milliseconds command_time{300'000};
  std::string command_path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
};

inline constexpr config::Field fields[] = {
    config::field<&Settings::spool>("spool", "The folder of system users' mboxes, one file each."),
    config::field<&Settings::command_time>("command_time",
                                           "How long a command that takes mail may run; then it is killed.")
        .at_most(86'400'000),
    config::field<&Settings::command_path>("command_path", "PATH of commands that take mail."),
};
inline constexpr auto setting_table = config::table<Settings>("delivery", fields);

}  // namespace pillarbox::delivery
