// pillarbox-store-bench: deliveries committed to the embedded store by producers that each wait for theirs,
// as the doors do. What pillarbox-raw-log is measured for.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <exception>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <type_traits>
#include <vector>

#include "base/clock.h"
#include "store/journal/settings.h"
#include "store/journal/store.h"
#include "store/store.h"

namespace {

using namespace pillarbox;
using Steady = std::chrono::steady_clock;

struct Options {
  std::string folder;
  std::string shape = "loop";  // or "threads"
  std::size_t producers = 16;
  std::size_t record = 4096;
  double seconds = 3;
};

template <class T>
T value_of(std::expected<T, store::Error> result) {
  if (!result) throw std::runtime_error("the store says: " + result.error().detail);
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

Task<store::MailboxId> inbox_of(store::Store& store, std::string login) {
  const auto account = value_of(co_await store.open_account(std::move(login)));
  co_return value_of(co_await store.account(account))->find("INBOX")->id;
}

struct Producer {
  store::MailboxId mailbox;
  std::uint64_t committed = 0;
};

Task<void> produce(store::Store& store, Producer& producer, const std::string& message,
                   Steady::time_point end) {
  while (Steady::now() < end) {
    store::Batch batch;
    batch.bodies.push_back(store.begin_draft());
    value_of(co_await batch.bodies[0]->append(message));
    batch.operations.emplace_back(store::Append{.mailbox = producer.mailbox, .internal_date = {}});
    value_of(co_await store.commit(std::move(batch)));
    ++producer.committed;
  }
}

// Runs coroutines to their end; a failure of one is thrown.
class Runner {
 public:
  void add(Task<void> task) {
    boost::asio::co_spawn(context_, std::move(task), [](const std::exception_ptr& failure) {
      if (failure) std::rethrow_exception(failure);
    });
  }
  void run() { context_.run(); }

 private:
  boost::asio::io_context context_{1};
};

Task<void> open_inbox(store::Store& store, Producer& producer, std::size_t number) {
  producer.mailbox = co_await inbox_of(store, fmt::format("u{:04}", number));
}

std::string make_message(std::size_t size) {
  std::string text = "From: a@sender.example\r\nTo: b@example.org\r\nSubject: a commit\r\n\r\n";
  while (text.size() + 2 < size) text += text.size() % 78 == 77 ? '\n' : 'm';
  text.resize(size - 2);
  return text + "\r\n";
}

int run(const Options& options) {
  std::filesystem::remove_all(options.folder);
  const SystemClock clock;
  const store::journal::Settings settings;
  auto store = value_of(store::journal::JournalStore::open(options.folder, settings, clock));
  std::vector<Producer> producers(options.producers);
  {
    Runner runner;
    for (std::size_t i = 0; i < producers.size(); ++i) runner.add(open_inbox(*store, producers[i], i));
    runner.run();
  }
  const std::string message = make_message(options.record);
  const auto began = Steady::now();
  const auto end =
      began + std::chrono::duration_cast<Steady::duration>(std::chrono::duration<double>(options.seconds));
  if (options.shape == "threads") {
    std::vector<std::jthread> threads;
    for (Producer& producer : producers) {
      threads.emplace_back([&] {
        Runner runner;
        runner.add(produce(*store, producer, message, end));
        runner.run();
      });
    }
  } else {
    Runner runner;
    for (Producer& producer : producers) runner.add(produce(*store, producer, message, end));
    runner.run();
  }
  const double seconds = std::chrono::duration<double>(Steady::now() - began).count();
  std::uint64_t committed = 0;
  for (const Producer& producer : producers) committed += producer.committed;
  fmt::print(
      R"({{"mode":"store","shape":"{}","producers":{},"record":{},"records":{},"seconds":{:.4f},"per_second":{:.0f}}})"
      "\n",
      options.shape, options.producers, options.record, committed, seconds,
      static_cast<double>(committed) / seconds);
  store.reset();
  std::filesystem::remove_all(options.folder);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app{"Measures commits to the embedded store: messages a second, each durable before it counts."};
  app.add_option("folder", options.folder, "of the store: emptied, used, removed")->required();
  app.add_option("--shape", options.shape, "a thread for each producer, or all in one loop")
      ->check(CLI::IsMember({"threads", "loop"}));
  app.add_option("--producers", options.producers)->check(CLI::Range(1, 4096));
  app.add_option("--record", options.record, "bytes of a message")->check(CLI::Range(256, 1 << 20));
  app.add_option("--seconds", options.seconds);
  CLI11_PARSE(app, argc, argv);
  try {
    return run(options);
  } catch (const std::exception& error) {
    fmt::print(stderr, "pillarbox-store-bench: {}\n", error.what());
    return 2;
  }
}
