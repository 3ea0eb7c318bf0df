// links: config
// Configurations of any bytes: every mistake has a place in the text and can be shown; the proof comes to an
// end.
#include "base/try.h"
#include "config/memory_host.h"
#include "config/parse.h"
#include "config/unsupported.h"

namespace {
struct Settings {
  std::uint64_t max_size = 1;
  std::chrono::seconds ttl{1};
  bool flag = true;
};
constexpr pillarbox::config::Field fields[] = {
    pillarbox::config::size<&Settings::max_size>("max_size", "A size.").also_as("limit max-size"),
    pillarbox::config::field<&Settings::ttl>("ttl", "A time."),
    pillarbox::config::field<&Settings::flag>("flag", "A flag."),
};
constexpr pillarbox::config::FieldTable tables[] = {pillarbox::config::table<Settings>("smtp", fields)};
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace pillarbox::config;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  MemoryHost host;
  const auto cut = text.find("\n--- included\n");  // what follows is the file that the first part may include
  host.files["main.conf"] = text.substr(0, cut);
  if (cut != std::string_view::npos) host.files["included.conf"] = text.substr(cut + 14);
  const Parsed parsed = parse("main.conf", host, tables);
  for (const Diagnostic& diagnostic : parsed.diagnostics) {
    const Position& at = diagnostic.position;
    ASSERT(at.file < parsed.configuration.sources.size() && at.line > 0 && at.column > 0);
    ASSERT(at.column <= parsed.configuration.sources.line(at).size() + 2);
    ASSERT(!diagnostic.message.empty());
  }
  ASSERT(parsed.text().empty() == parsed.diagnostics.empty());
  if (parsed.ok()) {
    settings<Settings>(parsed.configuration, tables[0]);
    for (const Diagnostic& found : find_unsupported(parsed.configuration)) ASSERT(found.position.line > 0);
  }
  return 0;
}
