// The supervisor in a process of its own, asked over its channel: with this process's rights, and with root's
// where the tests have them.
#include "os/supervisor.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>
#include <thread>

#include "os/agents.h"
#include "os/channel.h"
#include "os/message_file.h"

namespace pillarbox::os {
namespace {

namespace fs = std::filesystem;
using Kind = DeliveryResult::Kind;
using testing::HasSubstr;

class Supervised : public testing::Test {
 protected:
  Supervised() {
    std::string pattern = (fs::temp_directory_path() / "pillarbox-supervised-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    ::chmod(folder_.c_str(), 0777);
    message_ = Descriptor(::open(folder_.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
    write_all(message_.get(), "Subject: a\r\n\r\nHello\r\n");
    auto ends = make_channel().value();
    child_ = ::fork();
    if (child_ == 0) {
      ends.first.close();
      supervise({.channel = ends.second.get(),
                 .may_deliver = [](const auto& request) -> std::optional<std::string> {
                   if (request.action == "forbidden") return "no such action";
                   return std::nullopt;
                 }});
      ::_exit(0);
    }
    agents_ = std::make_unique<SupervisedAgents>(std::move(ends.first));
  }
  ~Supervised() override {
    agents_.reset();
    int status = -1;
    ::waitpid(child_, &status, 0);
    EXPECT_EQ(status, 0);
    fs::remove_all(folder_);
  }

  // Root's tests deliver for somebody else.
  Owner owner() const {
    const uid_t uid = ::getuid() == 0 ? 12'345 : ::getuid();
    return {.name = "anna", .uid = uid, .gid = ::getuid() == 0 ? uid : ::getgid(), .home = folder_};
  }
  DeliveryResult deliver(DeliveryRequest request) { return agents_->deliver(request, message_.get()); }
  DeliveryResult shell(const std::string& script) {
    return deliver({.action = "mda",
                    .owner = owner(),
                    .deed = CommandRequest{.arguments = {"sh", "-c", script},
                                           .environment = {"PATH=/usr/bin:/bin"},
                                           .folder = folder_,
                                           .most_time = std::chrono::minutes(1)}});
  }
  std::string read(std::string_view name) const {
    std::ostringstream text;
    text << std::ifstream(folder_ + "/" + std::string(name)).rdbuf();
    return text.str();
  }

  std::string folder_;
  Descriptor message_;
  pid_t child_ = -1;
  std::unique_ptr<SupervisedAgents> agents_;
};

TEST_F(Supervised, DeliversAsTheOwner) {
  const auto mbox = deliver({.action = "local",
                             .owner = owner(),
                             .deed = MboxRequest{.path = folder_ + "/anna", .sender = "bob@example.org"}});
  EXPECT_EQ(mbox.kind, Kind::delivered) << mbox.diagnostic;
  EXPECT_THAT(read("anna"), HasSubstr("\nHello\n"));
  const auto maildir = deliver({.action = "local",
                                .owner = owner(),
                                .deed = MaildirRequest{.path = folder_ + "/Maildir", .unique = "1"}});
  EXPECT_EQ(maildir.kind, Kind::delivered) << maildir.diagnostic;
  for (const auto* name : {"anna", "Maildir", "Maildir/new"}) {
    struct stat found{};
    ASSERT_EQ(::stat((folder_ + "/" + name).c_str(), &found), 0);
    EXPECT_EQ(found.st_uid, owner().uid) << name;
    EXPECT_EQ(found.st_mode & 077, 0u) << name;
  }
  ASSERT_EQ(shell("id -u > uid; id -G > groups; cat > got").kind, Kind::delivered);
  EXPECT_EQ(read("uid"), std::to_string(owner().uid) + "\n");
  if (::getuid() == 0) EXPECT_EQ(read("groups"), std::to_string(owner().gid) + "\n");
  EXPECT_THAT(read("got"), HasSubstr("Hello"));
}

TEST_F(Supervised, NothingIsDoneAsRootOrAgainstTheConfiguration) {
  DeliveryRequest request{.action = "local",
                          .owner = {.name = "root", .uid = 0, .gid = 0, .home = "/root"},
                          .deed = MaildirRequest{.path = folder_ + "/root", .unique = "1"}};
  EXPECT_THAT(deliver(request).diagnostic, HasSubstr("root's rights"));
  request.owner = owner();
  request.action = "forbidden";
  EXPECT_THAT(deliver(request).diagnostic, HasSubstr("no such action"));
  EXPECT_FALSE(fs::exists(folder_ + "/root"));
}

TEST_F(Supervised, OneThatDiesIsAnAnswer) {
  // It kills the process that runs it, not only itself.
  const auto result = shell("kill -9 $PPID");
  EXPECT_EQ(result.kind, Kind::deferred);
  EXPECT_THAT(result.diagnostic, HasSubstr("no answer"));
  EXPECT_EQ(shell("exit 0").kind, Kind::delivered);
}

TEST_F(Supervised, ManyAtOnce) {
  std::vector<std::jthread> callers;
  std::atomic<int> delivered = 0;
  for (int i = 0; i < 50; ++i) {
    callers.emplace_back([&] { delivered += shell("cat > /dev/null").kind == Kind::delivered ? 1 : 0; });
  }
  callers.clear();
  EXPECT_EQ(delivered, 50);
}

TEST(Requests, SurviveTheWay) {
  const DeliveryRequest request{
      .action = "a",
      .owner = {.name = "anna", .uid = 7, .gid = 8, .home = "/home/anna", .shell = "/bin/zsh"},
      .deed = CommandRequest{.arguments = {"x", "", "y z"},
                             .environment = {"A=b"},
                             .folder = "/",
                             .most_time = std::chrono::seconds(5)}};
  const std::string bytes = *encode(request);
  EXPECT_EQ(decode_request(bytes), request);
  for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
    EXPECT_FALSE(decode_request(std::string_view(bytes).substr(0, cut)).has_value()) << cut;
  }
  EXPECT_FALSE(decode_request(bytes + "x").has_value());
  std::mt19937 random(1);
  for (int i = 0; i < 20'000; ++i) {
    std::string damaged = bytes;
    for (int k = 0; k < 3; ++k) damaged[random() % damaged.size()] = static_cast<char>(random());
    const auto decoded = decode_request(damaged);
    if (decoded) EXPECT_NE(decoded->owner.uid, UINT32_MAX);
  }
  DeliveryRequest huge = request;
  huge.owner.home = std::string(70'000, 'x');
  EXPECT_FALSE(encode(huge).has_value());
}

TEST(OwnAgents, SayWhoWouldBeNeeded) {
  const DeliveryRequest request{.action = "a",
                                .owner = {.name = "anna", .uid = ::geteuid() + 1, .gid = 1, .home = "/"},
                                .deed = MboxRequest{.path = "/nonexistent/x"}};
  EXPECT_THAT(OwnAgents().deliver(request, -1).diagnostic, HasSubstr("started as root"));
}

}  // namespace
}  // namespace pillarbox::os
