// A reader of the journal that knows docs/journal-format.md and nothing else: no header of the store's
// formats is included. If this fails after a change, the document is wrong, or the change needs a new
// version.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <xxhash.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <set>

#include "store/journal/store.h"

namespace pillarbox::store::journal {
namespace {

namespace fs = std::filesystem;

std::string read_whole(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::uint64_t sum(std::string_view bytes, std::uint64_t seed = 0) {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

struct Bytes {
  std::string_view rest;

  std::uint64_t number(std::size_t width) {
    std::uint64_t value = 0;
    EXPECT_GE(rest.size(), width);
    std::memcpy(&value, rest.data(), width);
    rest.remove_prefix(width);
    return value;
  }
  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0;; shift += 7) {
      const std::uint64_t byte = number(1);
      value |= (byte & 0x7F) << shift;
      if (byte < 0x80) return value;
    }
  }
  std::int64_t zigzag() {
    const std::uint64_t n = varint();
    return n % 2 == 0 ? static_cast<std::int64_t>(n / 2) : -static_cast<std::int64_t>(n / 2) - 1;
  }
  std::string_view take(std::size_t count) {
    EXPECT_GE(rest.size(), count);
    const auto taken = rest.substr(0, count);
    rest.remove_prefix(count);
    return taken;
  }
  std::string_view text() { return take(varint()); }
  std::vector<std::uint64_t> uids() {
    std::vector<std::uint64_t> result;
    std::uint64_t end = 0;
    for (std::uint64_t n = varint(); n > 0; --n) {
      const std::uint64_t first = end + varint();
      end = first + varint();
      for (std::uint64_t uid = first; uid <= end; ++uid) result.push_back(uid);
    }
    return result;
  }
};

// What a stranger would make of it.
struct Mail {
  struct Message {
    std::uint64_t flags = 0;
    std::int64_t date = 0;
    std::uint64_t size = 0;
    std::uint64_t body = 0;
  };
  struct Mailbox {
    std::string name;
    std::vector<std::string> keywords;
    std::map<std::uint64_t, Message> messages;
  };
  std::map<std::uint64_t, std::string> accounts;
  std::map<std::uint64_t, Mailbox> mailboxes;
  std::map<std::uint64_t, std::pair<std::uint64_t, std::uint64_t>> places;
  std::set<std::uint64_t> queue;
  fs::path folder;

  void effects(std::string_view payload) {
    Bytes in{payload};
    while (!in.rest.empty()) {
      const std::uint64_t kind = in.number(1);
      const std::uint64_t length = in.number(4);
      effect(kind, Bytes{in.take(length)});
    }
  }

  void effect(std::uint64_t kind, Bytes in) {
    const std::uint64_t id = in.varint();
    switch (kind) {
      case 1: accounts[id] = in.text(); break;
      case 2: {
        in.varint();
        mailboxes[id].name = in.text();
        break;
      }
      case 3: mailboxes.erase(id); break;
      case 5: mailboxes[id].name = in.text(); break;
      case 8:
        for (std::uint64_t n = in.varint(); n > 0; --n) mailboxes[id].keywords.emplace_back(in.text());
        break;
      case 9: {
        const std::uint64_t count = in.varint();
        std::uint64_t uid = in.varint();
        in.varint();
        std::int64_t date = in.zigzag();
        std::int64_t body = 0;
        for (std::uint64_t i = 0; i < count; ++i) {
          Message& message = mailboxes[id].messages[uid++];
          message.flags = in.varint();
          date += in.zigzag();
          message.date = date;
          message.size = in.varint();
          body += in.zigzag();
          message.body = static_cast<std::uint64_t>(body);
        }
        EXPECT_TRUE(in.rest.empty());
        break;
      }
      case 10:
        in.varint();
        for (std::uint64_t n = in.varint(); n > 0; --n) {
          const std::uint64_t flags = in.varint();
          for (const auto uid : in.uids()) mailboxes[id].messages.at(uid).flags = flags;
        }
        break;
      case 11:
        in.varint();
        in.zigzag();
        for (const auto uid : in.uids()) mailboxes[id].messages.erase(uid);
        break;
      case 12:
        in.varint();
        for (const auto uid : in.uids()) mailboxes[id].messages.erase(uid);
        break;
      case 14: {
        in.varint();
        const std::uint64_t segment = in.varint();
        places[id] = {segment, in.varint()};
        break;
      }
      case 15: {
        const std::uint64_t segment = in.varint();
        places[id] = {segment, in.varint()};
        break;
      }
      case 16: queue.insert(id); break;
      case 17: queue.erase(id); break;
      default: break;
    }
  }

  const Mailbox& mailbox(std::string_view name) const {
    for (const auto& [id, mailbox] : mailboxes) {
      if (mailbox.name == name) return mailbox;
    }
    static const Mailbox none;
    ADD_FAILURE() << name;
    return none;
  }

  std::string body(std::uint64_t id) const {
    const auto [segment, at] = places.at(id);
    if (segment == 0) {
      const std::string file = read_whole(folder / "bodies" / fmt::format("{:016x}.body", at));
      Bytes footer{std::string_view(file).substr(file.size() - 32)};
      EXPECT_EQ(sum(footer.rest.substr(0, 24)), Bytes{footer.rest.substr(24)}.number(8));
      EXPECT_EQ(footer.take(8), "PBXBODYF");
      const std::uint64_t size = footer.number(8);
      const std::string_view sums = std::string_view(file).substr(size, file.size() - 32 - size);
      EXPECT_EQ(footer.number(8), sum(sums));
      return check(file.substr(0, size), sums);
    }
    const std::string file = read_whole(folder / "journal" / fmt::format("{:08}.seg", segment));
    Bytes in{std::string_view(file).substr(at + 32)};
    EXPECT_EQ(in.number(8), id);
    const std::uint64_t size = in.number(4);
    EXPECT_EQ(in.number(4), 0u);
    const std::string_view sums = in.take((size + 65535) / 65536 * 8);
    return check(std::string(in.take(size)), sums);
  }

  static std::string check(std::string bytes, std::string_view sums) {
    Bytes expected{sums};
    for (std::size_t piece = 0; piece < bytes.size(); piece += 65536) {
      EXPECT_EQ(expected.number(8), sum(std::string_view(bytes).substr(piece, 65536)));
    }
    EXPECT_TRUE(expected.rest.empty());
    return bytes;
  }
};

struct Segment {
  std::uint64_t number, stamp, first_sequence;
  std::string bytes;
};

std::optional<Segment> open_segment(const fs::path& path) {
  std::string bytes = read_whole(path);
  for (const std::size_t copy : {0u, 2048u}) {
    const std::string_view header = std::string_view(bytes).substr(copy, 64);
    Bytes in{header};
    if (in.take(8) != "PBXSEGMT" || Bytes{header.substr(56)}.number(8) != sum(header.substr(0, 56))) continue;
    EXPECT_EQ(in.number(4), 1u);
    in.number(4);
    Segment segment{in.number(8), in.number(8), in.number(8), {}};
    EXPECT_EQ(in.number(8), bytes.size());
    EXPECT_EQ(path.filename(), fmt::format("{:08}.seg", segment.number));
    segment.bytes = std::move(bytes);
    return segment;
  }
  return std::nullopt;
}

// The record at `at` if it is whole: kind, parts, sequence, payload; moves `at` behind it.
struct Record {
  std::uint64_t kind, parts, sequence;
  std::string_view payload;
};
std::optional<Record> record_at(const Segment& segment, std::size_t& at) {
  const std::string_view bytes = std::string_view(segment.bytes).substr(at);
  if (bytes.size() < 40 || bytes.substr(0, 4) != "PBXR") return std::nullopt;
  const std::uint64_t length = Bytes{bytes.substr(8)}.number(4);
  const std::size_t checked = 32 + (length + 7) / 8 * 8;
  if (length > 266'240 || bytes.size() < checked + 8) return std::nullopt;
  if (Bytes{bytes.substr(checked)}.number(8) != sum(bytes.substr(0, checked), segment.stamp))
    return std::nullopt;
  at += checked + 8;
  return Record{Bytes{bytes.substr(4)}.number(1), Bytes{bytes.substr(5)}.number(1),
                Bytes{bytes.substr(16)}.number(8), bytes.substr(32, length)};
}

Mail read_journal(const fs::path& folder) {
  std::map<std::uint64_t, Segment> segments;
  for (const auto& entry : fs::directory_iterator(folder / "journal")) {
    if (entry.path().extension() != ".seg") continue;
    if (auto segment = open_segment(entry.path())) segments.emplace(segment->number, std::move(*segment));
  }
  Mail mail;
  mail.folder = folder;
  std::uint64_t expected = 1;
  std::string parts;
  for (auto segment = segments.begin(); segment != segments.end(); ++segment) {
    const auto next = std::next(segment);
    std::size_t at = 4096;
    EXPECT_EQ(segment->second.first_sequence, expected);
    while (next == segments.end() || expected < next->second.first_sequence) {
      auto record = record_at(segment->second, at);
      if (!record) {
        at = (at + 4095) / 4096 * 4096;
        record = record_at(segment->second, at);
      }
      if (!record || record->sequence != expected) break;
      expected += 1;
      if (record->kind != 2) continue;
      if ((record->parts & 1) != 0) parts.clear();
      parts += record->payload;
      if ((record->parts & 2) != 0) mail.effects(parts);
    }
  }
  return mail;
}

template <class T>
T run(Task<T> task) {
  boost::asio::io_context context;
  std::optional<T> result;
  boost::asio::co_spawn(context, std::move(task),
                        [&](std::exception_ptr, T value) { result.emplace(std::move(value)); });
  context.run();
  return std::move(*result);
}

class Document : public testing::Test {
 protected:
  Document() {
    std::string pattern = (fs::temp_directory_path() / "pillarbox-document-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    open();
  }
  ~Document() override {
    store_.reset();
    fs::remove_all(folder_);
  }

  void open() {
    store_.reset();
    Settings settings;
    settings.segment_bytes = least_segment_bytes;
    settings.compaction_live_percent = 90;
    settings.compaction_bytes_per_second = 1'000'000'000;
    store_ = JournalStore::open(folder_, settings, clock_).value();
  }

  void commit(std::vector<std::string> bodies, std::vector<Operation> operations) {
    Batch batch;
    for (const auto& bytes : bodies) {
      batch.bodies.push_back(store_->begin_draft());
      ASSERT_TRUE(run(batch.bodies.back()->append(bytes)).has_value());
    }
    batch.operations = std::move(operations);
    const auto receipt = run(store_->commit(std::move(batch)));
    ASSERT_TRUE(receipt.has_value()) << receipt.error().detail;
  }

  ManualClock clock_{Time{std::chrono::milliseconds{1'700'000'000'000}}};
  std::string folder_;
  std::unique_ptr<JournalStore> store_;
};

TEST_F(Document, IsEnoughToReadAJournal) {
  const AccountId alice = run(store_->open_account("alice")).value();
  const auto account = run(store_->account(alice)).value();
  const MailboxId inbox = account->find("INBOX")->id;
  const MailboxId archive = account->find("Archive")->id;
  const Time date{std::chrono::milliseconds{-12'345}};
  const std::string large(700'000, 'L');
  const std::string medium(200'000, 'm');

  commit({"first"}, {Append{.mailbox = inbox, .flags = {1, {"Work"}}, .internal_date = date}});
  for (int i = 0; i < 12; ++i) commit({medium}, {Append{.mailbox = inbox, .internal_date = date}});
  commit({large, "queued"},
         {Append{.mailbox = inbox, .internal_date = date}, Enqueue{.entry = {}, .body = 1}});
  open();  // the next group goes into a new segment
  commit({}, {StoreFlags{inbox, {Uid{1}, Uid{3}, Uid{4}}, StoreFlags::Mode::add, {8, {}}, {}},
              Expunge{inbox, {Uid{3}}}, Move{inbox, {Uid{1}, Uid{14}}, archive}});
  // More uids than one record has room for.
  std::vector<Operation> many;
  for (int i = 0; i < 20'000; ++i) many.push_back(Append{.mailbox = archive, .internal_date = date});
  commit({"many"}, std::move(many));
  commit({}, {RenameMailbox{archive, "Old/Archive"}});
  store_.reset();

  const Mail mail = read_journal(folder_);
  EXPECT_EQ(mail.accounts.begin()->second, "alice");
  EXPECT_EQ(mail.queue.size(), 1u);
  const auto& in = mail.mailbox("INBOX");
  EXPECT_EQ(in.messages.size(), 11u);
  EXPECT_FALSE(in.messages.contains(3));
  EXPECT_EQ(in.messages.at(4).flags, 8u);
  EXPECT_EQ(mail.body(in.messages.at(4).body), medium);
  const auto& old = mail.mailbox("Old/Archive");
  EXPECT_EQ(old.keywords, std::vector<std::string>{"Work"});
  EXPECT_EQ(old.messages.size(), 20'002u);
  EXPECT_EQ(old.messages.at(1).flags, 1u + 8u + 256u);
  EXPECT_EQ(old.messages.at(1).date, -12'345);
  EXPECT_EQ(old.messages.at(1).size, 5u);
  EXPECT_EQ(mail.body(old.messages.at(1).body), "first");
  EXPECT_TRUE(mail.body(old.messages.at(2).body) == large);
  EXPECT_EQ(mail.body(old.messages.at(20'002).body), "many");
}

// What a snapshot says: rows by kind, and the uids and bodies of its chunks.
struct Snapshot {
  std::uint64_t sequence = 0;
  std::map<std::uint64_t, int> rows;
  std::set<std::string> names;
  std::vector<std::uint64_t> uids;
  std::vector<std::uint64_t> flags;
};

std::vector<std::uint64_t> column(Bytes& in, std::uint64_t count) {
  const std::uint64_t least = in.number(8);
  const std::uint64_t width = in.number(1);
  std::vector<std::uint64_t> values;
  for (std::uint64_t i = 0; i < count; ++i) values.push_back(least + in.number(width));
  return values;
}

Snapshot read_snapshot(const fs::path& path) {
  Snapshot snapshot;
  Segment file{0, 0, 0, read_whole(path)};
  Bytes header{file.bytes};
  EXPECT_EQ(header.take(8), "PBXSNAPS");
  EXPECT_EQ(header.number(4), 1u);
  header.number(4);
  snapshot.sequence = header.number(8);
  file.stamp = header.number(8);
  header.number(8);
  EXPECT_EQ(header.number(8), sum(std::string_view(file.bytes).substr(0, 40)));
  std::size_t at = 4096;
  std::uint64_t count = 0;
  for (std::uint64_t sequence = 1; at < file.bytes.size(); ++sequence) {
    const auto record = record_at(file, at);
    if (!record) {
      ADD_FAILURE() << at;
      break;
    }
    EXPECT_EQ(record->sequence, sequence);
    for (Bytes in{record->payload}; !in.rest.empty(); ++count) {
      const std::uint64_t kind = in.number(1);
      Bytes row{in.take(in.number(4))};
      snapshot.rows[kind] += 1;
      const std::uint64_t id = row.varint();
      if (kind == 2) snapshot.names.emplace(row.text());
      if (kind == 3) {
        row.varint();
        snapshot.names.emplace(row.text());
      }
      if (kind == 4) {
        Bytes fixed{row.text()};
        Bytes changing{row.text()};
        EXPECT_EQ(fixed.number(1), 1u);
        EXPECT_EQ(changing.number(1), 1u);
        const std::uint64_t messages = fixed.number(2);
        EXPECT_EQ(changing.number(2), messages);
        for (const auto uid : column(fixed, messages)) snapshot.uids.push_back(uid);
        for (const auto flags : column(changing, messages)) snapshot.flags.push_back(flags);
      }
      if (kind == 8) EXPECT_EQ(id, count);
    }
  }
  return snapshot;
}

TEST_F(Document, IsEnoughToReadASnapshot) {
  const AccountId alice = run(store_->open_account("alice")).value();
  const MailboxId inbox = run(store_->account(alice)).value()->find("INBOX")->id;
  const std::string medium(200'000, 'm');
  std::vector<Uid> most;
  for (std::uint32_t i = 1; i <= 12; ++i) {
    commit({medium}, {Append{.mailbox = inbox, .flags = {.system = i % 3}, .internal_date = clock_.now()}});
    if (i != 2 && i != 7) most.push_back(Uid{i});
  }
  commit({}, {StoreFlags{inbox, most, StoreFlags::Mode::add, {.system = 8}, {}}, Expunge{inbox, most}});
  clock_.advance(std::chrono::days(8));
  store_->maintain();  // forgets, copies what lives, and needs a snapshot to use the segment again
  store_.reset();
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator(folder_ + "/journal")) {
    if (entry.path().extension() == ".snapshot") found.push_back(entry.path());
  }
  ASSERT_EQ(found.size(), 1u);
  const Snapshot snapshot = read_snapshot(found[0]);
  EXPECT_EQ(found[0].filename(), fmt::format("{:08}.snapshot", snapshot.sequence));
  EXPECT_TRUE(snapshot.names.contains("alice"));
  EXPECT_TRUE(snapshot.names.contains("INBOX"));
  EXPECT_EQ(snapshot.uids, (std::vector<std::uint64_t>{2, 7}));
  EXPECT_EQ(snapshot.flags, (std::vector<std::uint64_t>{2, 1}));
  EXPECT_EQ(snapshot.rows, (std::map<std::uint64_t, int>{{1, 1}, {2, 1}, {3, 6}, {4, 1}, {5, 2}, {8, 1}}));
}

}  // namespace
}  // namespace pillarbox::store::journal
