#include "proto/imap/decode.h"

#include <array>

#include "base/text.h"
#include "base/try.h"
#include "proto/imap/decoders.h"

namespace pillarbox::imap {
namespace {

enum class UidForm : std::uint8_t { no, yes };

struct Row {
  std::string_view name;
  UidForm uid_form;
  Decoder decode;
};

constexpr std::array<Row, 30> rows = {{
    {"APPEND", UidForm::no, &decode_append},
    {"AUTHENTICATE", UidForm::no, &decode_authenticate},
    {"CAPABILITY", UidForm::no, &decode_bare<Capability>},
    {"CHECK", UidForm::no, &decode_bare<Check>},
    {"CLOSE", UidForm::no, &decode_bare<Close>},
    {"COPY", UidForm::yes, &decode_copy},
    {"CREATE", UidForm::no, &decode_create},
    {"DELETE", UidForm::no, &decode_delete},
    {"ENABLE", UidForm::no, &decode_enable},
    {"EXAMINE", UidForm::no, &decode_examine},
    {"EXPUNGE", UidForm::yes, &decode_expunge},
    {"FETCH", UidForm::yes, &decode_fetch},
    {"ID", UidForm::no, &decode_id},
    {"IDLE", UidForm::no, &decode_bare<Idle>},
    {"LIST", UidForm::no, &decode_list},
    {"LOGIN", UidForm::no, &decode_login},
    {"LOGOUT", UidForm::no, &decode_bare<Logout>},
    {"LSUB", UidForm::no, &decode_lsub},
    {"MOVE", UidForm::yes, &decode_move},
    {"NAMESPACE", UidForm::no, &decode_bare<Namespace>},
    {"NOOP", UidForm::no, &decode_bare<Noop>},
    {"RENAME", UidForm::no, &decode_rename},
    {"SEARCH", UidForm::yes, &decode_search},
    {"SELECT", UidForm::no, &decode_select},
    {"STARTTLS", UidForm::no, &decode_bare<StartTls>},
    {"STATUS", UidForm::no, &decode_status},
    {"STORE", UidForm::yes, &decode_store},
    {"SUBSCRIBE", UidForm::no, &decode_subscribe},
    {"UNSELECT", UidForm::no, &decode_bare<Unselect>},
    {"UNSUBSCRIBE", UidForm::no, &decode_unsubscribe},
}};

}  // namespace

std::expected<Command, SyntaxError> decode(const RawCommand& raw) {
  for (const Row& row : rows) {
    if (!equals_ignoring_case(row.name, raw.name)) continue;
    if (raw.numbers == Numbers::uid && row.uid_form == UidForm::no) {
      return std::unexpected(SyntaxError::uid_not_allowed);
    }
    Arguments arguments(raw.arguments);
    auto command = row.decode(arguments, raw.numbers);
    if (command && !arguments.at_end()) return std::unexpected(SyntaxError::unexpected_argument);
    return command;
  }
  return std::unexpected(SyntaxError::unknown_command);
}

}  // namespace pillarbox::imap
