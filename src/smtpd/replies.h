// Every answer this server can give to an SMTP client, in one place: code, enhanced code (RFC 3463, RFC
// 5248), text. Nobody else writes a three-digit number. What an answer says of others' configuration or users
// is as little as helps.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "accounts/accounts.h"
#include "accounts/sasl.h"
#include "proto/smtp/command.h"
#include "proto/smtp/line_reader.h"
#include "proto/smtp/reply.h"
#include "route/decision.h"
#include "store/types.h"

namespace pillarbox::smtpd {

using smtp::Reply;

namespace replies {

inline Reply make(int code, smtp::EnhancedCode enhanced, std::string_view text) {
  return {.code = code, .enhanced = enhanced, .text = std::string(text)};
}

// --- the connection
// -------------------------------------------------------------------------------------------------
inline Reply greeting(std::string_view host) {
  return {.code = 220, .text = std::string(host) + " ESMTP Pillarbox"};
}
inline Reply no_room(std::string_view host) {
  return make(421, {3, 2}, std::string(host) + " Too many connections, try again later");
}
inline Reply shutting_down() { return make(421, {3, 2}, "Shutting down, try again later"); }
inline Reply timed_out() { return make(421, {4, 2}, "Waited too long for you, closing"); }
inline Reply proxy_header_missing() { return make(421, {7, 0}, "A PROXY header is expected from you"); }
inline Reply bye() { return make(221, {0, 0}, "Bye"); }
inline Reply too_many_errors() { return make(421, {7, 0}, "Too many errors, closing"); }
inline Reply too_much_junk() { return make(421, {7, 0}, "Too many commands without a message, closing"); }
inline Reply too_many_refused_recipients() {
  return make(421, {7, 0}, "Too many refused recipients, closing");
}
inline Reply too_many_failed_logins() { return make(421, {7, 0}, "Too many failed logins, closing"); }

// --- commands in general
// --------------------------------------------------------------------------------------------
inline Reply ok() { return make(250, {0, 0}, "OK"); }
inline Reply hello(std::string text) { return {.code = 250, .text = std::move(text)}; }
inline Reply help() {
  return make(214, {0, 0},
              "EHLO HELO MAIL RCPT DATA BDAT RSET NOOP QUIT\nSTARTTLS AUTH VRFY EXPN HELP\n"
              "This is Pillarbox; its manual and RFC 5321 say more");
}
inline Reply cannot_verify() { return make(252, {5, 0}, "Send some mail, I'll try my best"); }
inline Reply not_offered() { return make(502, {5, 1}, "Command not offered here"); }
inline Reply hello_first() { return make(503, {5, 1}, "Send EHLO first"); }
inline Reply ehlo_first() { return make(503, {5, 1}, "Send EHLO first; HELO is not enough for this"); }
inline Reply starttls_first() { return make(530, {7, 0}, "Send STARTTLS first"); }
inline Reply login_first() { return make(530, {7, 0}, "Authentication required"); }

// --- a transaction
// --------------------------------------------------------------------------------------------------
inline Reply sender_ok() { return make(250, {1, 0}, "Sender OK"); }
inline Reply recipient_ok() { return make(250, {1, 5}, "Recipient OK"); }
inline Reply nested_mail() {
  return make(503, {5, 1}, "A transaction is under way; send RSET to start over");
}
inline Reply mail_first() { return make(503, {5, 1}, "Send MAIL first"); }
inline Reply recipient_first() { return make(503, {5, 1}, "Send RCPT first"); }
inline Reply utf8_not_asked_for() { return make(553, {6, 7}, "This address needs SMTPUTF8 in MAIL"); }
inline Reply no_valid_recipients() { return make(554, {5, 1}, "No valid recipients"); }
inline Reply too_many_recipients() { return make(452, {5, 3}, "Too many recipients"); }
inline Reply too_many_messages() {
  return make(421, {7, 0}, "Too many messages in one session, connect again");
}
inline Reply message_too_large() { return make(552, {3, 4}, "Message is too large"); }
inline Reply sender_not_allowed() { return make(553, {7, 1}, "You may not send as that address"); }
inline Reply sender_check_failed() {
  return make(451, {3, 0}, "Cannot check the sender now, try again later");
}

// --- a message
// ------------------------------------------------------------------------------------------------------
inline Reply go_ahead() {
  return {.code = 354, .text = "Send the message, end with a dot on a line of its own"};
}
inline Reply chunk_received(std::uint64_t size) {
  return make(250, {0, 0}, std::to_string(size) + " octets received");
}
inline Reply accepted(std::string_view trace_id) {
  return make(250, {0, 0}, std::string("Accepted as ") + std::string(trace_id));
}
inline Reply data_after_bdat() { return make(503, {5, 1}, "The message was begun with BDAT"); }
inline Reply binary_needs_bdat() { return make(503, {5, 1}, "BODY=BINARYMIME needs BDAT"); }
inline Reply bare_line_break() {
  return make(554, {6, 0}, "A CR or LF on its own is refused; lines end with CR LF");
}
inline Reply header_too_large() { return make(552, {3, 4}, "The message's header is too large"); }
inline Reply too_many_hops() { return make(554, {4, 6}, "Too many hops; this message runs in circles"); }
inline Reply loops_to_recipient() {
  return make(554, {4, 6}, "This message was delivered to that recipient before");
}

// --- STARTTLS and AUTH
// ----------------------------------------------------------------------------------------------
inline Reply start_tls() { return make(220, {0, 0}, "Go ahead with TLS"); }
inline Reply tls_already() { return make(503, {5, 1}, "TLS is in use already"); }
inline Reply logged_in() { return make(235, {7, 0}, "Authentication succeeded"); }
inline Reply challenge(std::string base64) { return {.code = 334, .text = std::move(base64)}; }
inline Reply encrypt_first() {
  return make(538, {7, 11}, "Passwords are taken over TLS only; send STARTTLS first");
}
inline Reply unknown_mechanism() { return make(504, {5, 4}, "Unknown authentication mechanism"); }
inline Reply login_cancelled() { return make(501, {7, 0}, "Authentication cancelled"); }
inline Reply bad_login_syntax() { return make(501, {5, 2}, "That response can't be decoded"); }
inline Reply logged_in_already() { return make(503, {5, 1}, "You are authenticated already"); }
inline Reply not_in_transaction() { return make(503, {5, 1}, "Not during a mail transaction"); }

// --- answers to values
// ----------------------------------------------------------------------------------------------
Reply of(const smtp::SyntaxError& error);
Reply of(smtp::LineError error);
Reply of(accounts::SaslFailure failure);
Reply of(accounts::LoginError error);
Reply of(route::Refusal refusal);
Reply of(const route::Decision& decision);  // Requires: it is a refusal
Reply of(const store::Error& error);

}  // namespace replies
}  // namespace pillarbox::smtpd
