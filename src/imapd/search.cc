// SEARCH and UID SEARCH: RFC 3501 §6.4.4, ESEARCH RFC 4731, RFC 7162 §3.1.5.
#include <fmt/format.h>

#include <algorithm>

#include "imapd/handlers.h"
#include "imapd/limits.h"
#include "imapd/message_search.h"
#include "imapd/message_walk.h"
#include "imapd/search_program.h"
#include "mail/charset.h"

namespace pillarbox::imapd {

namespace {

constexpr std::size_t steps_in_a_row = 1 << 18;  // of testing columns, before others get a turn
constexpr auto word_of_progress = std::chrono::seconds(10);

struct Found {
  std::vector<std::uint32_t> numbers;  // as the answer counts them, ascending
  std::uint64_t highest_modseq = 0;
  std::uint64_t first_modseq = 0;
  std::uint64_t last_modseq = 0;

  void add(std::uint32_t number, std::uint64_t modseq) {
    if (numbers.empty()) first_modseq = modseq;
    last_modseq = modseq;
    highest_modseq = std::max(highest_modseq, modseq);
    numbers.push_back(number);
  }
};

// Whether the message is meant; looks into it only if its columns don't say.
Task<store::Result<bool>> is_meant(Session& session, SearchProgram& program, const MessageWalk& walk) {
  std::vector<Tri> answers(program.questions().size(), Tri::unknown);
  const auto test = [&] { return program.test(walk.chunk(), walk.within(), walk.index(), answers); };
  Tri result = test();
  if (result == Tri::unknown) {
    const auto asked =
        co_await ask_header(session.mailstore(), walk.message().body, program.questions(), answers);
    if (!asked) co_return std::unexpected(asked.error());
    result = test();
  }
  if (result == Tri::unknown) {
    const auto asked =
        co_await ask_body(session.mailstore(), walk.message().body, program.questions(), answers);
    if (!asked) co_return std::unexpected(asked.error());
    result = test();
  }
  co_return result == Tri::yes;
}

class Search {
 public:
  Search(Session& session, const imap::Search& command, Responses& out)
      : session_(session),
        command_(command),
        out_(out),
        program_(command.key, command.charset, session.selected()),
        unanswered_(program_.questions().size(), Tri::unknown),
        messages_in_a_row_(1 + steps_in_a_row / program_.size()),
        said_(session.services().clock.now()) {}

  Task<void> run();
  bool asks_too_much() const { return unanswered_.size() > limits::search_questions; }
  const Found& found() const { return found_; }
  const std::optional<Completion>& problem() const { return problem_; }

 private:
  bool is_done() const {
    const auto& returned = command_.returned;
    return returned.min && !returned.max && !returned.all && !returned.count && !found_.numbers.empty();
  }
  // Lets others have their turn; a client that waits long hears that something happens, and we that it is
  // there.
  Task<void> breathe(std::size_t index, std::size_t size);

  Session& session_;
  const imap::Search& command_;
  Responses& out_;
  SearchProgram program_;
  std::vector<Tri> unanswered_;
  const std::size_t messages_in_a_row_;
  Time said_;
  Found found_;
  std::optional<Completion> problem_;
};

Task<void> Search::breathe(std::size_t index, std::size_t size) {
  co_await yield();
  const Time now = session_.services().clock.now();
  if (now - said_ < word_of_progress) co_return;
  said_ = now;
  out_.untagged_ok(imap::codes::none, fmt::format("Searched {} % of the mailbox", index * 100 / size));
  co_await out_.flush();
}

Task<void> Search::run() {
  const store::MailboxView& view = session_.selected().known();
  const std::vector<IndexRange> all = {{0, view.size()}};
  if (view.size() == 0) co_return;
  for (MessageWalk walk(view, all); !walk.at_end() && !is_done(); walk.step()) {
    Tri result = program_.test(walk.chunk(), walk.within(), walk.index(), unanswered_);
    if (result == Tri::unknown) {
      const auto meant = co_await is_meant(session_, program_, walk);
      // A message that can't be read isn't found; the client is told that not all could be searched.
      if (!meant && !problem_) problem_ = unreadable(meant.error());
      result = meant && *meant ? Tri::yes : Tri::no;
      co_await breathe(walk.index(), view.size());
    } else if (walk.index() % messages_in_a_row_ == 0) {
      co_await breathe(walk.index(), view.size());
    }
    if (result != Tri::yes) continue;
    const std::uint32_t number = command_.numbers == imap::Numbers::uid
                                     ? walk.chunk().uids[walk.within()]
                                     : static_cast<std::uint32_t>(walk.index() + 1);
    found_.add(number, walk.chunk().modseqs[walk.within()]);
  }
}

// RFC 4731 §3.2: of the messages that the answer names.
std::uint64_t modseq_of(const Found& found, const imap::Search::Returned& returned) {
  if (returned.all || returned.count) return found.highest_modseq;
  if (returned.min && returned.max) return std::max(found.first_modseq, found.last_modseq);
  return returned.min ? found.first_modseq : found.last_modseq;
}

// One line, however long: sent in pieces.
Task<void> write_plain(const Found& found, const imap::Search& command, Responses& out) {
  constexpr std::size_t piece = 4096;
  imap::begin_search(out.text());
  for (std::size_t at = 0; at < found.numbers.size(); at += piece) {
    const std::size_t count = std::min(piece, found.numbers.size() - at);
    imap::put_search(out.text(), std::span(found.numbers).subspan(at, count));
    if (out.is_full()) co_await out.flush();
  }
  const bool tells_modseq = command.uses_modseq && !found.numbers.empty();
  imap::end_search(out.text(), tells_modseq ? std::optional(found.highest_modseq) : std::nullopt);
}

void write_extended(const Found& found, const imap::Search& command, std::string_view tag, Responses& out) {
  const auto& returned = command.returned;
  imap::SearchResult result;
  imap::NumberSet all;
  if (returned.count) result.count = static_cast<std::uint32_t>(found.numbers.size());
  if (!found.numbers.empty()) {
    if (returned.min) result.min = found.numbers.front();
    if (returned.max) result.max = found.numbers.back();
    if (returned.all) {
      for (const std::uint32_t number : found.numbers) all.add(number);
      result.all = &all;
    }
    if (command.uses_modseq) result.modseq = modseq_of(found, returned);
  }
  imap::write_esearch(out.text(), tag, command.numbers, result);
}

}  // namespace

Task<Completion> search(Session& session, const imap::Search& command, Responses& out) {
  if (!command.charset.empty() && !mail::is_known_charset(command.charset)) {
    static constexpr std::string_view ours[] = {"US-ASCII", "UTF-8"};
    co_return no(imap::codes::bad_charset(ours), "That character set isn't known");
  }
  if (command.uses_modseq) session.use_condstore(out);
  Search search(session, command, out);
  if (search.asks_too_much()) co_return no(imap::codes::limit, "Too many strings and dates to look for");
  co_await search.run();
  if (command.returned.extended) {
    write_extended(search.found(), command, session.tag(), out);
  } else {
    co_await write_plain(search.found(), command, out);
  }
  if (search.problem()) co_return *search.problem();
  co_return ok("SEARCH completed");
}

}  // namespace pillarbox::imapd
