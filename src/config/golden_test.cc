// The whole text of what an admin reads when a configuration is wrong: tests/golden/config.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "config/testing.h"

namespace pillarbox::config {
namespace {

std::string contents(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(Golden, MistakesReadAsExpected) {
  std::size_t cases = 0;
  for (const auto& entry : std::filesystem::directory_iterator(PILLARBOX_SOURCE_DIR "/tests/golden/config")) {
    if (entry.path().extension() != ".conf") continue;
    ++cases;
    MemoryHost host;
    host.files["many.conf"] = "include \"pillarbox.conf\"\nbogus\n";
    const std::string text = testing::parse_text(contents(entry.path()), host).text();
    auto expected = entry.path();
    expected.replace_extension(".txt");
    if (std::getenv("PILLARBOX_WRITE_GOLDEN") != nullptr) std::ofstream(expected) << text;
    EXPECT_EQ(text, contents(expected)) << entry.path();
  }
  EXPECT_GE(cases, 6u);
}

}  // namespace
}  // namespace pillarbox::config
