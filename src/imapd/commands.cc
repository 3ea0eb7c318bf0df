#include "imapd/commands.h"

#include <array>
#include <type_traits>
#include <utility>
#include <variant>

#include "imapd/handlers.h"

namespace pillarbox::imapd {

namespace {

template <class C>
using Handler = Task<Completion> (*)(Session&, const C&, Responses&);

// A row together with the type it is for, so that the compiler can hold the table against imap::Command.
template <class C>
struct TypedRow {
  using Command = C;
  CommandRow row;
};

template <class C, Handler<C> handler>
Task<Completion> call(Session& session, const imap::Command& command, Responses& out) {
  return handler(session, *std::get_if<C>(&command), out);
}

template <class C, Handler<C> handler>
constexpr TypedRow<C> row(std::string_view name, State state, Facts facts = Facts::none) {
  return {{name, state, facts, &call<C, handler>}};
}

constexpr auto uses = Facts::uses_sequence_numbers;
constexpr auto breaks = Facts::breaks_sequence_numbers;
constexpr auto changes = Facts::changes_mailbox;

template <class... Rows>
constexpr auto in_order_of_the_variant(Rows... rows) {
  static_assert(std::is_same_v<std::variant<typename Rows::Command...>, imap::Command>,
                "the table has a row for every command, in the order of imap::Command");
  return std::array{rows.row...};
}

constexpr auto table = in_order_of_the_variant(
    row<imap::Capability, &capability>("CAPABILITY", State::any), row<imap::Noop, &noop>("NOOP", State::any),
    row<imap::Logout, &logout>("LOGOUT", State::any), row<imap::ClientId, &client_id>("ID", State::any),
    row<imap::StartTls, &start_tls>("STARTTLS", State::not_authenticated),
    row<imap::Authenticate, &authenticate>("AUTHENTICATE", State::not_authenticated),
    row<imap::Login, &log_in>("LOGIN", State::not_authenticated),
    row<imap::Enable, &enable>("ENABLE", State::authenticated),
    row<imap::Select, &select>("SELECT", State::authenticated),
    row<imap::Create, &create>("CREATE", State::authenticated),
    row<imap::Delete, &remove>("DELETE", State::authenticated),
    row<imap::Rename, &rename>("RENAME", State::authenticated),
    row<imap::Subscribe, &subscribe>("SUBSCRIBE", State::authenticated),
    row<imap::Unsubscribe, &unsubscribe>("UNSUBSCRIBE", State::authenticated),
    row<imap::List, &list>("LIST", State::authenticated),
    row<imap::Lsub, &lsub>("LSUB", State::authenticated),
    row<imap::Namespace, &name_spaces>("NAMESPACE", State::authenticated),
    row<imap::Status, &status>("STATUS", State::authenticated),
    row<imap::Append, &append>("APPEND", State::authenticated),
    row<imap::Idle, &idle>("IDLE", State::authenticated), row<imap::Check, &check>("CHECK", State::selected),
    row<imap::Close, &close>("CLOSE", State::selected),
    row<imap::Unselect, &unselect>("UNSELECT", State::selected),
    row<imap::Expunge, &expunge>("EXPUNGE", State::selected, breaks | changes),
    row<imap::Search, &search>("SEARCH", State::selected, uses),
    row<imap::Fetch, &fetch>("FETCH", State::selected, uses),
    row<imap::Store, &store_flags>("STORE", State::selected, uses | changes),
    row<imap::Copy, &copy>("COPY", State::selected, uses),
    row<imap::Move, &move>("MOVE", State::selected, uses | breaks | changes));

// RFC 3501 §9, seq-number: a number beyond the mailbox is an error, and so is "*" in an empty one.
bool names_missing_messages(const imap::SequenceSet& messages, imap::Numbers numbers, std::uint32_t count) {
  if (numbers == imap::Numbers::uid) return false;
  if (const auto from = messages.star_from()) {
    if (count == 0 || (*from != imap::SequenceSet::star_alone && *from > count)) return true;
  }
  return !messages.numbers().empty() && messages.numbers().largest() > count;
}

bool names_missing_messages(const imap::Command& command, std::uint32_t count) {
  return std::visit(
      [count](const auto& c) {
        if constexpr (requires { c.messages, c.numbers; }) {
          return names_missing_messages(c.messages, c.numbers, count);
        } else {
          return false;
        }
      },
      command);
}

bool carries_password(const imap::Command& command) {
  return std::holds_alternative<imap::Login>(command) || std::holds_alternative<imap::Authenticate>(command);
}

}  // namespace

const CommandRow& row_of(const imap::Command& command) { return table[command.index()]; }

std::optional<Completion> refuse(const imap::Command& command, const Situation& situation) {
  const CommandRow& row = row_of(command);
  switch (row.state) {
    case State::any: break;
    case State::not_authenticated:
      if (situation.state != State::not_authenticated) return bad("You are logged in already");
      break;
    case State::authenticated:
    case State::selected:
      if (situation.state == State::not_authenticated) return bad("Log in first");
      if (row.state == State::selected && situation.state != State::selected)
        return bad("No mailbox is selected");
      break;
  }
  if (std::holds_alternative<imap::StartTls>(command)) {
    if (situation.is_tls) return bad("TLS is active already");
    if (!situation.offers_tls) return bad("TLS isn't available here");
  }
  if (carries_password(command) && !situation.is_tls && !situation.allows_plaintext_auth) {
    return no(imap::codes::privacy_required, "Passwords are taken over TLS only");
  }
  if (has(row.facts, Facts::changes_mailbox) && situation.is_read_only) {
    return no(imap::codes::read_only, "The mailbox was opened read-only");
  }
  if (row.state == State::selected && names_missing_messages(command, situation.messages)) {
    return bad("There is no message of that number");
  }
  return std::nullopt;
}

}  // namespace pillarbox::imapd
