#include "base/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/sinks/syslog_sink.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <memory>
#include <string>

#include "base/text.h"

namespace pillarbox::log {
namespace {

std::atomic<Level> lowest = Level::info;

spdlog::logger& logger() {
  static const auto instance = [] {
    auto made =
        std::make_shared<spdlog::logger>("pillarbox", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %l %v");
    made->set_level(spdlog::level::debug);
    made->flush_on(spdlog::level::warn);
    return made;
  }();
  return *instance;
}

spdlog::level::level_enum to_spdlog(Level level) {
  switch (level) {
    case Level::debug: return spdlog::level::debug;
    case Level::info: return spdlog::level::info;
    case Level::warning: return spdlog::level::warn;
    case Level::error: return spdlog::level::err;
    case Level::none: return spdlog::level::off;
  }
  return spdlog::level::err;
}

}  // namespace

void write_to_syslog() {
  logger().sinks() = {std::make_shared<spdlog::sinks::syslog_sink_mt>("pillarbox", LOG_PID, LOG_MAIL, false)};
}

void set_level(Level level) { lowest = level; }

bool is_enabled(Level level) { return level >= lowest.load(std::memory_order_relaxed); }

void write(Level level, std::string_view part, std::string_view text) {
  if (!is_enabled(level)) return;
  logger().log(to_spdlog(level), "{}: {}", part, escape_controls(text));
}

}  // namespace pillarbox::log
