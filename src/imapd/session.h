// One conversation with one client, from the greeting to the last word.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "imapd/announce.h"
#include "imapd/commands.h"
#include "imapd/input.h"
#include "imapd/responses.h"
#include "imapd/selected_mailbox.h"
#include "imapd/services.h"
#include "store/mailstore.h"

namespace pillarbox::imapd {

// The life of the connection.
struct ConnectionState {
  bool closing = false;       // after the command in hand
  bool silent = false;        // hung up on: nothing more is said
  bool idling = false;        // IDLE was accepted: what it does, Session::idle() does
  bool starting_tls = false;  // the handshake follows the answer to STARTTLS
  unsigned bad_commands = 0;  // in a row
  unsigned failed_logins = 0;
};

// The life of a login.
struct LoginState {
  std::string user;
  store::Mailstore mailstore;
  Presence::Ticket ticket;
  bool uses_condstore = false;  // RFC 7162 §3.1: a command has shown that the client knows of mod-sequences
};

class Session {
 public:
  // `stream` and `services` outlive it.
  Session(net::Stream& stream, const Services& services, std::shared_ptr<const Door> door);

  // Until the client leaves or is sent away. Throws what the stream throws, after a BYE where one can be
  // said.
  Task<void> run();

  // ---- for the commands

  const Services& services() const { return services_; }
  const Door& door() const { return *door_; }
  net::Stream& stream() { return stream_; }
  Input& input() { return input_; }
  ConnectionState& connection() { return connection_; }
  bool is_tls() const { return stream_.tls().has_value(); }

  // Requires, for these three: logged in.
  LoginState& login() { return *login_; }
  store::Mailstore& mailstore() { return login_->mailstore; }
  void log_in(std::unique_ptr<LoginState> login);

  bool has_selected() const { return selected_ != nullptr; }
  SelectedMailbox& selected() { return *selected_; }  // Requires: has_selected()
  void select(std::unique_ptr<SelectedMailbox> mailbox) { selected_ = std::move(mailbox); }
  void unselect() { selected_.reset(); }

  // Of the command in hand.
  const std::string& tag() const { return tag_; }

  // What the client may see of capabilities, as they are now.
  std::vector<std::string_view> capabilities() const;

  // Notes that the client knows of mod-sequences; tells it the mailbox's highest when that is news (RFC 7162
  // §3.1).
  void use_condstore(Responses& out);
  bool uses_condstore() const { return login_ && login_->uses_condstore; }

  // Tells what happened in the selected mailbox since the client was last told, and knows it from then on. A
  // mailbox that was deleted meanwhile ends the session. Requires: has_selected().
  Task<void> announce_changes(Responses& out, Announcement how);
  Task<void> announce_changes(Responses& out, Announce expunges) {
    return announce_changes(out, Announcement{.expunges = expunges});
  }

  // The message of the APPEND in hand: see append.cc. Requires: an APPEND is being handled.
  const AnnouncedMessage& announced_message() const { return announced_; }
  void accept_message();
  // Also in the middle of it, when it turns out that it can't be kept.
  void refuse_message();

  // Why `event` isn't the line that was asked for by expect_line(): the answer to the command that asked.
  Completion not_a_line(const imap::Event& event, std::string_view expected);

  // Ends the connection at once, for what can't be put right: a literal that was announced and can't be
  // delivered.
  void hang_up();

 private:
  Task<void> serve_next();
  Task<void> idle();  // idle.cc
  Task<void> execute(imap::RawCommand raw);
  Task<void> start_tls();
  Task<Completion> answer(imap::RawCommand raw);
  // The telling of announce_changes(). Uids from `first_recent` on are \Recent; 0: nothing new is.
  Task<void> tell(Responses& out, Snapshot newest, Announcement how, store::Uid first_recent);
  void complain(const imap::event::Malformed& malformed);
  void complete(std::string_view tag, const Completion& completion);
  Situation situation() const;

  net::Stream& stream_;
  const Services& services_;
  std::shared_ptr<const Door>
      door_;  // shared by all sessions of a listener; a reload replaces it for new ones
  Responses out_;
  Input input_;
  std::string tag_;
  ConnectionState connection_;
  AnnouncedMessage announced_;
  std::unique_ptr<LoginState> login_;
  std::unique_ptr<SelectedMailbox> selected_;
};

// A whole session: what a listener calls. `services` outlives it.
Task<void> serve(std::unique_ptr<net::Stream> stream, const Services& services,
                 std::shared_ptr<const Door> door);

}  // namespace pillarbox::imapd
