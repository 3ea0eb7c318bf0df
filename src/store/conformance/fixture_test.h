// What the conformance tests need: every kind of store by name, opened and opened again, and Tasks run to
// their end.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/task.h"
#include "store/store.h"

namespace pillarbox::store::conformance {

// One store's disk, so to speak: it can be opened many times, one at a time.
class Site {
 public:
  virtual ~Site() = default;
  virtual Store& store() = 0;
  // Closes it as a shutdown does and opens it again. All readers, views and watches must be gone.
  virtual void reopen() = 0;
};

struct Kind {
  std::string name;
  std::function<std::unique_ptr<Site>(const Clock&)> make;

  friend void PrintTo(const Kind& kind, std::ostream* out) { *out << kind.name; }
};

// Every kind of store there is.
std::vector<Kind> kinds();

// Runs a Task to its end and gives its result.
template <class T>
T run(Task<T> task) {
  boost::asio::io_context context;
  std::optional<T> result;
  auto keep = [&](std::exception_ptr failure, T value) {
    if (failure) std::rethrow_exception(failure);
    result.emplace(std::move(value));
  };
  boost::asio::co_spawn(context, std::move(task), keep);
  context.run();
  return std::move(*result);
}

class StoreTest : public testing::TestWithParam<Kind> {
 protected:
  StoreTest() : site_(GetParam().make(clock_)) {}

  Store& store() { return site_->store(); }
  void reopen() { site_->reopen(); }

  // Shorthands that expect success.
  AccountId open_account(const std::string& name = "alice@example.org");
  std::shared_ptr<const AccountView> account(AccountId id);
  std::shared_ptr<const MailboxView> view(MailboxId id);
  MailboxStatus status(MailboxId id);
  MailboxId mailbox(AccountId account, std::string_view name);
  std::unique_ptr<Draft> draft(std::string_view bytes);
  Receipt commit(Operation operation);
  Receipt commit(Batch batch);
  template <class T>
  T commit_for(Operation operation) {
    return std::get<T>(commit(std::move(operation)).answers.at(0));
  }
  // A message of these bytes into a mailbox.
  Uid append(MailboxId mailbox, std::string_view bytes = "Subject: hi\r\n\r\nhi\r\n", FlagNames flags = {});
  std::string bytes_of(BodyId body);
  // What the mailbox holds, one word a message: "1:seen,deleted 2:$Junk".
  std::string listing(MailboxId id);
  std::vector<std::string> mailbox_names(AccountId id);

  // Expects failure.
  ErrorKind refusal(Operation operation);
  ErrorKind refusal(Batch batch);

  ManualClock clock_{Time{std::chrono::milliseconds{1'700'000'000'000}}};

 private:
  std::unique_ptr<Site> site_;
};

Batch batch_of(Operation operation);

}  // namespace pillarbox::store::conformance
