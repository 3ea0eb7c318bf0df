// NAMESPACE, RFC 2342: one's own mailboxes are all there is.
#include "imapd/handlers.h"
#include "imapd/special_use.h"

namespace pillarbox::imapd {

Task<Completion> name_spaces(Session&, const imap::Namespace&, Responses& out) {
  imap::write_personal_namespace(out.text(), hierarchy_separator);
  co_return ok("NAMESPACE completed");
}

}  // namespace pillarbox::imapd
