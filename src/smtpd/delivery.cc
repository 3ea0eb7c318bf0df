#include "smtpd/delivery.h"

#include <map>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace pillarbox::smtpd {
namespace {

// What a queue entry holds; with addresses of any length it stays within store/limits.h.
constexpr std::size_t recipients_per_entry = 1'000;

// Every destination of the transaction once, whichever recipients lead to it.
struct Destinations {
  std::set<std::string> logins;
  std::map<std::string, std::map<std::string, std::string>>
      relays;  // action → key of an address → the address
};

Destinations gather(const Transaction& transaction) {
  Destinations result;
  for (const Recipient& recipient : transaction.recipients) {
    for (const route::Destination& destination : recipient.decision.destinations) {
      if (const auto* mailbox = std::get_if<route::MailboxDestination>(&destination.way)) {
        result.logins.insert(mailbox->login);
      } else {
        const mail::Address& address = destination.address;
        result.relays[destination.action()].emplace(address.key(), address.to_string());
      }
    }
  }
  return result;
}

// What the next server must be told again.
std::vector<std::string> parameters(const smtp::Mail& mail) {
  std::vector<std::string> result;
  if (mail.body == smtp::BodyType::eight_bit_mime) result.emplace_back("BODY=8BITMIME");
  if (mail.body == smtp::BodyType::binary_mime) result.emplace_back("BODY=BINARYMIME");
  if (mail.smtputf8) result.emplace_back("SMTPUTF8");
  return result;
}

store::QueueEntry empty_entry(const Transaction& transaction, const std::string& action, Time now) {
  const auto& sender = transaction.mail.reverse_path.address;
  return {.trace_id = transaction.trace_id,
          .action = action,
          .reverse_path = sender ? sender->to_string() : "",
          .parameters = parameters(transaction.mail),
          .accepted = now};
}

Task<std::expected<store::MailboxId, store::Error>> inbox_of(store::Store& store, const std::string& login) {
  const auto account = co_await store.open_account(login);
  if (!account) co_return std::unexpected(account.error());
  const auto view = co_await store.account(*account);
  if (!view) co_return std::unexpected(view.error());
  const store::MailboxInfo* inbox = (*view)->find("INBOX");
  if (inbox == nullptr) {
    co_return std::unexpected(store::Error{store::ErrorKind::corrupt, "account " + login + " has no INBOX"});
  }
  co_return inbox->id;
}

}  // namespace

bool has_mailbox(const Transaction& transaction) {
  for (const Recipient& recipient : transaction.recipients) {
    for (const route::Destination& destination : recipient.decision.destinations) {
      if (std::holds_alternative<route::MailboxDestination>(destination.way)) return true;
    }
  }
  return false;
}

Task<std::expected<Delivered, store::Error>> deliver(store::Store& store, const Transaction& transaction,
                                                     std::unique_ptr<store::Draft> draft, Time now) {
  const Destinations destinations = gather(transaction);
  Delivered delivered;
  store::Batch batch;
  batch.bodies.push_back(std::move(draft));
  for (const std::string& login : destinations.logins) {
    const auto inbox = co_await inbox_of(store, login);
    if (!inbox) co_return std::unexpected(inbox.error());
    batch.operations.emplace_back(store::Append{.mailbox = *inbox, .internal_date = now});
    ++delivered.mailboxes;
  }
  for (const auto& [action, addresses] : destinations.relays) {
    delivered.relays += addresses.size();
    store::QueueEntry entry = empty_entry(transaction, action, now);
    for (const auto& [key, address] : addresses) {
      entry.recipients.push_back(address);
      if (entry.recipients.size() < recipients_per_entry) continue;
      batch.operations.emplace_back(store::Enqueue{.entry = std::move(entry)});
      entry = empty_entry(transaction, action, now);
    }
    if (!entry.recipients.empty()) batch.operations.emplace_back(store::Enqueue{.entry = std::move(entry)});
  }
  auto receipt = co_await store.commit(std::move(batch));
  if (!receipt) co_return std::unexpected(receipt.error());
  co_return delivered;
}

}  // namespace pillarbox::smtpd
