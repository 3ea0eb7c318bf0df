#include "app/undelete.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <utility>
#include <variant>
#include <vector>

#include "app/control.h"

namespace pillarbox::app {
namespace {

std::int64_t seconds(Time time) {
  return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

boost::json::array describe(const std::vector<store::ExpungedMessage>& expunged) {
  boost::json::array rows;
  for (const auto& [message, when] : expunged) {
    rows.push_back(boost::json::object{{"uid", message.uid.value},
                                       {"size", message.size},
                                       {"received", seconds(message.internal_date)},
                                       {"expunged", seconds(when)}});
  }
  return rows;
}

}  // namespace

Task<boost::json::object> undelete(store::Store& store, std::string account, std::string mailbox,
                                   Undelete what) {
  const auto names = co_await store.account_names();
  if (!names) co_return control_error("the store can't be read: " + names.error().detail);
  if (std::ranges::find(*names, account) == names->end()) {
    co_return control_error(fmt::format("there is no account '{}' in the store", account));
  }
  const auto id = co_await store.open_account(account);
  if (!id) co_return control_error("the store can't be read: " + id.error().detail);
  const auto view = co_await store.account(*id);
  if (!view) co_return control_error("the store can't be read: " + view.error().detail);
  const auto* info = (*view)->find(mailbox);
  if (info == nullptr) co_return control_error(fmt::format("{} has no mailbox '{}'", account, mailbox));

  const auto expunged = co_await store.expunged(info->id);
  if (!expunged) co_return control_error("the store can't be read: " + expunged.error().detail);
  boost::json::object answer{{"ok", true}, {"messages", describe(*expunged)}};
  if (what == Undelete::list || expunged->empty()) co_return answer;

  store::Restore restore{.mailbox = info->id, .bodies = {}};
  for (const auto& [message, when] : *expunged) restore.bodies.push_back(message.body);
  store::Batch batch;
  batch.operations.emplace_back(std::move(restore));
  const auto receipt = co_await store.commit(std::move(batch));
  if (!receipt) co_return control_error("nothing was restored: " + receipt.error().detail);
  answer["restored"] = std::get<store::Appended>(receipt->answers.front()).uids.size();
  co_return answer;
}

}  // namespace pillarbox::app
