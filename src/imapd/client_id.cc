// ID, RFC 2971. What the client says of itself goes to the log; we give our name and no version (§7).
#include "base/log.h"
#include "imapd/handlers.h"

namespace pillarbox::imapd {

Task<Completion> client_id(Session& session, const imap::ClientId& command, Responses& out) {
  if (!command.fields.empty() && log::is_enabled(log::Level::debug)) {
    std::string said;
    for (const auto& [name, value] : command.fields)
      said += fmt::format(" {}={}", name, value.value_or("NIL"));
    log::debug("imapd", "{} is{}", session.stream().peer().text(), said);
  }
  static constexpr std::pair<std::string_view, std::string_view> ours[] = {{"name", "Pillarbox"}};
  imap::write_id(out.text(), ours);
  co_return ok("ID completed");
}

}  // namespace pillarbox::imapd
