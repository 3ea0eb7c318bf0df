// The log. One line an event; peers' bytes in it are escaped here, once, so that nobody can forge a line.
#pragma once

#include <fmt/format.h>

#include <string_view>
#include <utility>

namespace pillarbox::log {

enum class Level { debug, info, warning, error, none };  // none: for set_level, and silence

// Writes one line: time, level, `part` (the folder that speaks, such as "smtpd"), text. Control characters
// and bytes that aren't UTF-8 come out as \xHH. May be called from any thread.
void write(Level level, std::string_view part, std::string_view text);

// From now on to syslog, as facility mail, instead of standard error. Requires: no other thread writes yet.
void write_to_syslog();

// What is less than `level` isn't written. The default is info.
void set_level(Level level);
bool is_enabled(Level level);

template <class... Args>
void debug(std::string_view part, fmt::format_string<Args...> format, Args&&... args) {
  if (is_enabled(Level::debug)) write(Level::debug, part, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void info(std::string_view part, fmt::format_string<Args...> format, Args&&... args) {
  if (is_enabled(Level::info)) write(Level::info, part, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void warning(std::string_view part, fmt::format_string<Args...> format, Args&&... args) {
  write(Level::warning, part, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void error(std::string_view part, fmt::format_string<Args...> format, Args&&... args) {
  write(Level::error, part, fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace pillarbox::log
