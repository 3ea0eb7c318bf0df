// Expunged mail back into its mailbox, while the store's window lasts.
#pragma once

#include <boost/json/object.hpp>
#include <string>

#include "base/task.h"
#include "store/store.h"

namespace pillarbox::app {

// Lists what of `account`'s `mailbox` can be restored, or restores it all. The control socket's answer.
enum class Undelete : bool { list, restore };
Task<boost::json::object> undelete(store::Store& store, std::string account, std::string mailbox,
                                   Undelete what);

}  // namespace pillarbox::app
