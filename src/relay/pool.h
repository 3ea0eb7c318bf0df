// Connections that wait for another message to the same place: RFC 5321 §3.3 allows any number in a session,
// and each saves a handshake.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/task.h"
#include "relay/job.h"
#include "relay/session.h"

namespace pillarbox::relay {

// May be used from any thread of a reactor. An idle connection stays on its own thread, where a task of its
// own waits with it: for the next job, from whichever thread; for the server's goodbye; for the end of its
// time.
class Pool {
 public:
  Pool(net::Connector& connector, const Clock& clock, const Settings& settings);
  ~Pool();  // idle connections end by themselves, at latest when their time is up
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  const Services& services() const;

  // Whether there was an idle connection of that key a moment ago.
  bool may_have(const std::string& key) const;
  // Over an idle connection of that key; nothing if there is none. A report that was not heard comes from a
  // connection that had gone in the meantime: connect anew.
  Task<std::optional<Report>> send(std::string key, std::shared_ptr<const Job> job);

  // Takes a session that is through with its message: keeps it if it is still usable and there is room, says
  // goodbye otherwise. Doesn't wait for either.
  Task<void> keep(std::string key, std::unique_ptr<Session> session);

  std::size_t idle() const;

 private:
  struct State;
  static Task<void> tend(std::shared_ptr<State> state, std::string key, std::unique_ptr<Session> session);

  std::shared_ptr<State> state_;  // shared with the tasks of idle connections
};

}  // namespace pillarbox::relay
