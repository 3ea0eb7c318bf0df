// A message on its way to one server, and what came of it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "queue/attempt.h"
#include "relay/outcome.h"
#include "store/store.h"

namespace pillarbox::relay {

// Immutable, since a connection's own task may read it beside the one that waits for it.
struct Job {
  queue::Envelope envelope;
  std::string reverse_path;  // as MAIL gives it
  std::vector<queue::Recipient> recipients;
  std::shared_ptr<store::BodyReader> body;  // of the queue, which hands it to one job at a time
};

struct Report {
  // One a recipient; nothing for those that another server may be tried for.
  std::vector<std::optional<queue::Outcome>> outcomes;
  std::optional<Trouble> trouble;  // why the conversation can't go on
  bool was_heard = false;          // the server answered something
};

}  // namespace pillarbox::relay
