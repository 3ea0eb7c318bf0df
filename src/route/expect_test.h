// A table of recipients and what becomes of them: for the tests of the router.
#pragma once

#include <gtest/gtest.h>

#include <initializer_list>

#include "route/testing.h"

namespace pillarbox::route::testing {

struct Case {
  const char* recipient;
  const char* expected;
};

// What becomes of each recipient from such a sender.
inline void expect(const House& house, const EnvelopeContext& envelope, std::initializer_list<Case> cases) {
  ASSERT_TRUE(house.parsed.ok()) << house.parsed.text();
  for (const auto& [recipient, expected] : cases) {
    const Decision decision = house.router->decide(envelope, address(recipient));
    EXPECT_EQ(text_of(decision), expected) << recipient << ": " << decision.reason;
  }
}

}  // namespace pillarbox::route::testing
