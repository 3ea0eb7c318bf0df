#include "transcripts/imap_world.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <utility>

#include "base/text.h"
#include "imapd/session.h"
#include "net/tls.h"
#include "store/mailstore.h"

namespace pillarbox::transcript {
namespace {

constexpr std::string_view user = "carol";

bool is_user(std::string_view name) { return name == user || name == "anna"; }

// The first word of `text`, which begins behind it then.
std::string_view take_word(std::string_view& text) {
  const auto space = std::min(text.find(' '), text.size());
  const auto word = text.substr(0, space);
  text.remove_prefix(std::min(space + 1, text.size()));
  return word;
}

constexpr std::pair<std::string_view, std::uint64_t> system_flags[] = {
    {"\\Seen", store::Flags::seen},       {"\\Answered", store::Flags::answered},
    {"\\Flagged", store::Flags::flagged}, {"\\Deleted", store::Flags::deleted},
    {"\\Draft", store::Flags::draft},
};

store::FlagNames parse_flags(std::string_view list) {
  store::FlagNames flags;
  if (list == "-") return flags;
  for (const std::string_view name : split(list, ',')) {
    const auto* known =
        std::ranges::find(system_flags, name, &std::pair<std::string_view, std::uint64_t>::first);
    if (known != std::end(system_flags)) {
      flags.system |= known->second;
    } else {
      flags.keywords.emplace_back(name);
    }
  }
  return flags;
}

std::string flags_text(store::Flags flags, const std::vector<std::string>& keywords) {
  std::vector<std::string> names;
  for (const auto& [name, bit] : system_flags) {
    if (flags.has(bit)) names.emplace_back(name);
  }
  for (std::size_t k = 0; k < keywords.size(); ++k) {
    if (flags.has(std::uint64_t{1} << (store::Flags::first_keyword_bit + k))) names.push_back(keywords[k]);
  }
  return names.empty() ? "-" : fmt::format("{}", fmt::join(names, ","));
}

// A sample, with the line ends of mail.
std::optional<std::string> read_sample(std::string_view name) {
  std::ifstream file(fmt::format("{}/tests/transcripts/imap/messages/{}", PILLARBOX_SOURCE_DIR, name),
                     std::ios::binary);
  if (!file) return std::nullopt;
  std::stringstream text;
  text << file.rdbuf();
  std::string mail;
  for (const char c : text.str()) {
    if (c == '\n') mail += '\r';
    mail += c;
  }
  return mail;
}

using Outcome = std::optional<std::string>;

Task<Outcome> append(store::Store& store, std::string mailbox, store::FlagNames flags, std::string text,
                     Time now) {
  auto mailstore = co_await store::Mailstore::open(store, std::string(user));
  if (!mailstore) co_return "the account can't be opened";
  auto draft = mailstore->begin_draft();
  const auto taken = co_await draft->append(text);
  if (!taken) co_return "the message can't be written";
  const auto appended =
      co_await mailstore->append(std::move(mailbox), std::move(draft), std::move(flags), now);
  if (!appended) co_return "the message can't be kept: " + appended.error().detail;
  co_return std::nullopt;
}

using View = std::shared_ptr<const store::MailboxView>;

Task<View> look_at(store::Store& store, std::string mailbox) {
  auto mailstore = co_await store::Mailstore::open(store, std::string(user));
  if (!mailstore) co_return nullptr;
  const auto info = co_await mailstore->find(std::move(mailbox));
  if (!info) co_return nullptr;
  const auto view = co_await mailstore->view(info->id);
  co_return view ? *view : nullptr;
}

Task<std::shared_ptr<const store::AccountView>> look_at_account(store::Store& store) {
  auto mailstore = co_await store::Mailstore::open(store, std::string(user));
  if (!mailstore) co_return nullptr;
  const auto account = co_await mailstore->mailboxes();
  co_return account ? *account : nullptr;
}

}  // namespace

class ImapWorld::Accounts final : public accounts::Accounts {
 public:
  Task<std::expected<accounts::User, accounts::LoginError>> log_in(std::string, accounts::PasswordLogin login,
                                                                   net::Endpoint) override {
    using enum accounts::LoginError;
    if (login.authentication == "broken") co_return std::unexpected(unavailable);
    if (login.authentication == "busy") co_return std::unexpected(too_many);
    const bool is_himself = login.authorization.empty() || login.authorization == login.authentication;
    if (is_himself && is_user(login.authentication) && login.password == "secret-" + login.authentication) {
      co_return accounts::User{.login = login.authentication};
    }
    co_return std::unexpected(refused);
  }
  std::optional<accounts::User> find(std::string_view, std::string_view login) override {
    if (!is_user(login)) return std::nullopt;
    return accounts::User{.login = std::string(login)};
  }
};

struct ImapWorld::Parts {
  explicit Parts(World& world) : services{world.store(), accounts, world.clock(), presence} {}

  Accounts accounts;
  imapd::Presence presence;
  net::TlsServer tls_server;
  imapd::Services services;
};

ImapWorld::ImapWorld() : parts_(std::make_unique<Parts>(*this)) {
  door_.hostname = "imap.house.example";
  door_.users = "users";
}

ImapWorld::~ImapWorld() = default;

Fault ImapWorld::configure(std::string_view name) {
  if (name == "plaintext") {
    door_.allows_plaintext_auth = true;
    return std::nullopt;
  }
  door_.tls = &parts_->tls_server;
  if (name == "starttls") {
    door_.tls_mode = config::TlsMode::opportunistic;
  } else if (name == "imaps") {
    door_.tls_mode = config::TlsMode::implicit;
  } else {
    return fmt::format("no such config: {}", name);
  }
  return std::nullopt;
}

Fault ImapWorld::set(std::string_view argument) {
  const auto name = take_word(argument);
  const auto field = std::ranges::find(imapd::fields, name, &config::Field::name);
  if (field == std::end(imapd::fields)) return fmt::format("no such setting: {}", name);
  if (auto done = field->set(*field, &door_.settings, argument); !done) return done.error();
  return std::nullopt;
}

Fault ImapWorld::add_message(std::string_view argument) {
  const std::string mailbox(take_word(argument));
  store::FlagNames flags = parse_flags(take_word(argument));
  std::string text(argument);
  if (text.starts_with('@')) {
    const auto sample = read_sample(argument.substr(1));
    if (!sample) return fmt::format("no such message: {}", argument);
    text = *sample;
  }
  return await(append(store(), mailbox, std::move(flags), std::move(text), clock().now()));
}

Fault ImapWorld::add_messages(std::string_view argument) {
  const std::string mailbox(take_word(argument));
  const auto count = parse_decimal(argument);
  if (!count) return "messages: MAILBOX COUNT";
  for (std::uint64_t n = 1; n <= *count; ++n) {
    auto fault = await(append(store(), mailbox, {},
                              fmt::format("Subject: number {}\r\n\r\nText {}\r\n", n, n), clock().now()));
    if (fault) return fault;
  }
  return std::nullopt;
}

Fault ImapWorld::check_flags(std::string_view argument) {
  const std::string mailbox(take_word(argument));
  const auto uid = parse_decimal(take_word(argument));
  const View view = await(look_at(store(), mailbox));
  if (!view) return fmt::format("{} can't be read", mailbox);
  const auto index = uid ? view->index_of(store::Uid{static_cast<std::uint32_t>(*uid)}) : std::nullopt;
  if (!index) return "no message has that uid";
  const std::string flags = flags_text(view->at(*index).flags, view->keywords);
  if (flags == argument) return std::nullopt;
  return fmt::format("the flags are {}", flags);
}

Fault ImapWorld::check_names(std::string_view what, std::string_view wanted) {
  const auto account = await(look_at_account(store()));
  if (!account) return "the account can't be read";
  std::vector<std::string> names = account->subscriptions;
  if (what == "mailboxes") {
    names.clear();
    for (const auto& mailbox : account->mailboxes) names.push_back(mailbox.name);
  }
  const std::string found = fmt::format("{}", fmt::join(names, ","));
  if (found == wanted) return std::nullopt;
  return fmt::format("{}: {}", what, found);
}

Fault ImapWorld::command(const Step& step) {
  if (step.word == "config") return configure(step.text);
  if (step.word == "set") return set(step.text);
  if (step.word == "message") return add_message(step.text);
  if (step.word == "messages") return add_messages(step.text);
  if (step.word == "flags") return check_flags(step.text);
  if (step.word == "mailboxes" || step.word == "subscribed") return check_names(step.word, step.text);
  if (step.word == "fail") {
    if (step.text == "commit") {
      store().fail_commit(store().commits());
    } else {
      store().fail_append(store().appends());
    }
    return std::nullopt;
  }
  return World::command(step);
}

net::MemoryServer::Session ImapWorld::session() {
  auto door = std::make_shared<const imapd::Door>(door_);
  const imapd::Services& services = parts_->services;
  return [door, &services](std::unique_ptr<net::Stream> stream) {
    return imapd::serve(std::move(stream), services, door);
  };
}

std::size_t ImapWorld::acknowledged(std::string_view output) const {
  std::size_t count = 0;
  for (std::size_t at = output.find(" OK [APPENDUID "); at != std::string_view::npos;
       at = output.find(" OK [APPENDUID ", at + 1)) {
    ++count;
  }
  return count;
}

}  // namespace pillarbox::transcript
