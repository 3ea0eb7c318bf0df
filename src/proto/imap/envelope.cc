#include "proto/imap/envelope.h"

#include "proto/imap/strings.h"

namespace pillarbox::imap {
namespace {

void write_name(Output& out, std::string_view name) {
  if (name.empty()) return out.put("NIL");
  write_phrase(out, name);
}

void write_nil_if_empty(Output& out, std::string_view text) {
  if (text.empty()) return out.put("NIL");
  write_string(out, text);
}

void write_mailbox_address(Output& out, const mail::HeaderAddress& address) {
  out.put('(');
  write_name(out, address.name);
  out.put(' ');
  write_nil_if_empty(out, address.route);
  out.put(' ');
  // An empty local part is one: `""@example.org`. Only without a domain nothing is left of the address.
  const bool is_nothing = address.local_part.empty() && address.domain.empty();
  write_string(out, is_nothing ? "MISSING_MAILBOX" : std::string_view(address.local_part));
  out.put(' ');
  write_string(out, address.domain.empty() ? "MISSING_DOMAIN" : std::string_view(address.domain));
  out.put(')');
}

void write_address(Output& out, const mail::HeaderAddress& address) {
  switch (address.kind) {
    case mail::HeaderAddress::Kind::mailbox: return write_mailbox_address(out, address);
    case mail::HeaderAddress::Kind::group_end: return out.put("(NIL NIL NIL NIL)");
    case mail::HeaderAddress::Kind::group_start: break;
  }
  out.put("(NIL NIL ");
  write_phrase(out, address.name);
  out.put(" NIL)");
}

void write_addresses(Output& out, const mail::AddressList& addresses) {
  if (addresses.empty()) return out.put("NIL");
  out.put('(');
  for (const mail::HeaderAddress& address : addresses) write_address(out, address);
  out.put(')');
}

}  // namespace

void write_envelope(Output& out, const mail::Envelope& envelope) {
  out.put('(');
  write_nstring(out, envelope.date);
  out.put(' ');
  if (envelope.subject) {
    write_phrase(out, *envelope.subject);
  } else {
    out.put("NIL");
  }
  for (const auto* addresses :
       {&envelope.from, &envelope.sender, &envelope.reply_to, &envelope.to, &envelope.cc, &envelope.bcc}) {
    out.put(' ');
    write_addresses(out, *addresses);
  }
  out.put(' ');
  write_nstring(out, envelope.in_reply_to);
  out.put(' ');
  write_nstring(out, envelope.message_id);
  out.put(')');
}

}  // namespace pillarbox::imap
