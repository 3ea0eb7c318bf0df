// Batches as data, so that they can be done again: on the reference, to know what a store must come to. And
// everything a store says as one text, to compare two.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "store/conformance/fixture_test.h"
#include "store/memory/store.h"

namespace pillarbox::store::conformance {

// One thing that somebody asks of a store.
struct Step {
  std::string account;  // open_account, unless it is ""
  std::vector<std::string> bodies;
  std::vector<Operation> operations;
};

struct Outcome {
  std::optional<ErrorKind> refusal;
  Receipt receipt;
};

Outcome perform(Store& store, const Step& step);

// Whether the store refused it for what the step asks, not for what the disk does.
bool is_final(ErrorKind kind);

// All accounts with all that is in them, bodies included, and the queue.
std::string describe(Store& store);

// What a sequence of steps comes to. The clock moves one second with each step.
class Model {
 public:
  Model() : store_(std::make_unique<memory::MemoryStore>(clock_)) {}

  Outcome perform(const Step& step);
  // The time of the next step.
  Time next_time() const { return clock_.now() + std::chrono::seconds(1); }
  std::string describe() { return conformance::describe(*store_); }
  Store& store() { return *store_; }

  static Time time_of_step(std::size_t number);

 private:
  ManualClock clock_{time_of_step(0)};
  std::unique_ptr<memory::MemoryStore> store_;
};

// A step that makes sense, mostly, for what the store holds now.
Step random_step(std::mt19937_64& random, Store& store);

}  // namespace pillarbox::store::conformance
