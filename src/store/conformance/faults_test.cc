// No loss: a disk that dies, fails or fills up at every single step of a busy store, and what is there
// afterwards. What was acknowledged is there; what wasn't is there as a whole or not at all; nothing is
// visible before it is durable; and the store works on without a hand's help.
#include <stdlib.h>

#include <filesystem>

#include "store/conformance/model_test.h"
#include "store/journal/fake_disk_test.h"
#include "store/journal/store.h"

namespace pillarbox::store::conformance {
namespace {

using journal::FakeDisk;
using journal::JournalStore;
using Fault = FakeDisk::Fault;

constexpr std::size_t script_steps = 45;

// What the store does with its index file while the machine is down.
enum class Index { kept, lost };

std::vector<Step> make_script(std::uint64_t seed, std::size_t steps) {
  std::mt19937_64 random(seed);
  Model model;
  std::vector<Step> script;
  for (std::size_t i = 0; i < steps; ++i) {
    script.push_back(random_step(random, model.store()));
    model.perform(script.back());
  }
  return script;
}

class Faults : public testing::Test {
 protected:
  Faults() {
    std::string pattern = (std::filesystem::temp_directory_path() / "pillarbox-faults-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
  }
  ~Faults() override { std::filesystem::remove_all(folder_); }

  std::unique_ptr<JournalStore> open(FakeDisk& disk) {
    journal::Settings settings;
    settings.segment_bytes = journal::least_segment_bytes;
    settings.index_delay = std::chrono::milliseconds(0);
    settings.compaction_live_percent = 90;
    settings.compaction_bytes_per_second = 1'000'000'000;
    settings.maintenance_interval = std::chrono::hours(1);
    auto opened = JournalStore::open(folder_, settings, clock_, disk);
    return opened ? std::move(*opened) : nullptr;
  }

  Outcome perform(Store& store, const Model& model, const Step& step) {
    clock_.advance(model.next_time() - clock_.now());
    return conformance::perform(store, step);
  }

  // Runs the script until something is refused for the disk's sake; the number of the step, or script.size().
  std::size_t run_script(JournalStore& store, Model& model, const std::vector<Step>& script) {
    for (std::size_t i = 0; i < script.size(); ++i) {
      if (i % 15 == 14) store.maintain();
      const Outcome outcome = perform(store, model, script[i]);
      if (outcome.refusal && !is_final(*outcome.refusal)) return i;
      EXPECT_EQ(model.perform(script[i]).refusal, outcome.refusal);
    }
    return script.size();
  }

  // The disk at its worst at step `k`; then everything again from what is left.
  void survive(const std::vector<Step>& script, std::uint64_t k, Fault fault, Index index) {
    SCOPED_TRACE(fmt::format("fault {} at step {}, index {}", static_cast<int>(fault), k,
                             index == Index::kept ? "kept" : "lost"));
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directory(folder_);
    FakeDisk disk;
    disk.fail_at(k, fault);
    Model model;
    std::size_t done = 0;
    if (auto store = open(disk)) {
      done = run_script(*store, model, script);
      // Whatever the disk did, what is shown is what was acknowledged, and reading goes on.
      if (fault == Fault::io_error) EXPECT_EQ(describe(*store), model.describe());
    }
    if (index == Index::lost) std::filesystem::remove(folder_ + "/index.db");
    const auto after = disk.after_crash(k);
    check_recovered(*after, model, script, done);
  }

  void check_recovered(FakeDisk& disk, Model& model, const std::vector<Step>& script, std::size_t done) {
    auto store = open(disk);
    ASSERT_NE(store, nullptr);
    ASSERT_TRUE(store->damage().empty()) << store->damage()[0].what;
    const std::string found = describe(*store);
    if (found != model.describe() && done < script.size()) model.perform(script[done]);
    ASSERT_EQ(found, model.describe());
    // And it works on.
    std::mt19937_64 random(done);
    for (int i = 0; i < 5; ++i) {
      const Step step = random_step(random, model.store());
      const Outcome outcome = perform(*store, model, step);
      ASSERT_EQ(outcome.refusal, model.perform(step).refusal);
    }
    store.reset();
    store = open(disk);
    ASSERT_NE(store, nullptr);
    ASSERT_TRUE(store->damage().empty());
    ASSERT_EQ(describe(*store), model.describe());
  }

  std::uint64_t steps_of(const std::vector<Step>& script) {
    FakeDisk disk;
    Model model;
    auto store = open(disk);
    EXPECT_EQ(run_script(*store, model, script), script.size());
    store.reset();
    return disk.steps();
  }

  ManualClock clock_{Model::time_of_step(0)};
  std::string folder_;
};

TEST_F(Faults, PowerCutAtEveryStep) {
  const auto script = make_script(1, script_steps);
  const std::uint64_t steps = steps_of(script);
  ASSERT_GT(steps, 60u);
  for (std::uint64_t k = 1; k <= steps && !HasFailure(); ++k) {
    survive(script, k, Fault::crash, k % 3 == 0 ? Index::lost : Index::kept);
  }
}

TEST_F(Faults, OneFailureAtEveryStep) {
  const auto script = make_script(2, script_steps);
  const std::uint64_t steps = steps_of(script);
  for (std::uint64_t k = 1; k <= steps && !HasFailure(); ++k)
    survive(script, k, Fault::io_error, Index::kept);
}

TEST_F(Faults, FullDiskFromEveryStep) {
  const auto script = make_script(3, script_steps);
  const std::uint64_t steps = steps_of(script);
  for (std::uint64_t k = 1; k <= steps && !HasFailure(); k += 5) survive(script, k, Fault::full, Index::kept);
}

// No restart is needed when there is space again.
TEST_F(Faults, AFullDiskRecoversByItself) {
  const auto script = make_script(4, 120);
  for (const std::uint64_t k : {40u, 60u, 90u}) {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directory(folder_);
    FakeDisk disk;
    Model model;
    auto store = open(disk);
    disk.fail_at(k, Fault::full);
    std::size_t refused = 0;
    for (const Step& step : script) {
      Outcome outcome = perform(*store, model, step);
      while (outcome.refusal == ErrorKind::disk_full) {
        refused += 1;
        ASSERT_LT(refused, 1000u);
        disk.make_space();
        outcome = perform(*store, model, step);
      }
      ASSERT_EQ(outcome.refusal, model.perform(step).refusal);
    }
    EXPECT_GT(refused, 0u);
    EXPECT_EQ(describe(*store), model.describe());
    store.reset();
    store = open(disk);
    EXPECT_EQ(describe(*store), model.describe());
  }
}

}  // namespace
}  // namespace pillarbox::store::conformance
