#include "relay/pool.h"

#include <algorithm>
#include <functional>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace pillarbox::relay {
namespace {

// One idle connection, as those see it who could use it. Its job and callback are set under the pool's mutex,
// by whoever takes it out of the pool, before its wakeup.
struct Place {
  std::shared_ptr<net::Wakeup> wakeup;
  std::shared_ptr<const Job> job;
  std::function<void(std::optional<Report>)> done;
};
using PlacePtr = std::shared_ptr<Place>;  // shared by the pool and the connection's task

}  // namespace

struct Pool::State {
  Services services;
  mutable std::mutex mutex;
  std::unordered_map<std::string, std::vector<PlacePtr>> idle;
  std::size_t count = 0;
  bool is_ending = false;

  bool add(const std::string& key, PlacePtr place) {
    const std::scoped_lock lock(mutex);
    if (is_ending || count >= services.settings.max_idle_connections) return false;
    idle[key].push_back(std::move(place));
    ++count;
    return true;
  }

  // Gives the job to the connection that was used last: the others may time out.
  bool hand_over(const std::string& key, std::shared_ptr<const Job> job,
                 std::function<void(std::optional<Report>)> done) {
    PlacePtr place;
    {
      const std::scoped_lock lock(mutex);
      const auto found = idle.find(key);
      if (found == idle.end()) return false;
      place = std::move(found->second.back());
      found->second.pop_back();
      if (found->second.empty()) idle.erase(found);
      --count;
      place->job = std::move(job);
      place->done = std::move(done);
    }
    place->wakeup->notify();
    return true;
  }

  // False if somebody has taken it.
  bool remove(const std::string& key, const PlacePtr& place) {
    const std::scoped_lock lock(mutex);
    const auto found = idle.find(key);
    if (found == idle.end() || std::erase(found->second, place) == 0) return false;
    if (found->second.empty()) idle.erase(found);
    --count;
    return true;
  }
};

Pool::Pool(net::Connector& connector, const Clock& clock, const Settings& settings)
    : state_(std::make_shared<State>(Services{connector, clock, settings})) {}

Pool::~Pool() {
  const std::scoped_lock lock(state_->mutex);
  state_->is_ending = true;
}

const Services& Pool::services() const { return state_->services; }

std::size_t Pool::idle() const {
  const std::scoped_lock lock(state_->mutex);
  return state_->count;
}

bool Pool::may_have(const std::string& key) const {
  const std::scoped_lock lock(state_->mutex);
  return state_->idle.contains(key);
}

Task<std::optional<Report>> Pool::send(std::string key, std::shared_ptr<const Job> job) {
  return await_callback<std::optional<Report>>(
      [state = state_, key = std::move(key), job = std::move(job)](auto done) {
        if (!state->hand_over(key, job, done)) done(std::nullopt);
      });
}

Task<void> Pool::keep(std::string key, std::unique_ptr<Session> session) {
  return net::start_beside(tend(state_, std::move(key), std::move(session)));
}

Task<void> Pool::tend(std::shared_ptr<State> state, std::string key, std::unique_ptr<Session> session) {
  while (session->is_usable()) {
    const auto place = std::make_shared<Place>(Place{.wakeup = session->wakeup()});
    if (!state->add(key, place)) break;
    const bool is_woken = co_await session->rest(state->services.settings.idle_timeout);
    if (state->remove(key, place)) break;  // nobody wanted it, or the server has closed
    std::optional<Report> report;
    if (is_woken) {
      report = co_await session->send(place->job);
    } else {
      // Its time was up in the moment that it was taken.
      report = Report{.outcomes{place->job->recipients.size()},
                      .trouble = Trouble{.status = "4.4.2", .diagnostic = "connection closed"}};
    }
    place->job.reset();
    std::exchange(place->done, nullptr)(std::move(report));
    if (!is_woken) break;
  }
  co_await session->quit();
}

}  // namespace pillarbox::relay
