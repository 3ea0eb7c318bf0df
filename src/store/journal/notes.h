// What happens once a group of the committer is durable, or is not.
#pragma once

#include <vector>

#include "store/journal/committer.h"

namespace pillarbox::store::journal {

class Committer::Notes final : public GroupNotes {
 public:
  explicit Notes(Committer& committer) : committer_(committer) {}

  struct CommitWaiter {
    Done<Receipt> done;
    Receipt receipt;
  };
  struct AccountWaiter {
    Done<AccountId> done;
    AccountId account;
  };
  std::vector<CommitWaiter> commits;
  std::vector<AccountWaiter> accounts;
  std::vector<View> views;
  std::vector<Indexer::Entry> entries;
  std::vector<BodyRow> bodies;
  Publication publication;

  std::size_t size() const { return commits.size() + accounts.size(); }

  void settle(const DiskError* failure) override;

 private:
  void fail(const DiskError& failure);

  Committer& committer_;
};

}  // namespace pillarbox::store::journal
