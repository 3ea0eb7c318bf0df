#include "store/conformance/model_test.h"

#include <algorithm>

#include "base/text.h"
#include "store/keywords.h"

namespace pillarbox::store::conformance {
namespace {

constexpr const char* accounts[] = {"alice", "bob"};

struct Dice {
  std::mt19937_64& random;

  std::size_t below(std::size_t limit) { return limit == 0 ? 0 : random() % limit; }
  bool one_in(std::size_t n) { return below(n) == 0; }
  template <class T>
  const T& of(const std::vector<T>& all) {
    return all[below(all.size())];
  }

  std::string bytes() {
    std::size_t size = below(3000);
    if (one_in(10)) size = below(200'000);
    if (one_in(25)) size = 262'144 + below(400'000);
    std::string result(size, ' ');
    const std::uint64_t start = random();
    for (std::size_t i = 0; i < size; ++i) result[i] = static_cast<char>((start + i * i) >> 3);
    return result;
  }
  FlagNames flags() {
    FlagNames names{.system = random() & Flags::system_mask};
    for (std::size_t n = below(3); n > 0; --n) names.keywords.push_back(fmt::format("k{}", below(6)));
    return names;
  }
  std::string name() {
    std::string result = fmt::format("m{}", below(4));
    while (one_in(2)) result += fmt::format("/m{}", below(3));
    return one_in(30) ? "a//b" : result;
  }
};

struct Seen {
  AccountId id;
  std::shared_ptr<const AccountView> view;
};

std::vector<Uid> some_uids(Dice& dice, Store& store, MailboxId mailbox) {
  const auto view = run(store.view(mailbox)).value();
  std::vector<Uid> uids;
  for (std::size_t i = 0; i < view->size(); ++i) {
    if (dice.one_in(3)) uids.push_back(view->at(i).uid);
  }
  if (dice.one_in(5)) uids.push_back(view->uid_next);  // not there
  return uids;
}

std::vector<BodyId> some_expunged(Dice& dice, Store& store, const AccountView& account) {
  std::vector<BodyId> bodies;
  for (const auto& info : account.mailboxes) {
    for (const auto& expunged : run(store.expunged(info.id)).value()) {
      if (dice.one_in(4)) bodies.push_back(expunged.message.body);
    }
  }
  return bodies;
}

Operation random_operation(Dice& dice, Store& store, const Seen& account, Step& step) {
  const MailboxId mailbox = dice.of(account.view->mailboxes).id;
  const MailboxId other = dice.of(account.view->mailboxes).id;
  auto new_body = [&] {
    if (step.bodies.empty() || dice.one_in(2)) step.bodies.push_back(dice.bytes());
    return dice.below(step.bodies.size());
  };
  switch (dice.below(26)) {
    case 0: return Copy{mailbox, some_uids(dice, store, mailbox), other};
    case 1:
    case 2: return Move{mailbox, some_uids(dice, store, mailbox), other};
    case 3:
    case 4:
    case 5: {
      StoreFlags flags{mailbox,
                       some_uids(dice, store, mailbox),
                       static_cast<StoreFlags::Mode>(dice.below(3)),
                       dice.flags(),
                       {}};
      if (dice.one_in(4)) flags.unchanged_since = ModSeq{dice.below(20)};
      return flags;
    }
    case 6:
    case 7: return Expunge{mailbox, some_uids(dice, store, mailbox)};
    case 8: return CreateMailbox{account.id, dice.name(), static_cast<SpecialUse>(dice.below(8))};
    case 9:
      return dice.one_in(2) ? Operation(DeleteMailbox{mailbox})
                            : Operation(CreateMailbox{account.id, dice.name()});
    case 10: return RenameMailbox{mailbox, dice.name()};
    case 11: return Subscribe{account.id, dice.name()};
    case 12: return Unsubscribe{account.id, dice.one_in(2) ? "Sent" : dice.name()};
    case 13:
      return Enqueue{.entry = {.trace_id = fmt::format("t{}", dice.below(1000)),
                               .action = "relay",
                               .recipients = {"x@example.net"},
                               .accepted = Time{}},
                     .body = new_body()};
    case 14: {
      const auto queue = run(store.queue()).value();
      return Dequeue{queue.empty() ? QueueId{99} : dice.of(queue).id};
    }
    case 15:
    case 16: return Restore{mailbox, some_expunged(dice, store, *account.view)};
    default:
      return Append{.mailbox = dice.one_in(40) ? MailboxId{4711} : mailbox,
                    .body = new_body(),
                    .flags = dice.flags(),
                    .internal_date = Time{std::chrono::milliseconds{dice.below(2'000'000'000)}}};
  }
}

Task<std::expected<Receipt, Error>> commit(Store& store, const Step& step) {
  Batch batch;
  batch.operations = step.operations;
  for (const auto& bytes : step.bodies) {
    batch.bodies.push_back(store.begin_draft());
    auto appended = co_await batch.bodies.back()->append(bytes);
    if (!appended) co_return std::unexpected(appended.error());
  }
  co_return co_await store.commit(std::move(batch));
}

Task<std::expected<std::string, Error>> hash_of(Store& store, BodyId body) {
  auto reader = co_await store.body(body);
  if (!reader) co_return std::unexpected(reader.error());
  const auto bytes = co_await (*reader)->read(0, (*reader)->size());
  if (!bytes) co_return std::unexpected(bytes.error());
  co_return fmt::format("{}:{:x}", bytes->size(), std::hash<std::string_view>{}(*bytes));
}

std::string describe_body(Store& store, BodyId body) {
  const auto hash = run(hash_of(store, body));
  return hash ? *hash : "error: " + hash.error().detail;
}

std::string describe(Store& store, const Message& message, const std::vector<std::string>& keywords) {
  FlagNames names = names_of(message.flags, keywords);
  return fmt::format("    {} modseq {} flags {} {} date {} saved {} size {} body {}\n", message.uid.value,
                     message.modseq.value, names.system, fmt::join(names.keywords, ","),
                     message.internal_date.time_since_epoch().count(),
                     message.saved.time_since_epoch().count(), message.size,
                     describe_body(store, message.body));
}

std::string describe(Store& store, const MailboxInfo& info) {
  const auto view = run(store.view(info.id)).value();
  const auto status = run(store.status(info.id)).value();
  std::string text = fmt::format(
      "  {} use {} validity {} next {} modseq {} messages {} unseen {} deleted {} size {}\n", info.name,
      static_cast<int>(info.special_use), status.uid_validity.value, status.uid_next.value,
      status.highest_modseq.value, status.messages, status.unseen, status.deleted, status.size);
  if (view->highest_modseq != status.highest_modseq || view->uid_next != status.uid_next)
    text += "  differs!\n";
  for (std::size_t i = 0; i < view->size(); ++i) text += describe(store, view->at(i), view->keywords);
  for (const auto& expunged : run(store.expunged(info.id)).value()) {
    text += fmt::format("   expunged {}", expunged.expunged.time_since_epoch().count());
    text += describe(store, expunged.message, view->keywords);
  }
  return text;
}

}  // namespace

Outcome perform(Store& store, const Step& step) {
  if (!step.account.empty()) {
    const auto opened = run(store.open_account(step.account));
    return opened ? Outcome{} : Outcome{.refusal = opened.error().kind};
  }
  auto receipt = run(commit(store, step));
  if (!receipt) return {.refusal = receipt.error().kind};
  return {.receipt = std::move(*receipt)};
}

bool is_final(ErrorKind kind) { return !Error{kind, ""}.is_temporary() && kind != ErrorKind::corrupt; }

std::string describe(Store& store) {
  std::string text;
  for (const auto& name : run(store.account_names()).value()) {
    const auto id = run(store.open_account(name)).value();
    const auto account = run(store.account(id)).value();
    text += fmt::format("{} subscribed {}\n", name, fmt::join(account->subscriptions, ","));
    for (const auto& info : account->mailboxes) text += describe(store, info);
  }
  for (const auto& entry : run(store.queue()).value()) {
    text += fmt::format("queue {} {} {} {}\n", entry.id.value, entry.trace_id,
                        fmt::join(entry.recipients, ","), describe_body(store, entry.body));
  }
  return text;
}

Time Model::time_of_step(std::size_t number) {
  return Time{std::chrono::milliseconds{1'700'000'000'000}} + std::chrono::seconds(number);
}

Outcome Model::perform(const Step& step) {
  clock_.advance(std::chrono::seconds(1));
  return conformance::perform(*store_, step);
}

Step random_step(std::mt19937_64& random, Store& store) {
  Dice dice{random};
  Step step;
  const std::string account = accounts[dice.below(std::size(accounts))];
  if (std::ranges::count(run(store.account_names()).value(), account) == 0) {
    step.account = account;
    return step;
  }
  const AccountId id = run(store.open_account(account)).value();
  const Seen seen{id, run(store.account(id)).value()};
  for (std::size_t n = dice.one_in(3) ? 1 + dice.below(5) : 1; n > 0; --n) {
    step.operations.push_back(random_operation(dice, store, seen, step));
  }
  return step;
}

}  // namespace pillarbox::store::conformance
