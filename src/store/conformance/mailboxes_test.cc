// Accounts, mailboxes, names, subscriptions.
#include <gmock/gmock.h>

#include "store/conformance/fixture_test.h"
#include "store/limits.h"

namespace pillarbox::store::conformance {
namespace {

using testing::ElementsAre;
using testing::IsSupersetOf;

class Mailboxes : public StoreTest {
 protected:
  AccountId alice_ = open_account();

  MailboxId create(const std::string& name) {
    return commit_for<Created>(CreateMailbox{.account = alice_, .name = name}).mailbox;
  }
  ErrorKind refused(const std::string& name) {
    return refusal(CreateMailbox{.account = alice_, .name = name});
  }
};

INSTANTIATE_TEST_SUITE_P(Store, Mailboxes, testing::ValuesIn(kinds()), testing::PrintToStringParamName());

TEST_P(Mailboxes, NewAccountHasItsMailboxesSubscribed) {
  for (int round = 0; round < 2; ++round, reopen()) {
    EXPECT_EQ(open_account(), alice_);
    EXPECT_THAT(mailbox_names(alice_), ElementsAre("INBOX", "Archive", "Drafts", "Junk", "Sent", "Trash"));
    const auto seen = account(alice_);
    EXPECT_EQ(seen->name, "alice@example.org");
    EXPECT_EQ(seen->find("Junk")->special_use, SpecialUse::junk);
    EXPECT_EQ(seen->find("INBOX")->special_use, SpecialUse::none);
    EXPECT_THAT(seen->subscriptions, ElementsAre("Archive", "Drafts", "INBOX", "Junk", "Sent", "Trash"));
  }
}

TEST_P(Mailboxes, AccountsAreApart) {
  const AccountId bob = open_account("bob");
  EXPECT_NE(bob, alice_);
  create("mine");
  EXPECT_EQ(account(bob)->find("mine"), nullptr);
  EXPECT_NE(mailbox(alice_, "INBOX"), mailbox(bob, "INBOX"));
  EXPECT_THAT(run(store().account_names()).value(), ElementsAre("alice@example.org", "bob"));
  reopen();
  EXPECT_THAT(run(store().account_names()).value(), ElementsAre("alice@example.org", "bob"));
}

TEST_P(Mailboxes, UnknownOnesAreNotFound) {
  EXPECT_EQ(run(store().account(AccountId{99})).error().kind, ErrorKind::not_found);
  EXPECT_EQ(run(store().status(MailboxId{99})).error().kind, ErrorKind::not_found);
  EXPECT_EQ(run(store().view(MailboxId{99})).error().kind, ErrorKind::not_found);
  EXPECT_EQ(run(store().expunged(MailboxId{99})).error().kind, ErrorKind::not_found);
  EXPECT_EQ(run(store().first_recent(MailboxId{99}, Store::Recent::peek)).error().kind, ErrorKind::not_found);
  EXPECT_EQ(refusal(CreateMailbox{.account = AccountId{99}, .name = "x"}), ErrorKind::not_found);
  EXPECT_EQ(refusal(DeleteMailbox{MailboxId{99}}), ErrorKind::not_found);
  EXPECT_EQ(refusal(RenameMailbox{MailboxId{99}, "x"}), ErrorKind::not_found);
  EXPECT_EQ(refusal(Subscribe{AccountId{99}, "x"}), ErrorKind::not_found);
  EXPECT_EQ(refusal(Unsubscribe{AccountId{99}, "x"}), ErrorKind::not_found);
  EXPECT_FALSE(run(store().open_account("")).has_value());
  EXPECT_FALSE(run(store().open_account(std::string(limits::account_name_bytes + 1, 'a'))).has_value());
}

TEST_P(Mailboxes, CreatingMakesSuperiors) {
  create("work/2024/invoices");
  EXPECT_THAT(mailbox_names(alice_), IsSupersetOf({"work", "work/2024", "work/2024/invoices"}));
  EXPECT_EQ(refused("work/2024"), ErrorKind::exists);
  const auto sent = commit_for<Created>(
      CreateMailbox{.account = alice_, .name = "Gesendet/Ä", .special_use = SpecialUse::sent});
  reopen();
  EXPECT_THAT(mailbox_names(alice_), IsSupersetOf({"work", "work/2024", "work/2024/invoices", "Gesendet"}));
  EXPECT_EQ(account(alice_)->find("Gesendet/Ä")->special_use, SpecialUse::sent);
  EXPECT_EQ(account(alice_)->find("Gesendet/Ä")->id, sent.mailbox);
  EXPECT_EQ(account(alice_)->find("Gesendet/Ä")->uid_validity, sent.uid_validity);
}

TEST_P(Mailboxes, NamesThatCannotBe) {
  for (const auto* name : {"", "/", "/a", "a/", "a//b", "a\nb", "a\x7f", "\xff", "a\xc2\x85", "a\u2028"}) {
    EXPECT_EQ(refused(name), ErrorKind::not_allowed) << name;
  }
  EXPECT_EQ(refused(std::string("a\0b", 3)), ErrorKind::not_allowed);
  EXPECT_EQ(refused(std::string(limits::mailbox_name_bytes + 1, 'a')), ErrorKind::limit);
  EXPECT_EQ(refused("iNbOx"), ErrorKind::exists);
  create("inbox/below");
  create("100% *");
  EXPECT_THAT(mailbox_names(alice_), IsSupersetOf({"INBOX/below", "100% *"}));
}

TEST_P(Mailboxes, DeletingKeepsInferiorsAndNeverReusesUidValidity) {
  const MailboxId first = create("a");
  create("a/b");
  const UidValidity old = status(first).uid_validity;
  commit(DeleteMailbox{first});
  EXPECT_EQ(account(alice_)->find("a"), nullptr);
  EXPECT_NE(account(alice_)->find("a/b"), nullptr);
  EXPECT_EQ(run(store().view(first)).error().kind, ErrorKind::not_found);
  EXPECT_EQ(run(store().status(first)).error().kind, ErrorKind::not_found);
  reopen();
  EXPECT_EQ(run(store().view(first)).error().kind, ErrorKind::not_found);
  const MailboxId second = create("a");
  EXPECT_NE(second, first);
  EXPECT_GT(status(second).uid_validity, old);
  EXPECT_EQ(refusal(DeleteMailbox{mailbox(alice_, "INBOX")}), ErrorKind::not_allowed);
}

TEST_P(Mailboxes, RenamingTakesInferiorsAlong) {
  const MailboxId a = create("a");
  create("a/x");
  create("a/x/y");
  create("ab");
  append(a, "one");
  commit(RenameMailbox{a, "new/b"});
  for (int round = 0; round < 2; ++round, reopen()) {
    EXPECT_THAT(mailbox_names(alice_), ElementsAre("INBOX", "Archive", "Drafts", "Junk", "Sent", "Trash",
                                                   "ab", "new", "new/b", "new/b/x", "new/b/x/y"));
    EXPECT_EQ(mailbox(alice_, "new/b"), a);
    EXPECT_EQ(listing(a), "1:");
  }
}

TEST_P(Mailboxes, RenamingIsRefusedWhole) {
  const MailboxId a = create("a");
  create("a/x");
  create("b/x");
  commit(DeleteMailbox{mailbox(alice_, "b")});
  EXPECT_EQ(refusal(RenameMailbox{a, "b"}), ErrorKind::exists);  // b/x is taken
  EXPECT_EQ(refusal(RenameMailbox{a, "Sent"}), ErrorKind::exists);
  EXPECT_EQ(refusal(RenameMailbox{a, "a"}), ErrorKind::exists);
  EXPECT_EQ(refusal(RenameMailbox{a, "a/x/y"}), ErrorKind::not_allowed);
  EXPECT_EQ(refusal(RenameMailbox{a, "c//d"}), ErrorKind::not_allowed);
  EXPECT_EQ(refusal(RenameMailbox{a, std::string(limits::mailbox_name_bytes, 'c')}),
            ErrorKind::limit);  // …/x
  EXPECT_EQ(mailbox(alice_, "a"), a);
  EXPECT_NE(account(alice_)->find("a/x"), nullptr);
}

TEST_P(Mailboxes, RenamingUpwardsStepsIntoItsOwnInferiorsNames) {
  const MailboxId ab = create("a/b");
  const MailboxId abb = create("a/b/b");
  const MailboxId abz = create("a/b/z");
  const MailboxId abbz = create("a/b/b/z");
  commit(DeleteMailbox{mailbox(alice_, "a")});
  commit(RenameMailbox{ab, "a"});
  EXPECT_EQ(mailbox(alice_, "a"), ab);
  EXPECT_EQ(mailbox(alice_, "a/b"), abb);
  EXPECT_EQ(mailbox(alice_, "a/z"), abz);
  EXPECT_EQ(mailbox(alice_, "a/b/z"), abbz);
}

TEST_P(Mailboxes, RenamingInboxMovesItsMessagesAndLeavesIt) {
  const MailboxId inbox = mailbox(alice_, "INBOX");
  create("INBOX/sub");
  append(inbox, "one", {.keywords = {"Work"}});
  append(inbox, "two");
  commit(RenameMailbox{inbox, "old/2023"});
  for (int round = 0; round < 2; ++round, reopen()) {
    EXPECT_EQ(mailbox(alice_, "INBOX"), inbox);
    EXPECT_EQ(listing(inbox), "");
    EXPECT_EQ(listing(mailbox(alice_, "old/2023")), "1:Work 2:");
    EXPECT_NE(account(alice_)->find("INBOX/sub"), nullptr);
    EXPECT_EQ(bytes_of(view(mailbox(alice_, "old/2023"))->at(1).body), "two");
  }
  EXPECT_EQ(append(inbox, "three").value, 3u);
}

TEST_P(Mailboxes, SubscriptionsNeedNoMailbox) {
  commit(Subscribe{alice_, "nowhere/yet"});
  commit(Subscribe{alice_, "nowhere/yet"});
  commit(Unsubscribe{alice_, "Junk"});
  commit(Unsubscribe{alice_, "never was"});
  EXPECT_EQ(refusal(Subscribe{alice_, "a//b"}), ErrorKind::not_allowed);
  for (int round = 0; round < 2; ++round, reopen()) {
    EXPECT_THAT(account(alice_)->subscriptions,
                ElementsAre("Archive", "Drafts", "INBOX", "Sent", "Trash", "nowhere/yet"));
  }
}

TEST_P(Mailboxes, TwoCreationsInOneBatchSeeEachOther) {
  Batch batch;
  batch.operations.push_back(CreateMailbox{.account = alice_, .name = "p/q"});
  batch.operations.push_back(CreateMailbox{.account = alice_, .name = "p"});
  EXPECT_EQ(refusal(std::move(batch)), ErrorKind::exists);
  EXPECT_EQ(account(alice_)->find("p"), nullptr);
  EXPECT_EQ(account(alice_)->find("p/q"), nullptr);
}

}  // namespace
}  // namespace pillarbox::store::conformance
