#include "imapd/fetch_message.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "imapd/digest.h"
#include "imapd/message_flags.h"
#include "imapd/message_walk.h"
#include "imapd/section_writer.h"

namespace pillarbox::imapd {

namespace items = imap::fetch_items;

void write_columns(imap::FetchResponse& response, const imap::FlagTexts& texts,
                   const SelectedMailbox& mailbox, const store::Chunk& chunk, std::size_t within,
                   imap::FetchItems wanted) {
  const store::Uid uid{chunk.uids[within]};
  if (wanted.has(items::uid)) response.uid(uid.value);
  if (wanted.has(items::flags)) write_flags(response, texts, mailbox, uid, store::Flags{chunk.flags[within]});
  if (wanted.has(items::internal_date)) {
    const Time date{std::chrono::milliseconds{chunk.internal_dates[within]}};
    response.internal_date({.moment = std::chrono::floor<std::chrono::seconds>(date)});
  }
  if (wanted.has(items::size)) response.size(chunk.sizes[within]);
  if (wanted.has(items::modseq)) response.modseq(chunk.modseqs[within]);
}

namespace {

// How many messages are looked up together: their digests are held, and their \Seen is one commit.
constexpr std::size_t slice_size = 64;

class MessageFetcher {
 public:
  MessageFetcher(Session& session, const imap::Fetch& command, Responses& out)
      : session_(session), command_(command), out_(out) {
    for (const imap::BodySection& section : command.sections) {
      sets_seen_ |= section.sets_seen == imap::SetsSeen::yes;
      needs_digest_ |= !section.part.empty();
    }
    sets_seen_ &= session.selected().access == imap::Access::read_write;
    needs_digest_ |= (command.items.bits & (items::envelope | items::body | items::body_structure).bits) != 0;
  }

  // The messages with these indices.
  Task<void> fetch(const std::vector<std::size_t>& slice);

  const std::optional<Completion>& problem() const { return problem_; }

 private:
  // Sets \Seen where it isn't set, and answers whose flags changed by that.
  Task<std::vector<store::Uid>> mark_seen(const std::vector<std::size_t>& slice);
  Task<void> fetch_one(std::size_t index, bool tells_flags, const Digest* digest,
                       const imap::FlagTexts& texts);

  Session& session_;
  const imap::Fetch& command_;
  Responses& out_;
  bool sets_seen_ = false;
  bool needs_digest_ = false;
  imap::Output later_;                 // what others changed, which is told behind the messages asked for
  std::optional<Completion> problem_;  // the first
};

Task<std::vector<store::Uid>> MessageFetcher::mark_seen(const std::vector<std::size_t>& slice) {
  const SelectedMailbox& mailbox = session_.selected();
  std::vector<store::Uid> unseen;
  for (const std::size_t index : slice) {
    const store::Message message = mailbox.known().at(index);
    if (!message.flags.has(store::Flags::seen)) unseen.push_back(message.uid);
  }
  if (unseen.empty()) co_return unseen;
  const auto stored = co_await session_.mailstore().store_flags({.mailbox = mailbox.id,
                                                                 .uids = unseen,
                                                                 .mode = store::StoreFlags::Mode::add,
                                                                 .flags = {.system = store::Flags::seen}});
  if (!stored) co_return std::vector<store::Uid>{};  // reading goes on, also where nothing can be written
  const OwnChange own{.tell = OwnChange::Tell::nothing, .uids = std::move(unseen)};
  co_await session_.announce_changes(
      out_,
      {.expunges = Announce::without_expunges, .numbers = command_.numbers, .own = &own, .later = &later_});
  // Not those that somebody expunged meanwhile: the client has them still, but nothing changed them.
  std::vector<store::Uid> marked = own.uids;
  std::erase_if(marked, [&](store::Uid uid) {
    const auto index = mailbox.known().index_of(uid);
    return !index || !mailbox.known().at(*index).flags.has(store::Flags::seen);
  });
  co_return marked;
}

Task<void> MessageFetcher::fetch(const std::vector<std::size_t>& slice) {
  std::vector<store::Uid> marked;
  if (sets_seen_) marked = co_await mark_seen(slice);
  if (session_.connection().closing) co_return;

  const store::MailboxView& view = session_.selected().known();
  std::vector<store::Result<Digest>> digests;
  if (needs_digest_) {
    std::vector<store::BodyId> bodies;
    bodies.reserve(slice.size());
    for (const std::size_t index : slice) bodies.push_back(view.at(index).body);
    digests = co_await digests_of(session_.mailstore(), std::move(bodies));
  }
  const imap::FlagTexts texts(view.keywords);
  for (std::size_t i = 0; i < slice.size() && !session_.connection().closing; ++i) {
    const Digest* digest = nullptr;
    if (needs_digest_) {
      if (!digests[i]) {
        if (!problem_) problem_ = unreadable(digests[i].error());
        continue;
      }
      digest = &*digests[i];
    }
    co_await fetch_one(slice[i], std::ranges::binary_search(marked, view.at(slice[i]).uid), digest, texts);
    if (out_.is_full()) co_await out_.flush();
  }
  out_.text().put(later_.text());
  later_.clear();
}

Task<void> MessageFetcher::fetch_one(std::size_t index, bool tells_flags, const Digest* digest,
                                     const imap::FlagTexts& texts) {
  const SelectedMailbox& mailbox = session_.selected();
  const store::Message message = mailbox.known().at(index);

  // Opened before anything is said of the message: what can't be read is left out whole.
  SectionWriter sections(session_.mailstore(), out_, message.body, digest);
  if (!command_.sections.empty()) {
    if (const auto opened = co_await sections.open(command_.sections); !opened) {
      if (!problem_) problem_ = unreadable(opened.error());
      co_return;
    }
  }
  imap::FetchItems wanted = command_.items;
  if (tells_flags) {
    wanted |= items::flags;
    if (session_.uses_condstore()) wanted |= items::modseq;
  }
  imap::FetchResponse response(out_.text(), static_cast<std::uint32_t>(index + 1));
  {
    const std::vector<IndexRange> one = {{index, index + 1}};
    const MessageWalk walk(mailbox.known(), one);
    write_columns(response, texts, mailbox, walk.chunk(), walk.within(), wanted);
  }
  if (wanted.has(items::envelope)) response.envelope_text(digest->envelope());
  if (wanted.has(items::body)) {
    const auto structure = digest->structure();
    if (structure) response.body(*structure);
  }
  if (wanted.has(items::body_structure)) response.body_structure_text(digest->body_structure());
  for (const imap::BodySection& section : command_.sections) {
    if (co_await sections.write(response, section)) continue;
    // Some of a literal is out and the rest can't be had: there is no way to go on.
    session_.hang_up();
    co_return;
  }
  response.finish();
}

}  // namespace

Task<Completion> fetch_messages(Session& session, const imap::Fetch& command, std::vector<IndexRange> ranges,
                                Responses& out) {
  MessageFetcher fetcher(session, command, out);
  // Marking \Seen makes new snapshots, but none in which an index means another message: expunges wait.
  std::vector<std::size_t> slice;
  for (const IndexRange range : ranges) {
    for (std::size_t index = range.begin; index < range.end; ++index) {
      slice.push_back(index);
      if (slice.size() < slice_size) continue;
      co_await fetcher.fetch(slice);
      if (session.connection().closing) co_return no("The mailbox can't be read any further");
      slice.clear();
      co_await yield();
    }
  }
  if (!slice.empty()) co_await fetcher.fetch(slice);
  if (fetcher.problem()) co_return *fetcher.problem();
  co_return ok("FETCH completed");
}

}  // namespace pillarbox::imapd
