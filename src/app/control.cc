#include "app/control.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cerrno>
#include <cstring>
#include <utility>

#include "app/paths.h"
#include "base/descriptor.h"

namespace pillarbox::app {
namespace {

constexpr std::chrono::seconds idle_time{60};

std::optional<boost::json::object> parse_object(std::string_view line) {
  boost::system::error_code error;
  auto value = boost::json::parse(line, error);
  if (error || !value.is_object()) return std::nullopt;
  return std::move(value.as_object());
}

std::string no_server(const std::filesystem::path& socket) {
  return fmt::format("no server answers at {}: {}. Is it running, with this --state?", socket.string(),
                     std::strerror(errno));
}

}  // namespace

boost::json::object control_error(std::string text) { return {{"ok", false}, {"error", std::move(text)}}; }

Task<void> serve_control(std::unique_ptr<net::Stream> stream, ControlAnswer answer) {
  stream->set_timeout(idle_time);
  std::string input;
  for (;;) {
    const auto end = input.find('\n');
    if (end == std::string::npos) {
      if (input.size() >= max_control_line) co_return;
      co_await stream->read_some(input, max_control_line - input.size());
      continue;
    }
    auto request = parse_object(std::string_view(input).substr(0, end));
    input.erase(0, end + 1);
    boost::json::object reply = control_error("the request isn't a JSON object");
    if (request) reply = co_await answer(std::move(*request));
    const std::string line = boost::json::serialize(reply) + "\n";
    co_await stream->write(line);
  }
}

std::expected<boost::json::object, std::string> ask_server(const std::filesystem::path& state,
                                                           const boost::json::object& request) {
  const auto path = control_socket(state);
  sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
  if (path.native().size() >= sizeof address.sun_path) {
    return std::unexpected(fmt::format("{}: the path is too long for a socket", path.string()));
  }
  std::ranges::copy(path.native(), address.sun_path);
  const Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!socket.is_open() ||
      ::connect(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    return std::unexpected(no_server(path));
  }
  const std::string line = boost::json::serialize(request) + "\n";
  for (std::size_t sent = 0; sent < line.size();) {
    const ssize_t n = ::send(socket.get(), line.data() + sent, line.size() - sent, MSG_NOSIGNAL);
    if (n < 0 && errno != EINTR) return std::unexpected(no_server(path));
    if (n > 0) sent += static_cast<std::size_t>(n);
  }
  std::string reply;
  std::array<char, 4096> piece;
  while (reply.find('\n') == std::string::npos) {
    const ssize_t n = ::recv(socket.get(), piece.data(), piece.size(), 0);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0)
      return std::unexpected(fmt::format("the server at {} ended before it answered", path.string()));
    reply.append(piece.data(), static_cast<std::size_t>(n));
  }
  auto answer = parse_object(reply);
  if (!answer) return std::unexpected(fmt::format("the server at {} answered nonsense", path.string()));
  const auto* ok = answer->if_contains("ok");
  if (ok != nullptr && ok->is_bool() && ok->as_bool()) return std::move(*answer);
  const auto* error = answer->if_contains("error");
  return std::unexpected(error != nullptr && error->is_string() ? std::string(error->as_string())
                                                                : "the server refused and didn't say why");
}

}  // namespace pillarbox::app
