#include "smtpd/tally.h"

#include <variant>

namespace pillarbox::smtpd {
namespace {

template <class... Ts>
bool is_one_of(const smtp::Command& command) {
  return (std::holds_alternative<Ts>(command) || ...);
}

}  // namespace

Tally::Verdict Tally::saw(const smtp::Command* command, const smtp::Reply& reply, const Settings& settings,
                          Stress stress) {
  using namespace smtp;
  if (command == nullptr || is_one_of<Noop, Rset, Vrfy, Expn, Help, Ehlo, Helo, NotOffered>(*command)) {
    // Every session has its greetings: one, and one more after STARTTLS, aren't junk by any measure below.
    const auto most =
        stress == Stress::stressed ? settings.max_junk_commands_under_stress + 2 : settings.max_junk_commands;
    if (++junk_ > most) return Verdict::too_much_junk;
  }
  if (reply.code < 500) return Verdict::go_on;

  // A mailing list's dead addresses are no errors of its server, but a harvester's guesses look the same.
  if (command != nullptr && std::holds_alternative<Rcpt>(*command) && reply.code == 550) {
    return ++refused_recipients_ > settings.max_refused_recipients ? Verdict::too_many_refused_recipients
                                                                   : Verdict::go_on;
  }
  // Nor is a message that we don't want.
  if (command != nullptr && is_one_of<Data, Bdat>(*command) && reply.code != 503) return Verdict::go_on;

  ++errors_;
  if (errors_ >= settings.errors_until_drop) return Verdict::too_many_errors;
  return errors_ >= settings.errors_until_slow ? Verdict::slow_down : Verdict::go_on;
}

}  // namespace pillarbox::smtpd
