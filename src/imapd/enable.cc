// ENABLE, RFC 5161.
#include <algorithm>

#include "imapd/handlers.h"

namespace pillarbox::imapd {

Task<Completion> enable(Session& session, const imap::Enable& command, Responses& out) {
  static constexpr std::string_view condstore = "CONDSTORE";
  std::vector<std::string_view> enabled;
  if (std::ranges::find(command.capabilities, condstore) != command.capabilities.end()) {
    if (!session.uses_condstore()) enabled.push_back(condstore);
    session.use_condstore(out);
  }
  imap::write_enabled(out.text(), enabled);
  co_return ok("ENABLE completed");
}

}  // namespace pillarbox::imapd
