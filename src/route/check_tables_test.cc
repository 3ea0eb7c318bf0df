#include "route/check_tables.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "config/memory_host.h"
#include "config/parse.h"
#include "route/testing.h"

namespace pillarbox::route {
namespace {

TEST(CheckTables, SaysWhatIsWrongInEachFile) {
  std::string pattern = (std::filesystem::temp_directory_path() / "pillarbox-check-XXXXXX").string();
  const std::filesystem::path folder = ::mkdtemp(pattern.data());
  const auto write = [&](const char* name, const char* text) { std::ofstream(folder / name) << text; };
  write("users", "anna:$6$x\n\nbroken:x:uid\nANNA:$6$y\nbilly@example.com:x\n");
  write("aliases",
        "info: anna, billy\n  sales: nobdy\nroot: info+x\nboss: |\n"
        "loop: ring\nring: loop, LOOP\nkeep: keep, anna\nanna: anna, info\n"
        "list: :include:/nonexistent/list\n");
  write("domains", "backup.example\n*\n");
  write("nets", "192.0.2.0/24\n192.0.2.300\n");

  config::MemoryHost host;
  host.files["t.conf"] =
      "table users file:users\ntable aliases file:aliases\ntable domains file:domains\ntable nets file:nets\n"
      "table gone file:gone\ntable unused file:unused\ntable inline { \"x y\" }\n"
      "listen on all proxy <nets>\n"
      "action inbox mailbox userbase <users> alias <aliases> virtual <gone>\n"
      "action out relay\n"
      "match from src <inline> for local action inbox\n"
      "match from any for domain <domains> action out\n";
  config::Parsed parsed = config::parse("t.conf", host, {});
  ASSERT_TRUE(parsed.ok()) << parsed.text();
  for (config::Table& table : parsed.configuration.tables) {
    if (table.kind == config::Table::Kind::file) table.path = (folder / table.path).string();
  }
  const SystemClock clock;
  testing::MemoryMachine machine;
  testing::MemorySystemUsers system_users(machine);
  const tables::Tables tables(parsed.configuration.tables, clock);
  std::string text =
      config::render(check_tables(parsed.configuration, tables, system_users), parsed.configuration.sources);
  for (auto at = text.find(folder.string()); at != std::string::npos; at = text.find(folder.string())) {
    text.replace(at, folder.string().size(), "DIR");
  }
  std::filesystem::remove_all(folder);
  EXPECT_EQ(text, R"(t.conf:5:7: can't read this table: DIR/gone: No such file or directory
    table gone file:gone
          ^~~~
t.conf:6:7: can't read this table: DIR/unused: No such file or directory
    table unused file:unused
          ^~~~~~
t.conf:7:7: warning: entry 1 of this table: "x y" isn't an address or a network: the line is ignored
    table inline { "x y" }
          ^~~~~~
t.conf:12:1: open relay: this rule relays for strangers
    match from any for domain <domains> action out
    ^~~~~
    expected a rule that is from local or from auth, or that lists its domains (for domain)
    who comes in at t.conf:8:1 without logging in can send mail anywhere by it
    "*" is nearly every domain
DIR/users:3:1: warning: the uid isn't a number: the line is ignored
    broken:x:uid
    ^~~~~~~~~~~~
DIR/users:4:1: warning: user ANNA stands in line 1 already: this line is ignored
    ANNA:$6$y
    ^~~~~~~~~
DIR/aliases:2:3: warning: sales leads to nobdy, who is neither a user nor an alias
      sales: nobdy
      ^~~~~~
DIR/aliases:4:1: warning: target "|": there is no command behind "|"; it is ignored
    boss: |
    ^~~~~
DIR/aliases:5:1: warning: alias loop: loop → ring → loop
    loop: ring
    ^~~~~
DIR/aliases:7:1: warning: alias loop: keep → keep
    keep: keep, anna
    ^~~~~
DIR/aliases:8:1: warning: alias loop: anna → info → anna
    anna: anna, info
    ^~~~~
DIR/aliases:9:1: warning: /nonexistent/list: No such file or directory: mail for list is deferred
    list: :include:/nonexistent/list
    ^~~~~
DIR/nets:2:1: warning: "192.0.2.300" isn't an address or a network: the line is ignored
    192.0.2.300
    ^~~~~~~~~~~
)");
}

}  // namespace
}  // namespace pillarbox::route
