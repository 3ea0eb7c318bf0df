#include "store/view_editor.h"

#include <algorithm>
#include <iterator>

#include "base/try.h"

namespace pillarbox::store {
namespace {

constexpr std::size_t smallest_capacity = 16;

std::size_t capacity_for(std::size_t count) {
  std::size_t capacity = smallest_capacity;
  while (capacity < count) capacity *= 4;
  return std::min(capacity, Chunk::capacity);
}

void put(FixedColumns& columns, std::size_t i, const Message& message) {
  columns.uids[i] = message.uid.value;
  columns.internal_dates[i] = message.internal_date.time_since_epoch().count();
  columns.saved[i] = message.saved.time_since_epoch().count();
  columns.sizes[i] = message.size;
  columns.bodies[i] = message.body.value;
}

void copy(const FixedColumns& from, FixedColumns& to, std::size_t count) {
  std::copy_n(from.internal_dates, count, to.internal_dates);
  std::copy_n(from.saved, count, to.saved);
  std::copy_n(from.bodies, count, to.bodies);
  std::copy_n(from.uids, count, to.uids);
  std::copy_n(from.sizes, count, to.sizes);
  to.used = count;
}

void copy(const ChangingColumns& from, ChangingColumns& to, std::size_t count) {
  std::copy_n(from.flags, count, to.flags);
  std::copy_n(from.modseqs, count, to.modseqs);
  to.used = count;
}

}  // namespace

FixedColumns::FixedColumns(std::size_t capacity_in)
    : capacity(capacity_in), memory_(std::make_unique_for_overwrite<std::uint64_t[]>(capacity_in * 4)) {
  internal_dates = reinterpret_cast<std::int64_t*>(memory_.get());
  saved = internal_dates + capacity;
  bodies = memory_.get() + 2 * capacity;
  uids = reinterpret_cast<std::uint32_t*>(memory_.get() + 3 * capacity);
  sizes = uids + capacity;
}

ChangingColumns::ChangingColumns(std::size_t capacity_in)
    : capacity(capacity_in), memory_(std::make_unique_for_overwrite<std::uint64_t[]>(capacity_in * 2)) {
  flags = memory_.get();
  modseqs = flags + capacity;
}

ViewEditor::ViewEditor(MailboxId id, UidValidity uid_validity) : id_(id), uid_validity_(uid_validity) {}

ViewEditor::ViewEditor(const MailboxView& view)
    : uid_next(view.uid_next),
      highest_modseq(view.highest_modseq),
      keywords(view.keywords),
      id_(view.id),
      uid_validity_(view.uid_validity),
      size_(view.size()),
      starts_(view.starts) {
  slots_.reserve(view.chunks.size());
  for (const auto& chunk : view.chunks) {
    // Columns are born here, as what may be written; snapshots merely promise not to.
    slots_.push_back({.fixed = std::const_pointer_cast<FixedColumns>(chunk->fixed),
                      .changing = std::const_pointer_cast<ChangingColumns>(chunk->changing),
                      .count = chunk->count,
                      .frozen = chunk});
  }
}

ViewEditor ViewEditor::fork() {
  for (auto& slot : slots_) slot.may_write_flags = false;
  return *this;
}

std::size_t ViewEditor::slot_of(std::size_t index) const {
  ASSERT(index < size_);
  return static_cast<std::size_t>(std::ranges::upper_bound(starts_, index) - starts_.begin()) - 1;
}

Message ViewEditor::at(std::size_t index) const {
  const std::size_t s = slot_of(index);
  const Slot& slot = slots_[s];
  const std::size_t i = index - starts_[s];
  return {.uid = Uid{slot.fixed->uids[i]},
          .flags = Flags{slot.changing->flags[i]},
          .modseq = ModSeq{slot.changing->modseqs[i]},
          .internal_date = Time{std::chrono::milliseconds{slot.fixed->internal_dates[i]}},
          .saved = Time{std::chrono::milliseconds{slot.fixed->saved[i]}},
          .size = slot.fixed->sizes[i],
          .body = BodyId{slot.fixed->bodies[i]}};
}

std::size_t ViewEditor::lower_bound(Uid uid) const {
  const auto slot = std::ranges::partition_point(
      slots_, [uid](const Slot& s) { return s.fixed->uids[s.count - 1] < uid.value; });
  if (slot == slots_.end()) return size_;
  const auto* begin = slot->fixed->uids;
  const auto within = std::lower_bound(begin, begin + slot->count, uid.value) - begin;
  return starts_[static_cast<std::size_t>(slot - slots_.begin())] + static_cast<std::size_t>(within);
}

std::optional<std::size_t> ViewEditor::index_of(Uid uid) const {
  const std::size_t index = lower_bound(uid);
  if (index == size_ || at(index).uid != uid) return std::nullopt;
  return index;
}

void ViewEditor::make_room(Slot& slot, std::size_t capacity) {
  auto fixed = std::make_shared<FixedColumns>(capacity);
  auto changing = std::make_shared<ChangingColumns>(capacity);
  copy(*slot.fixed, *fixed, slot.count);
  copy(*slot.changing, *changing, slot.count);
  slot.fixed = std::move(fixed);
  slot.changing = std::move(changing);
  slot.may_write_flags = true;
}

void ViewEditor::append(const Message& message) {
  if (slots_.empty() || slots_.back().count == Chunk::capacity) {
    starts_.push_back(size_);
    slots_.push_back({.fixed = std::make_shared<FixedColumns>(smallest_capacity),
                      .changing = std::make_shared<ChangingColumns>(smallest_capacity),
                      .may_write_flags = true});
  }
  Slot& slot = slots_.back();
  ASSERT(slot.count == 0 || slot.fixed->uids[slot.count - 1] < message.uid.value);
  // Behind what snapshots show there may be room; unless another editor of these columns has used it.
  const bool is_free = slot.count < slot.fixed->capacity && slot.fixed->used == slot.count &&
                       slot.count < slot.changing->capacity && slot.changing->used == slot.count;
  if (!is_free) make_room(slot, capacity_for(slot.count + 1));
  put(*slot.fixed, slot.count, message);
  slot.changing->flags[slot.count] = message.flags.bits;
  slot.changing->modseqs[slot.count] = message.modseq.value;
  slot.count += 1;
  slot.fixed->used = slot.changing->used = slot.count;
  slot.frozen.reset();
  size_ += 1;
}

void ViewEditor::append(std::shared_ptr<FixedColumns> fixed, std::shared_ptr<ChangingColumns> changing,
                        std::size_t count) {
  ASSERT(count > 0 && count <= fixed->capacity && count <= changing->capacity);
  ASSERT(slots_.empty() || slots_.back().fixed->uids[slots_.back().count - 1] < fixed->uids[0]);
  fixed->used = changing->used = count;
  starts_.push_back(size_);
  size_ += count;
  slots_.push_back(
      {.fixed = std::move(fixed), .changing = std::move(changing), .count = count, .may_write_flags = true});
}

std::size_t ViewEditor::memory_bytes() const {
  std::size_t bytes = sizeof(*this) + slots_.capacity() * sizeof(Slot);
  for (const auto& slot : slots_)
    bytes += slot.fixed->capacity * 32 + slot.changing->capacity * 16 + sizeof(Chunk);
  return bytes;
}

void ViewEditor::set_flags(std::size_t index, Flags flags, ModSeq modseq) {
  const std::size_t s = slot_of(index);
  Slot& slot = slots_[s];
  if (!slot.may_write_flags) {
    auto changing = std::make_shared<ChangingColumns>(slot.changing->capacity);
    copy(*slot.changing, *changing, slot.count);
    slot.changing = std::move(changing);
    slot.may_write_flags = true;
  }
  const std::size_t i = index - starts_[s];
  slot.changing->flags[i] = flags.bits;
  slot.changing->modseqs[i] = modseq.value;
  slot.frozen.reset();
}

void ViewEditor::remove(std::span<const Uid> uids) {
  auto next = uids.begin();
  std::vector<Slot> kept;
  kept.reserve(slots_.size());
  for (Slot& slot : slots_) {
    const auto* column = slot.fixed->uids;
    next = std::lower_bound(next, uids.end(), Uid{column[0]});
    if (next == uids.end() || next->value > column[slot.count - 1]) {
      kept.push_back(std::move(slot));
      continue;
    }
    Slot rest{.fixed = std::make_shared<FixedColumns>(capacity_for(slot.count)),
              .changing = std::make_shared<ChangingColumns>(capacity_for(slot.count)),
              .may_write_flags = true};
    auto keep = [&rest](const Slot& from, std::size_t i) {
      const std::size_t to = rest.count++;
      rest.fixed->internal_dates[to] = from.fixed->internal_dates[i];
      rest.fixed->saved[to] = from.fixed->saved[i];
      rest.fixed->bodies[to] = from.fixed->bodies[i];
      rest.fixed->uids[to] = from.fixed->uids[i];
      rest.fixed->sizes[to] = from.fixed->sizes[i];
      rest.changing->flags[to] = from.changing->flags[i];
      rest.changing->modseqs[to] = from.changing->modseqs[i];
    };
    // A chunk that has become small joins the one before it, so that many expunges don't leave many crumbs.
    std::size_t survivors = slot.count;
    for (auto n = next; n != uids.end() && n->value <= column[slot.count - 1]; ++n) {
      survivors -= std::binary_search(column, column + slot.count, n->value) ? 1 : 0;
    }
    if (!kept.empty() && kept.back().count + survivors <= Chunk::capacity / 2) {
      const Slot before = std::move(kept.back());
      kept.pop_back();
      rest.fixed = std::make_shared<FixedColumns>(capacity_for(before.count + survivors));
      rest.changing = std::make_shared<ChangingColumns>(capacity_for(before.count + survivors));
      for (std::size_t i = 0; i < before.count; ++i) keep(before, i);
    }
    for (std::size_t i = 0; i < slot.count; ++i) {
      while (next != uids.end() && next->value < column[i]) ++next;
      if (next == uids.end() || next->value != column[i]) keep(slot, i);
    }
    rest.fixed->used = rest.changing->used = rest.count;
    if (rest.count > 0) kept.push_back(std::move(rest));
  }
  slots_ = std::move(kept);
  count_starts();
}

void ViewEditor::count_starts() {
  starts_.clear();
  size_ = 0;
  for (const Slot& slot : slots_) {
    starts_.push_back(size_);
    size_ += slot.count;
  }
}

std::shared_ptr<const MailboxView> ViewEditor::freeze() {
  auto view = std::make_shared<MailboxView>();
  view->id = id_;
  view->uid_validity = uid_validity_;
  view->uid_next = uid_next;
  view->highest_modseq = highest_modseq;
  view->keywords = keywords;
  view->starts = starts_;
  view->chunks.reserve(slots_.size());
  for (Slot& slot : slots_) {
    if (!slot.frozen) {
      auto chunk = std::make_shared<Chunk>();
      const std::size_t n = slot.count;
      chunk->count = n;
      chunk->uids = {slot.fixed->uids, n};
      chunk->flags = {slot.changing->flags, n};
      chunk->modseqs = {slot.changing->modseqs, n};
      chunk->internal_dates = {slot.fixed->internal_dates, n};
      chunk->saved = {slot.fixed->saved, n};
      chunk->sizes = {slot.fixed->sizes, n};
      chunk->bodies = {slot.fixed->bodies, n};
      chunk->fixed = slot.fixed;
      chunk->changing = slot.changing;
      slot.frozen = std::move(chunk);
      slot.may_write_flags = false;
    }
    view->chunks.push_back(slot.frozen);
  }
  return view;
}

}  // namespace pillarbox::store
