#include "support/faulty_store.h"

#include <utility>

namespace pillarbox::transcript {
namespace {

store::Error full() { return {store::ErrorKind::disk_full, "the test wants it so"}; }

class FaultyDraft final : public store::Draft {
 public:
  FaultyDraft(FaultyStore& store, std::unique_ptr<store::Draft> draft)
      : store_(store), draft_(std::move(draft)) {}

  Task<std::expected<void, store::Error>> append(std::string_view bytes) override {
    if (!store_.take_append()) co_return std::unexpected(full());
    text_ += bytes;
    co_return co_await draft_->append(bytes);
  }
  std::uint64_t size() const override { return draft_->size(); }

  std::unique_ptr<store::Draft> take_draft() { return std::move(draft_); }
  const std::string& text() const { return text_; }

 private:
  FaultyStore& store_;
  std::unique_ptr<store::Draft> draft_;
  std::string text_;
};

}  // namespace

std::unique_ptr<store::Draft> FaultyStore::begin_draft() {
  return std::make_unique<FaultyDraft>(*this, store_.begin_draft());
}

Task<std::expected<store::Receipt, store::Error>> FaultyStore::commit(store::Batch batch) {
  if (commits_++ == failing_commit_) co_return std::unexpected(full());
  std::vector<std::string> texts;
  for (auto& body : batch.bodies) {
    auto& draft = dynamic_cast<FaultyDraft&>(*body);
    texts.push_back(draft.text());
    body = draft.take_draft();
  }
  auto receipt = co_await store_.commit(std::move(batch));
  if (receipt) {
    bodies_kept_ += texts.size();
    kept_.insert(texts.begin(), texts.end());
  }
  co_return receipt;
}

}  // namespace pillarbox::transcript
