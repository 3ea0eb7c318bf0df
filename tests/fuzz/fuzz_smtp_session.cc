// links: transcript_worlds
// Whole sessions: a client's bytes against a server in memory, whole and in pieces. The first byte says how
// the listener is made and how the bytes are cut.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>

#include "base/log.h"
#include "base/text.h"
#include "base/try.h"
#include "proto/smtp/line_breaks.h"
#include "transcripts/smtp_world.h"

using namespace pillarbox;

namespace {

constexpr std::array configs = {"one-domain",  "optional-auth", "tls-required",
                                "submissions", "plaintext",     "without-tls"};

struct Played {
  std::string output;
  std::set<std::string> kept;
};

Played play(unsigned how, std::string_view bytes, std::size_t largest_read) {
  transcript::SmtpWorld world;
  ASSERT(!world.command({.word = "config", .text = configs[how % configs.size()]}));
  ASSERT(!world.command({.word = "set", .text = "max_message_size 2000"}));
  ASSERT(!world.command({.word = "set", .text = "max_header_size 500"}));
  if ((how & 64) != 0) ASSERT(!world.command({.word = "set", .text = "proxy 192.0.2.1"}));
  Played played;
  {
    auto client = world.server().connect(world.session());
    client.set_largest_read(largest_read);
    client.send(bytes);
    client.close();
    world.server().run_until_quiet();
    ASSERT(client.is_over() && !client.has_failed());
    played.output = client.take_output();
  }
  played.kept = world.store().kept();
  ASSERT(world.acknowledged(played.output) <= world.store().bodies_kept());
  world.stop();
  return played;
}

bool is_text(std::string_view message) {
  smtp::LineBreakCheck check;
  check.feed(message);
  return check.is_clean();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  log::set_level(log::Level::none);
  if (size == 0) return 0;
  const unsigned how = data[0];
  const std::string_view bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  const Played whole = play(how, bytes, 1 << 20);
  const bool is_binary = to_ascii_upper(bytes).contains("BINARYMIME");
  for (const std::string& message : whole.kept) ASSERT(is_binary || is_text(message));

  // What stands behind STARTTLS is thrown away with what was read, or is taken for the handshake: cuts matter
  // there.
  if (whole.output.contains("220 2.0.0 ")) return 0;
  const Played pieces = play(how, bytes, 1 + how % 7);
  ASSERT(pieces.output == whole.output);
  ASSERT(pieces.kept == whole.kept);
  return 0;
}
