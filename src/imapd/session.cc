#include "imapd/session.h"

#include <exception>
#include <utility>

#include "base/log.h"
#include "imapd/handlers.h"
#include "proto/imap/decode.h"

namespace pillarbox::imapd {

namespace {

imap::ReaderLimits limits_before_login(const Settings& settings) {
  imap::ReaderLimits limits = imap::limits::before_login;
  limits.line = settings.login_line;
  limits.literal = settings.login_literal;
  limits.literals_together = 2 * settings.login_literal;
  return limits;
}

imap::ReaderLimits limits_after_login(const Settings& settings) {
  return {.line = settings.line,
          .literal = settings.literal,
          .literals_together = settings.literals_together,
          .literal_count = settings.literal_count};
}

}  // namespace

Session::Session(net::Stream& stream, const Services& services, std::shared_ptr<const Door> door)
    : stream_(stream),
      services_(services),
      door_(std::move(door)),
      out_(stream, door_->settings.write_timeout),
      input_(stream, out_, services.clock, limits_before_login(door_->settings)) {
  input_.set_deadline(services.clock.now() + door_->settings.login_timeout);
}

// What lies on the stack of coroutines here is what a waiting session costs: so little happens in this
// function.
Task<void> Session::run() {
  std::exception_ptr end;
  std::string_view last_words;
  try {
    out_.untagged_ok(imap::codes::capability(capabilities()), door_->hostname + " Pillarbox ready");
    while (!connection_.closing) {
      co_await serve_next();
      if (connection_.idling) co_await idle();
    }
    if (!connection_.silent) co_await out_.flush();
  } catch (const net::Timeout&) {
    end = std::current_exception();
    last_words = login_ ? "Autologout after a long silence" : "Too slow to log in";
  } catch (const net::Shutdown&) {
    end = std::current_exception();
    last_words = "Server is shutting down";
  }
  if (!end) co_return;
  if (!out_.is_stuck()) {
    out_.bye(last_words);
    co_await out_.flush();
  }
  std::rethrow_exception(end);
}

Task<void> Session::serve_next() {
  const imap::Event event = co_await input_.next();
  if (const auto* command = std::get_if<imap::event::CommandRead>(&event)) {
    co_await execute(command->command);
  } else if (const auto* message = std::get_if<imap::event::MessageAnnounced>(&event)) {
    announced_ = {message->bytes, message->kind, AnnouncedMessage::Answer::owed};
    co_await execute(message->command);
  } else if (const auto* malformed = std::get_if<imap::event::Malformed>(&event)) {
    complain(*malformed);
  }
}

Task<void> Session::execute(imap::RawCommand raw) {
  tag_ = raw.tag;  // the views of `raw` end with the first wait for input
  const Completion completion = co_await answer(raw);
  if (announced_.answer == AnnouncedMessage::Answer::owed) refuse_message();
  announced_ = {};
  if (connection_.idling) co_return;  // the answer comes when that ends
  if (!connection_.silent) complete(tag_, completion);
  if (connection_.starting_tls) co_await start_tls();
}

Task<void> Session::start_tls() {
  connection_.starting_tls = false;
  co_await out_.flush();
  // What came with or behind the command, in clear, is forgotten: it must not be taken for what TLS protects.
  input_.clear();
  co_await stream_.start_tls(*door_->tls);
}

Task<Completion> Session::answer(imap::RawCommand raw) {
  const imap::Numbers numbers = raw.numbers;
  const auto command = imap::decode(raw);
  if (!command) co_return completion_of(command.error());
  if (auto refusal = refuse(*command, situation())) co_return *std::move(refusal);
  const CommandRow& row = row_of(*command);
  Completion completion = co_await row.handle(*this, *command, out_);
  if (selected_ && !connection_.closing && completion.condition != imap::Condition::bad) {
    const bool counts = has(row.facts, Facts::uses_sequence_numbers) && numbers == imap::Numbers::sequence;
    const bool withholds = counts && !has(row.facts, Facts::breaks_sequence_numbers);
    co_await announce_changes(
        out_,
        {.expunges = withholds ? Announce::without_expunges : Announce::expunges_too, .numbers = numbers});
  }
  co_return completion;
}

// Says how a command ended, and loses patience with clients that talk nonsense.
void Session::complete(std::string_view tag, const Completion& completion) {
  out_.completion(tag.empty() ? "*" : tag, completion);
  if (completion.condition != imap::Condition::bad) {
    if (login_) connection_.bad_commands = 0;
    return;
  }
  const unsigned most = login_ ? door_->settings.bad_commands : door_->settings.login_bad_commands;
  if (++connection_.bad_commands < most) return;
  out_.bye("Too many commands that make no sense");
  connection_.closing = true;
}

void Session::complain(const imap::event::Malformed& malformed) {
  complete(malformed.tag, completion_of(malformed.error));
  if (malformed.afterwards == imap::event::Afterwards::go_on || connection_.closing) return;
  out_.bye("The end of that command can't be found");
  connection_.closing = true;
}

Situation Session::situation() const {
  return {.state = !login_      ? State::not_authenticated
                   : !selected_ ? State::authenticated
                                : State::selected,
          .is_tls = is_tls(),
          .offers_tls = door_->offers_starttls(),
          .allows_plaintext_auth = door_->allows_plaintext_auth,
          .is_read_only = selected_ && selected_->access == imap::Access::read_only,
          .messages = selected_ ? static_cast<std::uint32_t>(selected_->known().size()) : 0};
}

void Session::log_in(std::unique_ptr<LoginState> login) {
  login_ = std::move(login);
  connection_.bad_commands = 0;
  input_.reader().set_limits(limits_after_login(door_->settings));
  input_.set_patience(door_->settings.autologout);
}

void Session::use_condstore(Responses& out) {
  if (login_->uses_condstore) return;
  login_->uses_condstore = true;
  if (selected_)
    out.untagged_ok(imap::codes::highest_modseq(selected_->known().highest_modseq.value), "Highest");
}

void Session::accept_message() {
  input_.reader().accept_literal();
  announced_.answer = AnnouncedMessage::Answer::given;
  if (announced_.kind == imap::LiteralKind::synchronizing) imap::write_continuation(out_.text(), "OK");
}

void Session::refuse_message() {
  // More than anyone wants to skip: the connection ends instead.
  if (input_.reader().refuse_literal() == imap::event::Afterwards::close) connection_.closing = true;
  announced_.answer = AnnouncedMessage::Answer::given;
}

Completion Session::not_a_line(const imap::Event& event, std::string_view expected) {
  const auto* malformed = std::get_if<imap::event::Malformed>(&event);
  if (malformed != nullptr && malformed->afterwards == imap::event::Afterwards::close)
    connection_.closing = true;
  return bad(expected);
}

void Session::hang_up() {
  connection_.closing = true;
  connection_.silent = true;
}

Task<void> serve(std::unique_ptr<net::Stream> stream, const Services& services,
                 std::shared_ptr<const Door> door) {
  const bool begins_with_tls = door->tls_mode == config::TlsMode::implicit;
  if (begins_with_tls) {
    stream->set_timeout(door->settings.login_timeout);
    co_await stream->start_tls(*door->tls);
  }
  Session session(*stream, services, std::move(door));
  co_await session.run();
}

}  // namespace pillarbox::imapd
