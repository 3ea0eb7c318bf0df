// links: relay_world
// A relay against a server that says what the input says. Byte 0 chooses how it is talked to; 0xFE ends what
// the server says at once, 0xFD hangs up, 0xFC lets the client's wait run out. Whatever comes: every
// recipient has one outcome, fit to be told, and none is good without a 2xx.
#include <optional>
#include <string>

#include "base/log.h"
#include "base/text.h"
#include "base/try.h"
#include "transcripts/relay_world.h"

using namespace pillarbox;
using namespace pillarbox::transcript;

namespace {

void configure(RelayWorld& world, std::string word, std::string text) {
  ASSERT(!world.configure({.word = std::move(word), .text = std::move(text)}));
}

void set_up(RelayWorld& world, unsigned how) {
  constexpr const char* policies[] = {"opportunistic", "never", "required", "required-unverified"};
  constexpr const char* smarthosts[] = {"", "smtp login", "smtps login", "lmtp"};
  configure(world, "set", std::string("tls ") + policies[how & 3]);
  if ((how >> 2 & 3) != 0) configure(world, "set", std::string("smarthost ") + smarthosts[how >> 2 & 3]);
  if ((how >> 4 & 1) != 0) configure(world, "envelope", "binary headers envid=x priority=2");
  if ((how >> 5 & 1) != 0) configure(world, "envelope", "8bit smtputf8");
  configure(world, "body", "Subject: gr\xc3\xbc\xc3\x9f\r\n\r\n.dot\r\n");
  configure(world, "to", "bob@elsewhere.example NOTIFY=6");
  configure(world, "to", "anna@elsewhere.example");
  world.connector().plan = {"", ""};
}

void play(RelayWorld& world, std::string_view bytes) {
  std::size_t end = 0;
  for (; !bytes.empty(); bytes.remove_prefix(std::min(bytes.size(), end + 1))) {
    end = bytes.find_first_of("\xfc\xfd\xfe");
    if (world.connector().made.empty()) return;
    net::MemoryClient& server = world.connector().made.back()->end;
    server.send(bytes.substr(0, end));
    world.server().run_until_quiet();
    if (end == std::string_view::npos) return;
    if (bytes[end] == '\xfd') server.close();
    if (bytes[end] == '\xfc' && server.is_waiting()) server.expire();
    world.server().run_until_quiet();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  log::set_level(log::Level::none);
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  RelayWorld world;
  set_up(world, data[0]);
  world.deliver();
  world.server().run_until_quiet();
  play(world, bytes);
  for (int round = 0; round < 10; ++round) {
    for (auto& made : world.connector().made) {
      made->end.close();
      world.server().run_until_quiet();
      if (!made->end.is_over() && made->end.is_waiting()) made->end.expire();
      world.server().run_until_quiet();
    }
  }
  for (auto& made : world.connector().made) ASSERT(made->end.is_over());
  const auto& outcomes = world.attempts.front()->outcomes;
  ASSERT(outcomes && outcomes->size() == 2);
  for (const queue::Outcome& outcome : *outcomes) {
    using Kind = queue::Outcome::Kind;
    ASSERT(!outcome.diagnostic.empty() && outcome.diagnostic.size() <= 1'024);
    ASSERT(escape_controls(outcome.diagnostic) == outcome.diagnostic);
    const char digit = outcome.kind == Kind::failed ? '5' : outcome.kind == Kind::deferred ? '4' : '2';
    ASSERT(outcome.status.size() >= 5 && outcome.status[0] == digit);
    if (digit == '2') ASSERT(outcome.diagnostic[0] == '2');
  }
  return 0;
}
