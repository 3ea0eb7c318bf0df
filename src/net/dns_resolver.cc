#include "net/dns_resolver.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <deque>
#include <fstream>
#include <functional>
#include <iterator>
#include <list>
#include <mutex>
#include <set>
#include <thread>
#include <tuple>
#include <utility>

#include "base/descriptor.h"
#include "base/log.h"
#include "base/try.h"
#include "net/dns_context.h"
#include "net/dns_hosts.h"
#include "net/dns_result.h"
#include "net/thread.h"

namespace pillarbox::net {
namespace {

using Clock = std::chrono::steady_clock;
using Answers = std::vector<dns::RawAnswer>;

constexpr int internet = 1;  // the class IN

dns::RawAnswer failure(std::string reason) {
  dns::RawAnswer failed;
  failed.reason = std::move(reason);
  return failed;
}

// What one caller waits for.
struct Batch {
  std::vector<dns::Question> questions;
  Answers answers;  // failures until the answers come
  std::size_t unanswered = 0;
  Clock::time_point deadline;
  std::function<void(Answers)> done;  // empty once called
};

struct ByDeadline {
  bool operator()(const std::shared_ptr<Batch>& a, const std::shared_ptr<Batch>& b) const {
    return std::tie(a->deadline, a) < std::tie(b->deadline, b);
  }
};

// All questions go through one thread, the only one that touches libunbound's context; the work itself is
// done by libunbound's own thread. A question that its caller has given up stays under way, so that its
// answer is kept for the next one who asks, and counts until it ends.
class UnboundResolver final : public dns::Resolver {
 public:
  UnboundResolver(DnsContext context, Descriptor wakeup, const DnsOptions& options)
      : settings_(options.settings),
        hosts_(options.hosts),
        context_(std::move(context)),
        wakeup_(std::move(wakeup)),
        thread_([this] { serve(); }) {}

  ~UnboundResolver() override {
    {
      const std::scoped_lock lock(mutex_);
      is_ending_ = true;
    }
    wake();
    thread_.join();
  }
  UnboundResolver(const UnboundResolver&) = delete;
  UnboundResolver& operator=(const UnboundResolver&) = delete;

  std::vector<IpAddress> hosts_file(std::string_view name) override { return hosts_.find(name); }

  // May be called from any thread; `done` is called from any.
  void submit(std::vector<dns::Question> questions, Milliseconds at_most, std::function<void(Answers)> done);

 private:
  // A question that libunbound has. One place of its batch; several batches may ask the same.
  struct Query {
    UnboundResolver& resolver;
    std::shared_ptr<Batch> batch;  // shared with the other questions, whichever is answered last
    std::size_t place;
    std::list<Query>::iterator self;
  };
  struct Waiting {
    std::shared_ptr<Batch> batch;  // as above
    std::size_t place;
  };

  Task<Answers> ask(std::vector<dns::Question> questions, Milliseconds at_most) override {
    return await_callback<Answers>(
        [this, questions = std::move(questions), at_most](std::function<void(Answers)> done) {
          submit(questions, at_most, std::move(done));
        });
  }

  // False, and `done` stays, if too much is asked already.
  bool take(const std::shared_ptr<Batch>& batch, std::function<void(Answers)>& done);
  void wake() const;
  // The rest runs on the thread.
  void serve();
  bool take_in();  // false when it is time to end
  void begin_waiting();
  void begin(Waiting question);
  int milliseconds_to_wait() const;
  void process();
  void expire();
  void fail_all();
  static void on_result(void* query, int error, ub_result* result);
  void finish(const std::shared_ptr<Batch>& batch);

  const DnsSettings settings_;
  DnsHosts hosts_;
  DnsContext context_;
  const Descriptor wakeup_;

  std::mutex mutex_;
  std::vector<std::shared_ptr<Batch>> inbox_;
  std::size_t asked_ = 0;  // questions whose callers wait
  bool is_ending_ = false;

  std::set<std::shared_ptr<Batch>, ByDeadline> batches_;  // that are not yet done
  std::deque<Waiting> waiting_;                           // for their turn
  std::list<Query> under_way_;
  bool is_broken_ = false;  // libunbound's thread is gone

  std::thread thread_;  // last: it uses all of the above
};

void UnboundResolver::submit(std::vector<dns::Question> questions, Milliseconds at_most,
                             std::function<void(Answers)> done) {
  const auto timeout = std::min<Milliseconds>(at_most, settings_.timeout);
  auto batch = std::make_shared<Batch>();
  batch->answers.resize(questions.size());
  batch->unanswered = questions.size();
  batch->questions = std::move(questions);
  batch->deadline = Clock::now() + timeout;
  for (dns::RawAnswer& answer : batch->answers)
    answer.reason = fmt::format("nothing within {} ms", timeout.count());
  if (take(batch, done)) return wake();
  for (dns::RawAnswer& answer : batch->answers) answer.reason = "too many look-ups are waiting";
  done(std::move(batch->answers));
}

bool UnboundResolver::take(const std::shared_ptr<Batch>& batch, std::function<void(Answers)>& done) {
  const std::scoped_lock lock(mutex_);
  const std::size_t most = std::size_t{settings_.max_waiting} + settings_.max_queries;
  if (asked_ + batch->unanswered > most) return false;
  asked_ += batch->unanswered;
  batch->done = std::move(done);
  inbox_.push_back(batch);
  return true;
}

void UnboundResolver::wake() const {
  const std::uint64_t one = 1;
  // It can only fail when the counter is full, and then the thread is awake already.
  [[maybe_unused]] const auto written = ::write(wakeup_.get(), &one, sizeof one);
}

void UnboundResolver::serve() {
  begin_thread("dns");
  while (take_in()) {
    begin_waiting();
    std::array<pollfd, 2> waits{pollfd{wakeup_.get(), POLLIN, 0},
                                pollfd{is_broken_ ? -1 : ub_fd(context_.unbound.get()), POLLIN, 0}};
    ::poll(waits.data(), waits.size(), milliseconds_to_wait());
    if (waits[0].revents != 0) {
      std::uint64_t count = 0;
      [[maybe_unused]] const auto got = ::read(wakeup_.get(), &count, sizeof count);
    }
    if (waits[1].revents != 0) process();
    expire();
  }
  fail_all();
}

bool UnboundResolver::take_in() {
  const std::scoped_lock lock(mutex_);
  for (auto& batch : inbox_) {
    for (std::size_t place = 0; place < batch->questions.size(); ++place) waiting_.push_back({batch, place});
    batches_.insert(std::move(batch));
  }
  inbox_.clear();
  return !is_ending_;
}

void UnboundResolver::begin_waiting() {
  while (!waiting_.empty()) {
    const bool is_given_up = !waiting_.front().batch->done;
    if (!is_given_up && under_way_.size() >= settings_.max_queries) return;
    Waiting next = std::move(waiting_.front());
    waiting_.pop_front();
    if (!is_given_up) begin(std::move(next));
  }
}

void UnboundResolver::begin(Waiting question) {
  const auto query = under_way_.insert(
      under_way_.end(), Query{*this, std::move(question.batch), question.place, under_way_.end()});
  query->self = query;
  const dns::Question& asked = query->batch->questions[query->place];
  const std::string name = asked.name + ".";
  const int failed = ub_resolve_async(context_.unbound.get(), name.c_str(), static_cast<int>(asked.type),
                                      internet, &*query, on_result, nullptr);
  if (failed != 0) on_result(&*query, failed, nullptr);
}

int UnboundResolver::milliseconds_to_wait() const {
  if (batches_.empty()) return -1;
  const auto left = (*batches_.begin())->deadline - Clock::now();
  constexpr Milliseconds longest{60'000};
  return static_cast<int>(
      std::clamp<Milliseconds>(std::chrono::ceil<Milliseconds>(left), Milliseconds(0), longest).count());
}

void UnboundResolver::process() {
  const int failed = ub_process(context_.unbound.get());
  if (failed == 0) return;
  is_broken_ = failed == UB_PIPE || failed == UB_SOCKET;
  log::error("dns", "libunbound: {}{}", ub_strerror(failed),
             is_broken_ ? "; no more names are resolved" : "");
}

void UnboundResolver::on_result(void* data, int error, ub_result* result) {
  const std::unique_ptr<ub_result, decltype(&ub_resolve_free)> owned(result, &ub_resolve_free);
  Query& query = *static_cast<Query*>(data);
  UnboundResolver& resolver = query.resolver;
  const std::shared_ptr<Batch> batch = std::move(query.batch);
  const std::size_t place = query.place;
  resolver.under_way_.erase(query.self);
  if (!batch->done) return;
  batch->answers[place] = error == 0 && result != nullptr ? answer_of(*result) : failure(ub_strerror(error));
  if (--batch->unanswered == 0) resolver.finish(batch);
}

void UnboundResolver::finish(const std::shared_ptr<Batch>& batch) {
  batches_.erase(batch);
  {
    const std::scoped_lock lock(mutex_);
    asked_ -= batch->questions.size();
  }
  std::exchange(batch->done, nullptr)(std::move(batch->answers));
}

void UnboundResolver::expire() {
  const auto now = Clock::now();
  while (!batches_.empty() && (*batches_.begin())->deadline <= now) {
    const std::shared_ptr<Batch> batch = *batches_.begin();
    finish(batch);
  }
}

void UnboundResolver::fail_all() {
  while (!batches_.empty()) {
    const std::shared_ptr<Batch> batch = *batches_.begin();
    for (dns::RawAnswer& answer : batch->answers) answer = failure("the server is ending");
    finish(batch);
  }
}

// Whether what is between us and the root leaves signatures alone: worth knowing, nothing depends on it.
void check_validation(UnboundResolver& resolver, const std::string& trust_anchor) {
  std::ifstream file(trust_anchor, std::ios::binary);
  const std::string records(std::istreambuf_iterator<char>(file), {});
  const auto zones = anchored_zones(records);
  if (zones.empty()) return;
  resolver.submit(
      {{zones.front(), dns::Type::dnskey}}, dns::Resolver::usual, [trust_anchor](const Answers& answers) {
        const dns::RawAnswer& keys = answers.front();
        if (keys.is_failure()) return;
        if (keys.is_secure) return log::debug("dns", "answers are validated from {} on", trust_anchor);
        log::warning("dns", "the name server passes no DNSSEC signatures: every name counts as unsigned");
      });
}

}  // namespace

DnsOptions dns_options_of(const config::Configuration& configuration) {
  DnsOptions options{.servers = {},
                     .settings = config::settings<DnsSettings>(configuration, dns_setting_table)};
  for (const config::ResolverServer& server : configuration.resolvers) {
    options.servers.push_back(Endpoint::of(server.address, server.port));
  }
  return options;
}

std::expected<void, std::string> check_dns_options(const DnsOptions& options) {
  auto context = make_dns_context(options);
  if (!context) return std::unexpected(std::move(context).error());
  return {};
}

std::expected<std::unique_ptr<dns::Resolver>, std::string> make_dns_resolver(const DnsOptions& options) {
  DnsContext context = TRY(make_dns_context(options));
  const std::string trust_anchor = context.trust_anchor;
  if (options.settings.trust_anchor == "no") {
    log::info("dns", "answers aren't validated: dns trust-anchor no");
  } else if (trust_anchor.empty()) {
    log::warning("dns",
                 "answers aren't validated: there is no root key; Debian's package dns-root-data brings it");
  }
  if (context.asks_the_root) {
    log::info("dns", "{} can't be read: asking the root's servers", options.resolv_conf);
  }
  Descriptor wakeup(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!wakeup.is_open()) return std::unexpected("too few file descriptors to resolve names");
  auto resolver = std::make_unique<UnboundResolver>(std::move(context), std::move(wakeup), options);
  if (!trust_anchor.empty()) check_validation(*resolver, trust_anchor);
  return resolver;
}

}  // namespace pillarbox::net
