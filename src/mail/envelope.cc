#include "mail/envelope.h"

#include <utility>

#include "mail/header.h"
#include "mail/limits.h"

namespace pillarbox::mail {
namespace {

void add_addresses(AddressList& list, std::string_view value) {
  AddressList more = parse_address_list(value);
  if (list.empty()) {
    list = std::move(more);
    return;
  }
  for (HeaderAddress& address : more) {
    if (list.size() == limits::addresses) return;
    list.push_back(std::move(address));
  }
}

}  // namespace

void add_to_envelope(Envelope& envelope, const HeaderField& field) {
  // The length alone rules out nearly every field.
  switch (field.name.size()) {
    case 2:
      if (field.is("to")) return add_addresses(envelope.to, field.value);
      if (field.is("cc")) return add_addresses(envelope.cc, field.value);
      return;
    case 3:
      if (field.is("bcc")) add_addresses(envelope.bcc, field.value);
      return;
    case 4:
      if (field.is("from")) return add_addresses(envelope.from, field.value);
      if (field.is("date")) envelope.date = unfold(field.value);
      return;
    case 6:
      if (field.is("sender")) add_addresses(envelope.sender, field.value);
      return;
    case 7:
      if (field.is("subject")) envelope.subject = unfold(field.value);
      return;
    case 8:
      if (field.is("reply-to")) add_addresses(envelope.reply_to, field.value);
      return;
    case 10:
      if (field.is("message-id")) envelope.message_id = unfold(field.value);
      return;
    case 11:
      if (field.is("in-reply-to")) envelope.in_reply_to = unfold(field.value);
      return;
    default: return;
  }
}

void complete_envelope(Envelope& envelope) {
  if (envelope.sender.empty()) envelope.sender = envelope.from;
  if (envelope.reply_to.empty()) envelope.reply_to = envelope.from;
}

Envelope parse_envelope(std::string_view header_block) {
  Envelope envelope;
  HeaderReader reader(header_block);
  for (std::size_t fields = 0; fields < limits::header_fields; ++fields) {
    const auto field = reader.next();
    if (!field) break;
    add_to_envelope(envelope, *field);
  }
  complete_envelope(envelope);
  return envelope;
}

}  // namespace pillarbox::mail
