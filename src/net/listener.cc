#include "net/listener.h"

#include <sys/socket.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cerrno>
#include <exception>
#include <mutex>
#include <utility>

#include "base/log.h"
#include "net/limits.h"
#include "net/listening_socket.h"
#include "net/loop.h"
#include "net/reactor.h"
#include "net/socket_stream.h"

namespace pillarbox::net {
namespace {

constexpr std::chrono::seconds between_warnings{60};

void log_end(const Door& door, const Endpoint& peer, const std::exception_ptr& end) {
  if (!end) return;
  try {
    std::rethrow_exception(end);
  } catch (const ConversationOver& over) {
    log::debug("net", "{} {}: {}", door.name, peer.text(), over.what());
  } catch (const std::exception& bug) {
    log::error("net", "bug: the {} session of {} ended by {}", door.name, peer.text(), bug.what());
  }
}

// On the loop's own thread.
void begin_session(Loop& loop, std::shared_ptr<const Door> door, Descriptor socket, const Endpoint& peer,
                   SessionTicket ticket) {
  const Endpoint local = local_endpoint(socket.get());
  auto stream = std::make_unique<SocketStream>(loop, socket.release(), peer, local, std::move(ticket));
  auto session = door->session(std::move(stream));
  boost::asio::co_spawn(loop.context(), std::move(session),
                        [&loop, peer, door = std::move(door)](const std::exception_ptr& end) {
                          log_end(*door, peer, end);
                          --loop.sessions;
                        });
}

}  // namespace

// Used from the loop's thread and from the owner's, so its lock is held for every touch of the descriptor.
class Listener::Acceptor : public std::enable_shared_from_this<Acceptor> {
 public:
  Acceptor(Reactor& reactor, SessionLimits& limits, Door door, Descriptor listening)
      : endpoint(local_endpoint(listening.get())),
        reactor_(reactor),
        limits_(limits),
        listening_(reactor.loop(0).context(), listening.release()),
        rest_(reactor.loop(0).context()),
        door_(std::make_shared<const Door>(std::move(door))) {}

  void start() {
    const std::scoped_lock lock(mutex_);
    wait();
  }

  void close() {
    const std::scoped_lock lock(mutex_);
    boost::system::error_code ignored;  // the descriptor is gone whatever close() says
    listening_.close(ignored);
    rest_.cancel();
  }

  void set_door(Door door) {
    const std::scoped_lock lock(mutex_);
    door_ = std::make_shared<const Door>(std::move(door));
  }

  const Endpoint endpoint;

 private:
  // The functions below: mutex_ is held.
  void wait() {
    listening_.async_wait(boost::asio::posix::descriptor_base::wait_read,
                          [self = shared_from_this()](boost::system::error_code) { self->accept(); });
  }

  void rest() {
    rest_.expires_after(limits::accept_pause);
    rest_.async_wait([self = shared_from_this()](boost::system::error_code) { self->accept(); });
  }

  void take_in(Descriptor socket, const Endpoint& peer) {
    const bool is_proxy = door_->is_proxy && door_->is_proxy(peer);
    auto admission = is_proxy ? limits_.admit_proxy() : limits_.admit(peer);
    if (admission.refusal != SessionLimits::Refusal::none) {
      const bool is_total = admission.refusal == SessionLimits::Refusal::in_all;
      warn(fmt::format("no more sessions: refused {}, {}", peer.text(),
                       is_total ? "there are too many in all" : "its address has too many"));
      ::send(socket.get(), door_->refusal.data(), door_->refusal.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      return;
    }
    Loop& loop = reactor_.emptiest_loop();
    ++loop.sessions;  // here and not when it begins: the next connection must see it
    boost::asio::post(loop.context(), [&loop, door = door_, socket = std::move(socket), peer,
                                       ticket = std::move(admission.ticket)]() mutable {
      begin_session(loop, std::move(door), std::move(socket), peer, std::move(ticket));
    });
  }

  void warn(const std::string& text) {
    const auto now = std::chrono::steady_clock::now();
    if (now < next_warning_) return;
    next_warning_ = now + between_warnings;
    log::warning("net", "{} {}: {}", door_->name, endpoint.text(), text);
  }

  void accept() {
    const std::scoped_lock lock(mutex_);
    if (!listening_.is_open()) return;
    for (unsigned i = 0; i < limits::accepts_in_a_row; ++i) {
      sockaddr_storage address{};
      socklen_t size = sizeof(address);
      Descriptor socket(::accept4(listening_.native_handle(), reinterpret_cast<sockaddr*>(&address), &size,
                                  SOCK_NONBLOCK | SOCK_CLOEXEC));
      if (socket.is_open()) {
        take_in(std::move(socket), endpoint_of(address));
        continue;
      }
      if (errno == EAGAIN || errno == EWOULDBLOCK) break;
      if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
        // The connection stays in the kernel's queue, which would wake us again at once: so look away for a
        // while.
        warn("out of descriptors or memory: no new sessions for a moment");
        return rest();
      }
      // Everything else is the fate of one connection that ended before we took it.
    }
    wait();
  }

  Reactor& reactor_;
  SessionLimits& limits_;
  std::mutex mutex_;
  boost::asio::posix::stream_descriptor listening_;
  boost::asio::steady_timer rest_;
  std::shared_ptr<const Door> door_;  // shared with the sessions begun under it
  std::chrono::steady_clock::time_point next_warning_{};
};

Listener::Listener(Reactor& reactor, SessionLimits& limits, Door door, Descriptor listening)
    : acceptor_(std::make_shared<Acceptor>(reactor, limits, std::move(door), std::move(listening))) {
  acceptor_->start();
}

Listener::~Listener() { acceptor_->close(); }

void Listener::set_door(Door door) { acceptor_->set_door(std::move(door)); }

const Endpoint& Listener::endpoint() const { return acceptor_->endpoint; }

}  // namespace pillarbox::net
