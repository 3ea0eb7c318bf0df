// What happens once a group of the committer is durable, or is not.
#pragma once

#include <vector>

#include "store/journal/committer.h"

namespace pillarbox::store::journal {

class Committer::Notes final : public GroupNotes {
 public:
  explicit Notes(Committer& committer) : committer_(committer) {}

  struct AccountWaiter {
    Done<AccountId> done;
    AccountId account;
  };
  std::vector<OneCommit> commits;
  std::vector<Done<Receipt>> upkeeps;
  std::vector<AccountWaiter> accounts;
  std::vector<View> views;
  Indexer::Changes changes;
  std::vector<BodyRow> bodies;
  Publication publication;

  // How many wait for it.
  std::size_t size() const { return commits.size() + upkeeps.size() + accounts.size(); }

  void settle(const DiskError* failure) override;

 private:
  void tell();
  void fail(const DiskError& failure);

  Committer& committer_;
};

}  // namespace pillarbox::store::journal
