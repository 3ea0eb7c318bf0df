// The control socket: what a command asks the running server. One JSON object a line, {"verb": …}, answered
// by one:
// {"ok": true, …} or {"ok": false, "error": "…"}. Only the server's own user and root can reach it.
#pragma once

#include <boost/json/object.hpp>
#include <cstddef>
#include <expected>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "base/task.h"
#include "net/stream.h"

namespace pillarbox::app {

inline constexpr std::size_t max_control_line = 64 * 1024;

using ControlAnswer = std::function<Task<boost::json::object>(boost::json::object)>;

// One connection: answers requests until the command has gone.
Task<void> serve_control(std::unique_ptr<net::Stream> stream, ControlAnswer answer);

boost::json::object control_error(std::string text);

// From a command: asks the server whose state folder is `state` and waits for the answer. The error says why
// nobody answered, or what the server said was wrong.
std::expected<boost::json::object, std::string> ask_server(const std::filesystem::path& state,
                                                           const boost::json::object& request);

}  // namespace pillarbox::app
