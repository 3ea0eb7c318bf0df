// Deliveries into real files of a temporary folder, and by real commands.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/descriptor.h"
#include "os/command.h"
#include "os/maildir.h"
#include "os/mbox.h"
#include "os/message_file.h"

namespace pillarbox::os {
namespace {

namespace fs = std::filesystem;
using Kind = DeliveryResult::Kind;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

class Agents : public testing::Test {
 protected:
  Agents() {
    std::string pattern = (fs::temp_directory_path() / "pillarbox-agents-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
  }
  ~Agents() override { fs::remove_all(folder_); }

  int message(std::string_view text) {
    message_ = Descriptor(::open(folder_.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
    EXPECT_TRUE(message_.is_open());
    EXPECT_EQ(write_all(message_.get(), text), 0);
    return message_.get();
  }
  std::string in(std::string_view name) const { return folder_ + "/" + std::string(name); }
  static std::string read(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
  }
  std::vector<std::string> names() const {
    std::vector<std::string> found;
    for (const auto& entry : fs::directory_iterator(folder_)) found.push_back(entry.path().filename());
    return found;
  }

  std::string folder_;
  Descriptor message_;
};

class Mbox : public Agents {
 protected:
  DeliveryResult append(std::string_view text, std::string sender = "bob@example.org") {
    return append_to_mbox({.path = in("anna"),
                           .owner = {.name = "anna", .uid = ::getuid(), .gid = ::getgid(), .home = {}},
                           .sender = std::move(sender),
                           .arrived = Time{std::chrono::seconds{1'700'000'000}},
                           .message = message(text),
                           .patience = std::chrono::milliseconds(0)});
  }
};

TEST_F(Mbox, AppendsWithTheFilesLineEnds) {
  EXPECT_EQ(append("Subject: a\r\n\r\nHello\r\n").kind, Kind::delivered);
  EXPECT_EQ(append("Subject: b\r\n\r\nno end", "").kind, Kind::delivered);
  EXPECT_EQ(read(in("anna")),
            "From bob@example.org Tue Nov 14 22:13:20 2023\nSubject: a\n\nHello\n\n"
            "From MAILER-DAEMON Tue Nov 14 22:13:20 2023\nSubject: b\n\nno end\n\n");
  EXPECT_EQ(fs::status(in("anna")).permissions(), fs::perms(0600));
  EXPECT_THAT(names(), ElementsAre("anna"));  // no lock is left
}

TEST_F(Mbox, QuotesWhatLooksLikeTheNextMessage) {
  const std::pair<std::string, std::string> table[] = {
      {"From here\r\n", ">From here\n"},
      {">From here\r\n", ">>From here\n"},
      {"Fro\r\n", "Fro\n"},
      {"> From x\r\n", "> From x\n"},
      {">>>\r\n", ">>>\n"},
      {"From", "From\n"},
      {"x From y\r\n", "x From y\n"},
      {"From \r\n", ">From \n"},
      {"\r\n\r\n", "\n\n"},
      {"a\rFrom b\r\n", "a\rFrom b\n"},
  };
  for (const auto& [given, kept] : table) {
    fs::remove(in("anna"));
    ASSERT_EQ(append(given, "b").kind, Kind::delivered);
    EXPECT_EQ(read(in("anna")), "From b Tue Nov 14 22:13:20 2023\n" + kept + "\n") << given;
  }
}

TEST_F(Mbox, NobodyForgesALineByHisAddress) {
  ASSERT_EQ(append("x\r\n", "\"a\nFrom b\"@example.org").kind, Kind::delivered);
  EXPECT_THAT(read(in("anna")), StartsWith("From \"a_From_b\"@example.org Tue"));
}

TEST_F(Mbox, LargeMessagesComeInPieces) {
  std::string text;
  for (int i = 0; i < 30'000; ++i) text += "From line\r\n";
  ASSERT_EQ(append(text).kind, Kind::delivered);
  const std::string kept = read(in("anna"));
  EXPECT_EQ(kept.size(), 30'000u * 11 + 47);
  EXPECT_EQ(kept.find("\nFrom "), std::string::npos);
}

TEST_F(Mbox, GoesThroughNoLinkAndIntoNoStrangersFile) {
  std::ofstream(in("target")) << "precious\n";
  fs::create_symlink(in("target"), in("anna"));
  EXPECT_THAT(append("x\r\n").diagnostic, HasSubstr("symbolic link"));
  fs::remove(in("anna"));
  fs::create_hard_link(in("target"), in("anna"));
  EXPECT_THAT(append("x\r\n").diagnostic, HasSubstr("hard links"));
  fs::remove(in("anna"));
  fs::create_directory(in("anna"));
  EXPECT_NE(append("x\r\n").kind, Kind::delivered);
  fs::remove(in("anna"));
  ::mkfifo(in("anna").c_str(), 0600);
  EXPECT_THAT(append("x\r\n").diagnostic, HasSubstr("regular file"));
  EXPECT_EQ(read(in("target")), "precious\n");
}

TEST_F(Mbox, WaitsForOthersLocks) {
  std::ofstream(in("anna.lock")) << "1\n";
  EXPECT_THAT(append("x\r\n").diagnostic, HasSubstr("anna.lock"));
  EXPECT_EQ(append("x\r\n").kind, Kind::deferred);
  fs::last_write_time(in("anna.lock"), fs::file_time_type::clock::now() - std::chrono::hours(1));
  EXPECT_EQ(append("x\r\n").kind, Kind::deferred);  // its owner is dead: it is removed, and taken next time
  EXPECT_EQ(append("x\r\n").kind, Kind::delivered);
}

class Maildir : public Agents {
 protected:
  DeliveryResult deliver(std::string folder = "") {
    return deliver_to_maildir({.path = in("home/Maildir"),
                               .folder = std::move(folder),
                               .unique = "Q7",
                               .message = message("Subject: a\r\n\r\nHello\r\n")});
  }
  std::vector<std::string> list(const std::string& path) {
    std::vector<std::string> found;
    for (const auto& entry : fs::directory_iterator(in(path))) found.push_back(entry.path().filename());
    return found;
  }
};

TEST_F(Maildir, IsMadeAndFilled) {
  ASSERT_EQ(deliver().kind, Kind::delivered);
  ASSERT_EQ(deliver("Junk").kind, Kind::delivered);
  const auto kept = list("home/Maildir/new");
  ASSERT_EQ(kept.size(), 1u);
  EXPECT_THAT(kept[0], HasSubstr(",S=18,W=21"));
  EXPECT_EQ(read(in("home/Maildir/new/" + kept[0])), "Subject: a\n\nHello\n");
  EXPECT_EQ(list("home/Maildir/.Junk/new").size(), 1u);
  EXPECT_TRUE(list("home/Maildir/tmp").empty());
  EXPECT_EQ(fs::status(in("home/Maildir")).permissions(), fs::perms(0700));
}

TEST_F(Maildir, WhatIsInTheWayIsNamed) {
  std::ofstream(in("home")) << "a file";
  const auto result = deliver();
  EXPECT_EQ(result.kind, Kind::deferred);
  EXPECT_THAT(result.diagnostic, HasSubstr("home/Maildir"));
}

TEST(SplitCommand, KnowsAShellsWordsButNotItsPowers) {
  EXPECT_THAT(*split_command(R"(/bin/x  -a "b c" 'd"e' f\ g h"i"'j' "" "\"\\\a")"),
              ElementsAre("/bin/x", "-a", "b c", "d\"e", "f g", "hij", "", "\"\\\\a"));
  EXPECT_THAT(*split_command("procmail -a %{rcpt.user} \"|\""),
              ElementsAre("procmail", "-a", "%{rcpt.user}", "|"));
  for (const auto* bad : {"a | b", "a; b", "a `b`", "a $HOME", "a > b", "a 'b", "a \"b", "a \\", "", "   "}) {
    EXPECT_FALSE(split_command(bad).has_value()) << bad;
  }
}

class Command : public Agents {
 protected:
  DeliveryResult run(std::vector<std::string> arguments) {
    return run_command({.arguments = std::move(arguments),
                        .environment = {"PATH=/usr/bin:/bin", "SENDER=bob@example.org"},
                        .folder = folder_,
                        .message = message(text_),
                        .most_time = time_,
                        .most_output = 100});
  }
  DeliveryResult shell(const std::string& script) { return run({"sh", "-c", script}); }

  std::string text_ = "Subject: a\r\n\r\nHello\r\n";
  std::chrono::milliseconds time_{60'000};
};

TEST_F(Command, GetsTheMessageAndOnlyItsEnvironment) {
  ASSERT_EQ(shell("cat > got; env > env; pwd > where").kind, Kind::delivered);
  EXPECT_EQ(read(in("got")), "Subject: a\n\nHello\n");
  EXPECT_THAT(read(in("env")), HasSubstr("SENDER=bob@example.org"));
  EXPECT_THAT(read(in("env")), Not(HasSubstr("HOME")));
  EXPECT_EQ(read(in("where")), fs::canonical(folder_).string() + "\n");
}

TEST_F(Command, ArgumentsAreNeverInterpreted) {
  ASSERT_EQ(run({"touch", "$(id); `x` | > \n"}).kind, Kind::delivered);
  EXPECT_TRUE(fs::exists(in("$(id); `x` | > \n")));
}

TEST_F(Command, ExitCodesMeanWhatSysexitsSays) {
  const std::tuple<int, Kind, std::string> table[] = {
      {0, Kind::delivered, "2.0.0"}, {75, Kind::deferred, "4.3.0"}, {71, Kind::deferred, "4.3.0"},
      {67, Kind::failed, "5.1.1"},   {77, Kind::failed, "5.7.1"},   {65, Kind::failed, "5.6.0"},
      {69, Kind::failed, "5.3.0"},   {1, Kind::failed, "5.3.0"},    {99, Kind::failed, "5.3.0"},
  };
  for (const auto& [code, kind, status] : table) {
    const auto result = shell("echo no room for you; exit " + std::to_string(code));
    EXPECT_EQ(result.kind, kind) << code;
    EXPECT_EQ(result.status, status) << code;
    if (code != 0)
      EXPECT_THAT(result.diagnostic, HasSubstr("exit code " + std::to_string(code) + ": no room"));
  }
  EXPECT_EQ(shell("kill -9 $$").kind, Kind::deferred);
}

TEST_F(Command, WhatCannotBeStartedIsNamed) {
  const auto result = run({"no-such-program"});
  EXPECT_EQ(result.kind, Kind::deferred);
  EXPECT_THAT(result.diagnostic, HasSubstr("run no-such-program: No such file"));
  EXPECT_THAT(run({"/etc/passwd"}).diagnostic, HasSubstr("Permission denied"));
}

TEST_F(Command, MayReadNothingOfALargeMessage) {
  text_ = std::string(1 << 20, 'x');
  EXPECT_EQ(shell("exec <&-; exit 0").kind, Kind::delivered);
  EXPECT_EQ(shell("head -c 5 > /dev/null").kind, Kind::delivered);
}

TEST_F(Command, SaysMuchAndIsQuotedInPart) {
  text_ = std::string(200'000, 'x');
  // It talks before it reads: neither may wait for the other.
  const auto result = shell("yes no | head -c 200000; cat > /dev/null; exit 1");
  EXPECT_LT(result.diagnostic.size(), 300u);
  EXPECT_THAT(result.diagnostic, HasSubstr("no no"));
}

TEST_F(Command, IsKilledWithItsChildrenWhenTheTimeIsOver) {
  time_ = std::chrono::milliseconds(300);
  const auto result = shell("(trap '' TERM; sleep 1000) & echo $! > child; wait");
  EXPECT_EQ(result.kind, Kind::deferred);
  EXPECT_THAT(result.diagnostic, HasSubstr("was killed"));
}

TEST_F(Command, LeavesNobodyBehind) {
  const auto result = shell("sleep 1000 & exit 0");
  EXPECT_EQ(result.kind, Kind::delivered);
}

}  // namespace
}  // namespace pillarbox::os
