// A listening socket and what stands behind it.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/descriptor.h"
#include "base/task.h"
#include "net/endpoint.h"
#include "net/session_limits.h"
#include "net/stream.h"

namespace pillarbox::net {

class Reactor;

struct Door {
  std::string name;  // for the log: "smtp", "imaps"
  // One connection's whole life. It may end by ConversationOver; any other exception is a bug, and logged as
  // one.
  std::function<Task<void>(std::unique_ptr<Stream>)> session;
  // Said to those for whom there is no room, before they are hung up on: "421 …", "* BYE …"; "" where TLS
  // comes first.
  std::string refusal;
  // Peers that speak for others (PROXY protocol): their sessions count for those (Stream::set_peer). May be
  // empty.
  std::function<bool(const Endpoint&)> is_proxy;
};

// Accepts until it is destroyed; sessions that have begun go on. Each goes to the reactor's emptiest thread.
class Listener {
 public:
  // Takes a socket of listen_tcp() or listen_local(). `limits` and `reactor` outlive this.
  Listener(Reactor& reactor, SessionLimits& limits, Door door, Descriptor listening);
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  // For the sessions to come: a new configuration.
  void set_door(Door door);

  const Endpoint& endpoint() const;

 private:
  class Acceptor;
  std::shared_ptr<Acceptor> acceptor_;  // shared with the handlers that wait on it
};

}  // namespace pillarbox::net
