// Whatever is asked of it, a store comes to what the reference comes to, also after it was closed and opened
// again.
#include "store/conformance/model_test.h"

namespace pillarbox::store::conformance {
namespace {

class Random : public StoreTest {};

INSTANTIATE_TEST_SUITE_P(Store, Random, testing::ValuesIn(kinds()), testing::PrintToStringParamName());

TEST_P(Random, StepsComeToWhatTheReferenceComesTo) {
  std::mt19937_64 random(20240917);
  Model model;
  for (std::size_t number = 1; number <= 600; ++number) {
    clock_.advance(Model::time_of_step(number) - clock_.now());
    const Step step = random_step(random, model.store());
    const Outcome expected = model.perform(step);
    const Outcome outcome = perform(store(), step);
    ASSERT_EQ(outcome.refusal, expected.refusal) << number;
    ASSERT_EQ(outcome.receipt.answers.size(), expected.receipt.answers.size());
    for (std::size_t i = 0; i < outcome.receipt.answers.size(); ++i) {
      ASSERT_EQ(outcome.receipt.answers[i].index(), expected.receipt.answers[i].index());
    }
    if (number % 50 == 0) reopen();
    if (number % 25 == 0) {
      ASSERT_EQ(describe(store()), model.describe()) << number;
    }
  }
}

}  // namespace
}  // namespace pillarbox::store::conformance
