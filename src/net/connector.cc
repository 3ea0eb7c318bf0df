#include "net/connector.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>
#include <cerrno>
#include <system_error>

#include "base/descriptor.h"
#include "base/log.h"
#include "base/text.h"
#include "base/try.h"
#include "net/listening_socket.h"
#include "net/loop.h"
#include "net/reactor.h"
#include "net/socket_address.h"
#include "net/socket_stream.h"

namespace pillarbox::net {
namespace {

std::string describe(int error) {
  std::string text = std::generic_category().message(error);
  if (!text.empty()) text[0] = ascii_lower(text[0]);
  return text;
}

std::optional<SocketAddress> address_of(const Destination& to) {
  if (!to.socket_path.empty()) return socket_address(to.socket_path);
  if (to.endpoint.family == Endpoint::Family::local) return std::nullopt;
  return socket_address(to.endpoint);
}

// Another one than the destination's kind can't be used at all.
std::optional<std::string> bind_to(int descriptor, const Destination& to) {
  if (!to.source || !to.socket_path.empty()) return std::nullopt;
  const Endpoint source = Endpoint::of(*to.source, 0);
  if (source.family != to.endpoint.family)
    return "its address and " + to.source->text() + " are of two kinds";
  const int on = 1;  // the port is chosen by connect(), which knows the destination: 65,535 for each
  ::setsockopt(descriptor, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof(on));
  const SocketAddress address = socket_address(source);
  if (::bind(descriptor, address.get(), address.size) == 0) return std::nullopt;
  return "can't connect from " + to.source->text() + ": " + describe(errno);
}

void log_bug(const std::exception_ptr& failure) {
  if (!failure) return;
  try {
    std::rethrow_exception(failure);
  } catch (const ConversationOver& over) {
    log::debug("net", "{}", over.what());
  } catch (const std::exception& bug) {
    log::error("net", "bug: a task ended by {}", bug.what());
  }
}

}  // namespace

Task<std::expected<std::unique_ptr<Stream>, std::string>> ReactorConnector::connect(
    Destination to, std::chrono::milliseconds timeout) {
  const auto address = address_of(to);
  if (!address) co_return std::unexpected("not an address to connect to");
  Descriptor socket(::socket(address->storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket.is_open()) co_return std::unexpected(describe(errno));
  if (to.socket_path.empty()) {
    const int on = 1;
    ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    ::setsockopt(socket.get(), SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
  }
  if (auto failure = bind_to(socket.get(), to)) co_return std::unexpected(std::move(*failure));
  const bool is_there = ::connect(socket.get(), address->get(), address->size) == 0;
  if (!is_there && errno != EINPROGRESS) co_return std::unexpected(describe(errno));

  Loop& loop = reactor_.loop_of(co_await boost::asio::this_coro::executor);
  auto stream =
      std::make_unique<SocketStream>(loop, socket.release(), to.endpoint, Endpoint{}, SessionTicket{});
  stream->count_as_session();
  stream->set_timeout(timeout);
  if (!is_there) {
    try {
      const int error = co_await stream->finish_connect();
      if (error != 0) co_return std::unexpected(describe(error));
    } catch (const Timeout&) {
      co_return std::unexpected("no answer in time");
    }
  }
  stream->find_local();
  co_return stream;
}

Task<void> start_beside(Task<void> task) {
  const auto executor = co_await boost::asio::this_coro::executor;
  boost::asio::co_spawn(executor, std::move(task),
                        [](const std::exception_ptr& failure) { log_bug(failure); });
}

}  // namespace pillarbox::net
