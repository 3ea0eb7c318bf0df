// Actions of a configuration, ways of recipients, and what the agents are asked to do.
#include "delivery/delivery.h"

#include <gmock/gmock.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>

#include "config/memory_host.h"
#include "config/parse.h"
#include "delivery/way.h"
#include "net/memory_server.h"
#include "os/message_file.h"

namespace pillarbox::delivery {
namespace {

using Kind = queue::Outcome::Kind;
using Means = route::DeliveryDestination::Means;
using testing::ElementsAre;
using testing::HasSubstr;

class TextBody final : public store::BodyReader {
 public:
  explicit TextBody(std::string text) : text_(std::move(text)) {}
  std::uint64_t size() const override { return text_.size(); }
  Task<std::expected<std::string_view, store::Error>> read(std::uint64_t offset, std::size_t most) override {
    co_return std::string_view(text_).substr(offset, std::min<std::size_t>(most, 7));
  }

 private:
  std::string text_;
};

class Recorder final : public os::Agents {
 public:
  os::DeliveryResult deliver(const os::DeliveryRequest& request, int message) override {
    requests.push_back(request);
    text.clear();
    os::read_message(message, [this](std::string_view piece) {
      text += piece;
      return 0;
    });
    return result;
  }
  std::vector<os::DeliveryRequest> requests;
  std::string text;
  os::DeliveryResult result{os::DeliveryResult::Kind::delivered, "2.0.0", "done"};
};

Task<> deliver_all(Delivery& delivery, queue::Attempt attempt, std::shared_ptr<TextBody> body,
                   std::vector<queue::Outcome>& outcomes) {
  outcomes = co_await delivery.deliver(std::move(attempt), std::move(body));
}

class Deliveries : public testing::Test {
 protected:
  Deliveries() {
    way_.destination.user =
        route::LocalUser{.login = "anna", .uid = 5000, .gid = 5001, .home = "/var/vmail/anna"};
    way_.original = "Info+Tag@Example.org";
  }

  queue::Outcome deliver(const std::string& action_line,
                         std::string message = "Subject: a\r\n\r\nHello\r\n") {
    config::MemoryHost host;
    host.files["t.conf"] = "table users { anna = \"x\" }\nmda wrapper \"wrap\" \"/bin/box -- %{mda} end\"\n" +
                           action_line + "\nmatch from any for domain example.org action \"local\"\n";
    auto parsed = config::parse("t.conf", host, {});
    for (const auto& diagnostic : parsed.diagnostics) {
      if (diagnostic.kind == config::Diagnostic::Kind::mistake) ADD_FAILURE() << parsed.text();
    }
    way_.destination.action = "local";
    Delivery delivery(parsed.configuration, Settings{}, agents_, workers_,
                      std::filesystem::temp_directory_path().string());
    queue::Attempt attempt{.envelope = {.trace_id = "1m7w", .reverse_path = "bob@elsewhere.example"},
                           .action = "local",
                           .destination = "x",
                           .recipients = {{.address = "anna@example.org", .way = to_text(way_)}}};
    std::vector<queue::Outcome> outcomes;
    auto body = std::make_shared<TextBody>(std::move(message));
    loop_.spawn(deliver_all(delivery, attempt, body, outcomes));
    loop_.run_until([&] { return !outcomes.empty(); }, std::chrono::minutes(1));
    return outcomes.at(0);
  }
  template <class Deed>
  const Deed& deed() const {
    return std::get<Deed>(agents_.requests.back().deed);
  }

  Recorder agents_;
  net::WorkerPool workers_{1, 10};
  net::MemoryServer loop_;
  Way way_;
};

TEST_F(Deliveries, IntoTheSystemsMbox) {
  const auto outcome = deliver("action \"local\" mbox");
  ASSERT_EQ(outcome.kind, Kind::delivered) << outcome.diagnostic;
  EXPECT_EQ(deed<os::MboxRequest>().path, "/var/mail/anna");
  EXPECT_EQ(deed<os::MboxRequest>().sender, "bob@elsewhere.example");
  EXPECT_EQ(agents_.requests[0].owner.uid, 5000u);
  EXPECT_EQ(
      agents_.text,
      "Return-Path: <bob@elsewhere.example>\nDelivered-To: Info+Tag@Example.org\nSubject: a\n\nHello\n");
}

TEST_F(Deliveries, IntoMaildirs) {
  const std::pair<const char*, const char*> table[] = {
      {"maildir", "/var/vmail/anna/Maildir"},
      {"maildir \"~/\"", "/var/vmail/anna"},
      {"maildir \"~/mail\"", "/var/vmail/anna/mail"},
      {"maildir \"/srv/%{dest.domain}/%{dest.user}\"", "/srv/example.org/anna"},
      {"maildir \"/srv/%{rcpt.user:strip|lowercase}/\"", "/srv/info"},
  };
  for (const auto& [method, path] : table) {
    const auto outcome = deliver("action \"local\" " + std::string(method) + " userbase <users>");
    ASSERT_EQ(outcome.kind, Kind::delivered) << outcome.diagnostic;
    EXPECT_EQ(deed<os::MaildirRequest>().path, path);
    EXPECT_EQ(deed<os::MaildirRequest>().folder, "");
  }
}

TEST_F(Deliveries, SortsSpamOnlyWhereAsked) {
  const std::string spam = "X-Spam: Yes\r\nSubject: a\r\n\r\n";
  deliver("action \"local\" maildir junk", spam);
  EXPECT_EQ(deed<os::MaildirRequest>().folder, "Junk");
  deliver("action \"local\" maildir", spam);
  EXPECT_EQ(deed<os::MaildirRequest>().folder, "");
  deliver("action \"local\" maildir junk", "Subject: a\r\n\r\nX-Spam: Yes\r\n");
  EXPECT_EQ(deed<os::MaildirRequest>().folder, "");
}

TEST_F(Deliveries, ToCommands) {
  ASSERT_EQ(deliver("action \"local\" mda \"/bin/x -f '%{sender}' %{rcpt.user:raw}\"").kind, Kind::delivered);
  EXPECT_THAT(deed<os::CommandRequest>().arguments,
              ElementsAre("/bin/x", "-f", "bob@elsewhere.example", "Info+Tag"));
  EXPECT_THAT(deed<os::CommandRequest>().environment, testing::Contains("HOME=/var/vmail/anna"));
  EXPECT_THAT(deed<os::CommandRequest>().environment,
              testing::Contains("ORIGINAL_RECIPIENT=Info+Tag@example.org"));
  EXPECT_EQ(deed<os::CommandRequest>().folder, "/var/vmail/anna");
  ASSERT_EQ(deliver("action \"local\" mda \"/bin/x %{dest}\" wrapper \"wrap\"").kind, Kind::delivered);
  EXPECT_THAT(deed<os::CommandRequest>().arguments,
              ElementsAre("/bin/box", "--", "/bin/x", "anna@example.org", "end"));
}

TEST_F(Deliveries, ToWhatAnAliasNames) {
  way_.destination.means = Means::command;
  way_.destination.argument = "/bin/x '%{sender}'";
  deliver("action \"local\" mbox");
  EXPECT_THAT(deed<os::CommandRequest>().arguments, ElementsAre("/bin/x", "%{sender}"));  // as it stands
  way_.destination.argument = "/bin/x | mail";
  const auto outcome = deliver("action \"local\" mbox");
  EXPECT_EQ(outcome.kind, Kind::deferred);
  EXPECT_THAT(outcome.diagnostic, HasSubstr("shell"));
  way_.destination.means = Means::file;
  way_.destination.argument = "/home/anna/archive";
  deliver("action \"local\" maildir");
  EXPECT_EQ(deed<os::MboxRequest>().path, "/home/anna/archive");
}

TEST_F(Deliveries, SaysWhatIsMissing) {
  EXPECT_THAT(deliver("action \"local\" mailbox userbase <users>").diagnostic,
              HasSubstr("doesn't deliver into files"));
  way_.destination.user->home = "";
  EXPECT_THAT(deliver("action \"local\" maildir").diagnostic, HasSubstr("no home"));
  way_.destination.user->uid.reset();
  EXPECT_THAT(deliver("action \"local\" mbox").diagnostic, HasSubstr("no uid"));
  way_.destination.user.reset();
  EXPECT_THAT(deliver("action \"local\" mbox").diagnostic, HasSubstr("nobody is known"));
  EXPECT_EQ(agents_.requests.size(), 0u);
}

TEST_F(Deliveries, PassesOnWhatBecameOfIt) {
  agents_.result = {os::DeliveryResult::Kind::failed, "5.1.1", "no\nsuch user"};
  const auto outcome = deliver("action \"local\" mbox");
  EXPECT_EQ(outcome.kind, Kind::failed);
  EXPECT_EQ(outcome.status, "5.1.1");
  EXPECT_EQ(outcome.diagnostic, "no\\x0asuch user");
}

}  // namespace
}  // namespace pillarbox::delivery
