#include "store/conformance/fixture_test.h"

#include <gmock/gmock.h>

#include <stdlib.h>

#include <filesystem>

#include "store/journal/store.h"
#include "store/keywords.h"
#include "store/memory/store.h"

namespace pillarbox::store::conformance {
namespace {

// Its memory is its disk: a reopening leaves everything as it is.
class MemorySite final : public Site {
 public:
  explicit MemorySite(const Clock& clock) : store_(clock) {}
  Store& store() override { return store_; }
  void reopen() override {}

 private:
  memory::MemoryStore store_;
};

// With small segments, so that even a few messages need several.
class JournalSite final : public Site {
 public:
  // `loses_index`: each reopening compacts what can be, and makes the index anew from the journal.
  JournalSite(const Clock& clock, bool loses_index) : clock_(clock), loses_index_(loses_index) {
    std::string pattern = (std::filesystem::temp_directory_path() / "pillarbox-store-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    reopen();
  }
  ~JournalSite() override {
    store_.reset();
    std::filesystem::remove_all(folder_);
  }
  Store& store() override { return *store_; }
  void reopen() override {
    if (store_ && loses_index_) store_->maintain();
    store_.reset();
    if (loses_index_) std::filesystem::remove(folder_ + "/index.db");
    journal::Settings settings;
    settings.segment_bytes = journal::least_segment_bytes;
    settings.index_delay = std::chrono::milliseconds(5);
    settings.compaction_live_percent = 90;
    settings.compaction_bytes_per_second = 1'000'000'000;
    store_ = journal::JournalStore::open(folder_, settings, clock_).value();
    EXPECT_THAT(store_->damage(), testing::IsEmpty());
  }

 private:
  const Clock& clock_;
  const bool loses_index_;
  std::string folder_;
  std::unique_ptr<journal::JournalStore> store_;
};

Task<std::expected<std::string, Error>> read_all(Store& store, BodyId body) {
  auto reader = co_await store.body(body);
  if (!reader) co_return std::unexpected(reader.error());
  std::string bytes;
  while (bytes.size() < (*reader)->size()) {
    const auto piece = co_await (*reader)->read(bytes.size(), 10'000);
    if (!piece) co_return std::unexpected(piece.error());
    if (piece->empty()) break;
    bytes += *piece;
  }
  co_return bytes;
}

}  // namespace

std::vector<Kind> kinds() {
  std::vector<Kind> result;
  result.push_back({"memory", [](const Clock& clock) { return std::make_unique<MemorySite>(clock); }});
  result.push_back(
      {"journal", [](const Clock& clock) { return std::make_unique<JournalSite>(clock, false); }});
  result.push_back(
      {"rebuilt_journal", [](const Clock& clock) { return std::make_unique<JournalSite>(clock, true); }});
  return result;
}

Batch batch_of(Operation operation) {
  Batch batch;
  batch.operations.push_back(std::move(operation));
  return batch;
}

AccountId StoreTest::open_account(const std::string& name) { return run(store().open_account(name)).value(); }

std::shared_ptr<const AccountView> StoreTest::account(AccountId id) {
  return run(store().account(id)).value();
}

std::shared_ptr<const MailboxView> StoreTest::view(MailboxId id) { return run(store().view(id)).value(); }

MailboxStatus StoreTest::status(MailboxId id) { return run(store().status(id)).value(); }

MailboxId StoreTest::mailbox(AccountId id, std::string_view name) {
  const auto seen = account(id);
  const MailboxInfo* found = seen->find(name);
  EXPECT_NE(found, nullptr) << name;
  return found == nullptr ? MailboxId{} : found->id;
}

std::unique_ptr<Draft> StoreTest::draft(std::string_view bytes) {
  auto made = store().begin_draft();
  EXPECT_TRUE(run(made->append(bytes)).has_value());
  EXPECT_EQ(made->size(), bytes.size());
  return made;
}

Receipt StoreTest::commit(Batch batch) {
  const std::size_t operations = batch.operations.size();
  auto receipt = run(store().commit(std::move(batch)));
  EXPECT_TRUE(receipt.has_value()) << receipt.error().detail;
  EXPECT_EQ(receipt->answers.size(), operations);
  return *receipt;
}

Receipt StoreTest::commit(Operation operation) { return commit(batch_of(std::move(operation))); }

Uid StoreTest::append(MailboxId mailbox, std::string_view bytes, FlagNames flags) {
  Batch batch;
  batch.bodies.push_back(draft(bytes));
  batch.operations.push_back(
      Append{.mailbox = mailbox, .flags = std::move(flags), .internal_date = clock_.now()});
  return std::get<Appended>(commit(std::move(batch)).answers.at(0)).uids.at(0);
}

std::string StoreTest::bytes_of(BodyId body) {
  auto bytes = run(read_all(store(), body));
  EXPECT_TRUE(bytes.has_value()) << bytes.error().detail;
  return *bytes;
}

std::string StoreTest::listing(MailboxId id) {
  static constexpr std::string_view system[] = {"seen", "answered", "flagged", "deleted", "draft"};
  const auto shown = view(id);
  std::string result;
  for (std::size_t i = 0; i < shown->size(); ++i) {
    const Message message = shown->at(i);
    const FlagNames names = names_of(message.flags, shown->keywords);
    std::string flags;
    for (unsigned bit = 0; bit < 5; ++bit) {
      if ((names.system >> bit & 1) != 0) flags += std::string(",") + std::string(system[bit]);
    }
    for (const auto& keyword : names.keywords) flags += "," + keyword;
    result +=
        fmt::format("{}{}:{}", i == 0 ? "" : " ", message.uid.value, flags.empty() ? "" : flags.substr(1));
  }
  return result;
}

std::vector<std::string> StoreTest::mailbox_names(AccountId id) {
  std::vector<std::string> names;
  for (const auto& info : account(id)->mailboxes) names.push_back(info.name);
  return names;
}

ErrorKind StoreTest::refusal(Batch batch) {
  auto receipt = run(store().commit(std::move(batch)));
  EXPECT_FALSE(receipt.has_value());
  return receipt.error().kind;
}

ErrorKind StoreTest::refusal(Operation operation) { return refusal(batch_of(std::move(operation))); }

}  // namespace pillarbox::store::conformance
