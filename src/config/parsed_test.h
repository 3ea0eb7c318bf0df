// A configuration from a text that has to be right: for the tests of what the text becomes.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "config/testing.h"

namespace pillarbox::config::testing {

inline Configuration parsed(std::string text, MemoryHost host = {}) {
  Parsed result = parse_text(std::move(text), std::move(host));
  EXPECT_TRUE(result.ok()) << result.text();
  return std::move(result.configuration);
}

}  // namespace pillarbox::config::testing
