#include "imapd/snapshot.h"

#include <algorithm>

#include "base/try.h"

namespace pillarbox::imapd {

using store::Chunk;
using store::MailboxView;

namespace {

// A place in a snapshot's messages.
class Cursor {
 public:
  explicit Cursor(const MailboxView& view) : view_(view) {}

  bool at_end() const { return chunk_ == view_.chunks.size(); }
  const std::shared_ptr<const Chunk>& chunk() const { return view_.chunks[chunk_]; }
  std::size_t within() const { return within_; }
  std::size_t index() const { return view_.starts[chunk_] + within_; }
  std::uint32_t uid() const { return chunk()->uids[within_]; }

  void step() {
    if (++within_ == chunk()->count) skip_chunk();
  }
  void skip_chunk() {
    ++chunk_;
    within_ = 0;
  }

 private:
  const MailboxView& view_;
  std::size_t chunk_ = 0;
  std::size_t within_ = 0;
};

bool at_same_chunk(const Cursor& a, const Cursor& b) {
  return a.within() == 0 && b.within() == 0 && a.chunk() == b.chunk();
}

// Walks both snapshots in step by uid. `only_before(cursor)`, `only_now(cursor)`, `both(before, now)` for
// single messages, `same(cursor)` for a whole chunk that both share.
template <class OnlyBefore, class OnlyNow, class Both, class Same>
void walk(const MailboxView& before, const MailboxView& now, OnlyBefore only_before, OnlyNow only_now,
          Both both, Same same) {
  Cursor a(before);
  Cursor b(now);
  while (!a.at_end() || !b.at_end()) {
    if (a.at_end() || (!b.at_end() && b.uid() < a.uid())) {
      only_now(b);
      b.step();
    } else if (b.at_end() || a.uid() < b.uid()) {
      only_before(a);
      a.step();
    } else if (at_same_chunk(a, b)) {
      same(b);
      a.skip_chunk();
      b.skip_chunk();
    } else {
      both(a, b);
      a.step();
      b.step();
    }
  }
}

// A chunk with columns of its own.
struct OwnChunk {
  Chunk chunk;
  std::vector<std::uint32_t> uids;
  std::vector<std::uint64_t> flags;
  std::vector<std::uint64_t> modseqs;
  std::vector<std::int64_t> internal_dates;
  std::vector<std::int64_t> saved;
  std::vector<std::uint32_t> sizes;
  std::vector<std::uint64_t> bodies;

  void add(const Chunk& from, std::size_t i) {
    uids.push_back(from.uids[i]);
    flags.push_back(from.flags[i]);
    modseqs.push_back(from.modseqs[i]);
    internal_dates.push_back(from.internal_dates[i]);
    saved.push_back(from.saved[i]);
    sizes.push_back(from.sizes[i]);
    bodies.push_back(from.bodies[i]);
  }
  void show() {
    chunk.count = uids.size();
    chunk.uids = uids;
    chunk.flags = flags;
    chunk.modseqs = modseqs;
    chunk.internal_dates = internal_dates;
    chunk.saved = saved;
    chunk.sizes = sizes;
    chunk.bodies = bodies;
  }
};

// Builds a snapshot message by message, sharing whole chunks where it is offered them.
class Builder {
 public:
  explicit Builder(MailboxView& view) : view_(view) {}

  void add(const Cursor& from) {
    if (!open_) open_ = std::make_shared<OwnChunk>();
    open_->add(*from.chunk(), from.within());
    if (open_->uids.size() == Chunk::capacity) finish();
  }

  void add_chunk(std::shared_ptr<const Chunk> chunk) {
    finish();
    view_.starts.push_back(size_);
    size_ += chunk->count;
    view_.chunks.push_back(std::move(chunk));
  }

  void finish() {
    if (!open_) return;
    open_->show();
    view_.starts.push_back(size_);
    size_ += open_->chunk.count;
    // Shared as the chunk it shows; the columns live as long.
    view_.chunks.emplace_back(open_, &open_->chunk);
    open_.reset();
  }

 private:
  MailboxView& view_;
  std::shared_ptr<OwnChunk> open_;
  std::size_t size_ = 0;
};

bool is_any_expunged(const MailboxView& before, const MailboxView& now) {
  bool found = false;
  walk(
      before, now, [&](const Cursor&) { found = true; }, [](const Cursor&) {},
      [](const Cursor&, const Cursor&) {}, [](const Cursor&) {});
  return found;
}

}  // namespace

SnapshotChanges compare(const MailboxView& before, const MailboxView& now) {
  SnapshotChanges changes;
  walk(
      before, now,
      [&](const Cursor& gone) { changes.expunged.add(static_cast<std::uint32_t>(gone.index() + 1)); },
      [&](const Cursor&) { ++changes.added; },
      [&](const Cursor& old, const Cursor& current) {
        const Chunk& a = *old.chunk();
        const Chunk& b = *current.chunk();
        if (a.flags[old.within()] != b.flags[current.within()] ||
            a.modseqs[old.within()] != b.modseqs[current.within()]) {
          changes.changed.push_back(static_cast<std::uint32_t>(current.index()));
        }
      },
      [](const Cursor&) {});
  return changes;
}

Snapshot keep_expunged(const Snapshot& before, const Snapshot& now) {
  if (before == now || !is_any_expunged(*before, *now)) return now;
  auto merged = std::make_shared<MailboxView>();
  merged->id = now->id;
  merged->uid_validity = now->uid_validity;
  merged->uid_next = now->uid_next;
  merged->highest_modseq = now->highest_modseq;
  merged->keywords = now->keywords;
  Builder builder(*merged);
  walk(
      *before, *now, [&](const Cursor& gone) { builder.add(gone); },
      [&](const Cursor& added) { builder.add(added); },
      [&](const Cursor&, const Cursor& current) { builder.add(current); },
      [&](const Cursor& shared) { builder.add_chunk(shared.chunk()); });
  builder.finish();
  return merged;
}

}  // namespace pillarbox::imapd
