#include "smtpd/replies.h"

#include <fmt/format.h>

namespace pillarbox::smtpd::replies {

Reply of(const smtp::SyntaxError& error) {
  using enum smtp::SyntaxError::Kind;
  switch (error.kind) {
    case unknown_command: return make(500, {5, 1}, "Unknown command");
    case other_protocol: return make(500, {5, 1}, "This is a mail server, closing");
    case bad_characters: return make(500, {5, 2}, "Commands are printable text");
    case bad_arguments: return make(501, {5, 4}, "Arguments missing or not understood");
    case unwanted_arguments: return make(501, {5, 4}, "This command has no arguments");
    case bad_client_name: return make(501, {5, 4}, "Say your name: a domain or an address literal");
    case bad_reverse_path:
      return make(501, {1, 7}, fmt::format("Bad sender address: {}", mail::describe(error.address)));
    case bad_forward_path:
      return make(501, {1, 3}, fmt::format("Bad recipient address: {}", mail::describe(error.address)));
    case unknown_parameter: return make(555, {5, 4}, "Parameter not offered here");
    case bad_parameter: return make(501, {5, 4}, "Parameter with a bad value, or given twice");
    case bad_chunk_size: return make(501, {5, 4}, "Chunk size not understood, closing");
    case utf8_needs_smtputf8: return make(553, {6, 7}, "This address needs SMTPUTF8");
  }
  return make(500, {5, 0}, "Not understood");
}

Reply of(smtp::LineError error) {
  if (error == smtp::LineError::too_long) return make(500, {5, 2}, "Line too long, closing");
  return make(500, {5, 2}, "Lines end with CR LF; a CR or LF on its own is refused, closing");
}

Reply of(accounts::SaslFailure failure) {
  return failure == accounts::SaslFailure::cancelled ? login_cancelled() : bad_login_syntax();
}

Reply of(accounts::LoginError error) {
  using enum accounts::LoginError;
  switch (error) {
    case refused: return make(535, {7, 8}, "Authentication failed");
    case too_many: return make(454, {7, 0}, "Too many failed logins, try again later");
    case unavailable: return make(454, {7, 0}, "Authentication is not possible now, try again later");
  }
  return make(454, {7, 0}, "Authentication is not possible now, try again later");
}

Reply of(route::Refusal refusal) {
  using enum route::Refusal;
  switch (refusal) {
    case unknown_user: return make(550, {1, 1}, "No such user here");
    case relay_denied: return make(550, {7, 1}, "Relaying denied");
    case rejected: return make(550, {7, 1}, "Rejected by policy");
    case by_alias: return make(550, {2, 1}, "That mailbox takes no mail");
    case temporary: return make(451, {3, 0}, "Cannot look up that recipient now, try again later");
  }
  return make(451, {3, 0}, "Cannot look up that recipient now, try again later");
}

Reply of(const route::Decision& decision) {
  if (!decision.reply) return of(*decision.refusal);
  const route::AliasReply& reply = *decision.reply;
  return make(reply.code, {reply.subject, reply.detail}, reply.text);
}

Reply of(const store::Error& error) {
  switch (error.kind) {
    case store::ErrorKind::disk_full: return make(452, {3, 1}, "No space left, try again later");
    case store::ErrorKind::limit: return make(452, {2, 2}, "Mailbox full, try again later");
    default: return make(451, {3, 0}, "Cannot store the message now, try again later");
  }
}

}  // namespace pillarbox::smtpd::replies
