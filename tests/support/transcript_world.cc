#include "support/transcript_world.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/text.h"

namespace pillarbox::transcript {
namespace {

// Friday, 20 November 2026, 09:07:49.
const Time start{std::chrono::milliseconds(1'795'165'669'000)};

using Bodies = std::expected<std::vector<std::string>, std::string>;

Task<std::expected<std::string, std::string>> read_body(store::Store& store, store::BodyId body) {
  auto reader = co_await store.body(body);
  if (!reader) co_return std::unexpected("body can't be read");
  std::string text;
  while (text.size() < (*reader)->size()) {
    const auto piece = co_await (*reader)->read(text.size(), 1 << 20);
    if (!piece) co_return std::unexpected("body can't be read");
    text += *piece;
  }
  co_return text;
}

Task<Bodies> read_mailbox(store::Store& store, std::string login, std::string mailbox) {
  const auto account = co_await store.open_account(login);
  if (!account) co_return std::unexpected("no account " + login);
  const auto mailboxes = co_await store.account(*account);
  if (!mailboxes) co_return std::unexpected("no account " + login);
  const store::MailboxInfo* info = (*mailboxes)->find(mailbox);
  if (info == nullptr) co_return std::unexpected(login + " has no mailbox " + mailbox);
  const auto view = co_await store.view(info->id);
  if (!view) co_return std::unexpected("mailbox can't be read");
  std::vector<std::string> bodies;
  for (std::size_t i = 0; i < (*view)->size(); ++i) {
    auto text = co_await read_body(store, (*view)->at(i).body);
    if (!text) co_return std::unexpected(text.error());
    bodies.push_back(*std::move(text));
  }
  co_return bodies;
}

// The first word, and the rest behind one space.
std::pair<std::string, std::string> cut_word(std::string_view text) {
  const auto space = text.find(' ');
  if (space == std::string_view::npos) return {std::string(text), ""};
  return {std::string(text.substr(0, space)), std::string(text.substr(space + 1))};
}

Fault check_text(std::string_view how, std::string_view actual, std::string_view text) {
  const bool holds = how == "has"      ? actual.contains(text)
                     : how == "lacks"  ? !actual.contains(text)
                     : how == "begins" ? actual.starts_with(text)
                     : how == "ends"   ? actual.ends_with(text)
                     : how == "is"     ? actual == text
                                       : false;
  if (holds) return std::nullopt;
  return fmt::format("{} `{}`? It is:\n{}", how, escape_controls(text), escape_controls(actual));
}

}  // namespace

World::World() : clock_(start), store_(clock_), server_(std::make_unique<net::MemoryServer>()) {}

Bodies World::messages(std::string login, std::string mailbox) {
  return await(read_mailbox(store_, std::move(login), std::move(mailbox)));
}

Fault World::command(const Step& step) {
  if (step.word == "store") return check_store(step.text);
  if (step.word == "queue") return check_queue(step.text);
  if (step.word == "clock") {
    const auto seconds = parse_decimal(step.text);
    if (!seconds) return "clock: is a number of seconds";
    clock_.advance(std::chrono::seconds(*seconds));
    return std::nullopt;
  }
  return fmt::format("no such command: {}:", step.word);
}

// store: empty | LOGIN MAILBOX COUNT | LOGIN MAILBOX begins|ends|has|lacks|is TEXT (of the newest message)
Fault World::check_store(std::string_view argument) {
  if (argument == "empty") {
    if (store_.bodies_kept() == 0) return std::nullopt;
    return fmt::format("{} messages were kept", store_.bodies_kept());
  }
  const auto [login, rest] = cut_word(argument);
  const auto [mailbox, check] = cut_word(rest);
  const auto bodies = messages(login, mailbox);
  if (!bodies) return bodies.error();
  if (const auto count = parse_decimal(check)) {
    if (bodies->size() == *count) return std::nullopt;
    return fmt::format("{} of {} has {} messages", mailbox, login, bodies->size());
  }
  if (bodies->empty()) return fmt::format("{} of {} is empty", mailbox, login);
  const auto [how, text] = cut_word(check);
  return check_text(how, bodies->back(), text);
}

// queue: COUNT | begins|ends|has|lacks|is TEXT (of the newest entry, as "ACTION <from> <to> <to> PARAMETER…")
// |
//        message begins|… TEXT
Fault World::check_queue(std::string_view argument) {
  const auto entries = await(store_.queue());
  if (!entries) return "the queue can't be read";
  if (const auto count = parse_decimal(argument)) {
    if (entries->size() == *count) return std::nullopt;
    return fmt::format("there are {} entries", entries->size());
  }
  if (entries->empty()) return "the queue is empty";
  const store::QueueEntry& last = entries->back();
  std::string text = fmt::format("{} <{}>", last.action, last.reverse_path);
  for (const auto& recipient : last.recipients) text += fmt::format(" <{}>", recipient);
  for (const auto& parameter : last.parameters) text += " " + parameter;
  const auto [how, wanted] = cut_word(argument);
  if (how != "message") return check_text(how, text, wanted);
  const auto body = await(read_body(store_, last.body));
  if (!body) return body.error();
  const auto [how_body, wanted_body] = cut_word(wanted);
  return check_text(how_body, *body, wanted_body);
}

}  // namespace pillarbox::transcript
