#include "tables/berkeley_db.h"

#include <bit>
#include <cstring>
#include <optional>

#include "base/try.h"

namespace pillarbox::tables {
namespace {

// Of every page's header: lsn (8 bytes), number, previous, next (4 each), entries, free offset (2 each),
// level and type (1 each); then the entries' offsets, 2 bytes each, unless a checksum stands between.
constexpr std::size_t header_size = 26;
constexpr std::size_t next_at = 16;
constexpr std::size_t entries_at = 20;
constexpr std::size_t free_at = 22;
constexpr std::size_t type_at = 25;

// Of the first page: what the file is.
constexpr std::size_t magic_at = 12;
constexpr std::size_t version_at = 16;
constexpr std::size_t page_size_at = 20;
constexpr std::size_t encryption_at = 24;
constexpr std::size_t flags_at = 26;
constexpr std::uint8_t has_checksums = 1;
constexpr std::size_t checksum_size = 6;  // two bytes unused, then the sum

constexpr std::uint32_t hash_magic = 0x061561;
constexpr std::uint32_t btree_magic = 0x053162;

enum PageType : std::uint8_t { hash_unsorted = 2, btree_leaf = 5, overflow = 7, hash = 13 };
enum HashItem : std::uint8_t { hash_data = 1, hash_off_page = 3 };
enum BtreeItem : std::uint8_t { btree_data = 1, btree_overflow = 3, btree_deleted = 0x80 };

class Reader {
 public:
  Reader(std::string_view file, std::deque<std::string>& joined) : file_(file), joined_(joined) {}

  std::expected<Pairs, DatabaseError> read();

 private:
  using Text = std::expected<std::string_view, DatabaseError>;
  using Bounds = std::pair<std::size_t, std::size_t>;  // begin, end

  // Requires: the number lies inside.
  template <class Number>
  Number number(std::string_view bytes, std::size_t at) const {
    Number value;
    std::memcpy(&value, bytes.data() + at, sizeof value);
    if constexpr (sizeof value == 2) return is_swapped_ ? __builtin_bswap16(value) : value;
    if constexpr (sizeof value == 4) return is_swapped_ ? __builtin_bswap32(value) : value;
    return value;
  }

  std::expected<void, DatabaseError> read_first_page();
  std::expected<void, DatabaseError> read_page(std::string_view page);
  Text item(std::string_view page, std::size_t index);
  Text hash_item(std::string_view page, std::size_t index);
  Text btree_item(std::string_view page, std::size_t index);
  Text off_page(std::uint32_t first, std::uint32_t length);
  std::expected<void, DatabaseError> spend(std::size_t bytes);
  std::expected<std::size_t, DatabaseError> offset(std::string_view page, std::size_t index) const;

  std::string_view file_;
  std::deque<std::string>& joined_;
  bool is_swapped_ = false;  // made on a machine of the other byte order
  bool is_btree_ = false;
  std::size_t page_size_ = 0;
  std::size_t offsets_at_ = header_size;
  std::size_t budget_ = 0;  // bytes of texts that may still come: pages that many items claim make no more
  Pairs pairs_;
};

std::expected<void, DatabaseError> Reader::read_first_page() {
  using enum DatabaseError;
  if (file_.size() < 512) return std::unexpected(not_a_database);
  std::uint32_t magic = number<std::uint32_t>(file_, magic_at);
  if (magic == __builtin_bswap32(hash_magic) || magic == __builtin_bswap32(btree_magic)) {
    is_swapped_ = true;
    magic = __builtin_bswap32(magic);
  }
  if (magic != hash_magic && magic != btree_magic) return std::unexpected(not_a_database);
  is_btree_ = magic == btree_magic;
  const auto version = number<std::uint32_t>(file_, version_at);
  if (version < 7 || version > 10) return std::unexpected(unknown_version);
  if (file_[encryption_at] != 0) return std::unexpected(encrypted);
  page_size_ = number<std::uint32_t>(file_, page_size_at);
  if (page_size_ < 512 || page_size_ > 65'536 || !std::has_single_bit(page_size_))
    return std::unexpected(damaged);
  if (file_.size() % page_size_ != 0) return std::unexpected(damaged);
  const auto flags = static_cast<std::uint8_t>(file_[flags_at]);
  if ((flags & has_checksums) != 0) offsets_at_ = header_size + checksum_size;
  return {};
}

std::expected<std::size_t, DatabaseError> Reader::offset(std::string_view page, std::size_t index) const {
  const std::size_t entries = number<std::uint16_t>(page, entries_at);
  const std::size_t at = number<std::uint16_t>(page, offsets_at_ + 2 * index);
  if (at < offsets_at_ + 2 * entries || at >= page.size()) return std::unexpected(DatabaseError::damaged);
  return at;
}

std::expected<void, DatabaseError> Reader::spend(std::size_t bytes) {
  if (bytes > budget_) return std::unexpected(DatabaseError::damaged);
  budget_ -= bytes;
  return {};
}

Reader::Text Reader::off_page(std::uint32_t first, std::uint32_t length) {
  if (length == 0) return std::string_view();
  std::string text;
  for (std::uint64_t page_number = first; text.size() < length;) {
    const std::uint64_t at = page_number * page_size_;
    if (page_number == 0 || at >= file_.size()) return std::unexpected(DatabaseError::damaged);
    const std::string_view page = file_.substr(at, page_size_);
    const std::size_t part = number<std::uint16_t>(page, free_at);
    const bool fits = part > 0 && part <= page.size() - offsets_at_;
    if (page[type_at] != overflow || !fits) return std::unexpected(DatabaseError::damaged);
    TRY(spend(part));
    text += page.substr(offsets_at_, part);
    page_number = number<std::uint32_t>(page, next_at);
  }
  if (text.size() != length) return std::unexpected(DatabaseError::damaged);
  return joined_.emplace_back(std::move(text));
}

Reader::Text Reader::hash_item(std::string_view page, std::size_t index) {
  const std::size_t begin = TRY(offset(page, index));
  const std::size_t end = index == 0 ? page.size() : TRY(offset(page, index - 1));
  if (begin >= end) return std::unexpected(DatabaseError::damaged);
  const std::string_view text = page.substr(begin, end - begin);
  if (text[0] == hash_data) return text.substr(1);
  if (text[0] != hash_off_page) return std::unexpected(DatabaseError::several_values);
  if (text.size() < 12) return std::unexpected(DatabaseError::damaged);
  return off_page(number<std::uint32_t>(text, 4), number<std::uint32_t>(text, 8));
}

Reader::Text Reader::btree_item(std::string_view page, std::size_t index) {
  const std::size_t begin = TRY(offset(page, index));
  const std::string_view rest = page.substr(begin);
  if (rest.size() < 3) return std::unexpected(DatabaseError::damaged);
  const std::uint8_t type = static_cast<std::uint8_t>(rest[2]) & ~btree_deleted;
  if (type == btree_data) {
    const std::size_t length = number<std::uint16_t>(rest, 0);
    if (length > rest.size() - 3) return std::unexpected(DatabaseError::damaged);
    return rest.substr(3, length);
  }
  if (type != btree_overflow) return std::unexpected(DatabaseError::several_values);
  if (rest.size() < 12) return std::unexpected(DatabaseError::damaged);
  return off_page(number<std::uint32_t>(rest, 4), number<std::uint32_t>(rest, 8));
}

Reader::Text Reader::item(std::string_view page, std::size_t index) {
  std::string_view text = TRY(is_btree_ ? btree_item(page, index) : hash_item(page, index));
  TRY(spend(text.size()));
  if (text.ends_with('\0')) text.remove_suffix(1);
  return text;
}

std::expected<void, DatabaseError> Reader::read_page(std::string_view page) {
  const auto type = static_cast<std::uint8_t>(page[type_at]);
  const bool is_leaf = is_btree_ ? type == btree_leaf : type == hash || type == hash_unsorted;
  if (!is_leaf) return {};
  const std::size_t entries = number<std::uint16_t>(page, entries_at);
  if (entries % 2 != 0 || offsets_at_ + 2 * entries > page.size())
    return std::unexpected(DatabaseError::damaged);
  for (std::size_t i = 0; i < entries; i += 2) {
    if (is_btree_) {
      const std::string_view key = page.substr(TRY(offset(page, i)));
      if (key.size() > 2 && (static_cast<std::uint8_t>(key[2]) & btree_deleted) != 0) continue;
    }
    const std::string_view key = TRY(item(page, i));
    const std::string_view value = TRY(item(page, i + 1));
    pairs_.emplace_back(key, value);
  }
  return {};
}

std::expected<Pairs, DatabaseError> Reader::read() {
  TRY(read_first_page());
  budget_ = 2 * file_.size();
  for (std::size_t at = page_size_; at < file_.size(); at += page_size_)
    TRY(read_page(file_.substr(at, page_size_)));
  return std::move(pairs_);
}

}  // namespace

std::string_view describe(DatabaseError error) {
  using enum DatabaseError;
  switch (error) {
    case not_a_database: return "it isn't a Berkeley DB file, such as makemap makes";
    case unknown_version: return "it is a Berkeley DB file of a version that isn't known";
    case encrypted: return "it is an encrypted Berkeley DB file";
    case damaged: return "it is a damaged Berkeley DB file, or one that is being written";
    case several_values: return "it is a Berkeley DB file with several values for a key";
  }
  return "it can't be read";
}

std::expected<Pairs, DatabaseError> read_berkeley_db(std::string_view file, std::deque<std::string>& joined) {
  return Reader(file, joined).read();
}

}  // namespace pillarbox::tables
