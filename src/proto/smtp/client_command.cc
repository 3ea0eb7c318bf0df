#include "proto/smtp/client_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/text.h"
#include "proto/smtp/xtext.h"

namespace pillarbox::smtp {
namespace {

// An address with UTF-8 has a type and an encoding of its own, of which the one in ASCII alone is understood
// everywhere (RFC 6533 §3).
std::string encode_original(std::string_view original) {
  const auto semicolon = original.find(';');
  const std::string_view address =
      semicolon == std::string_view::npos ? original : original.substr(semicolon + 1);
  std::string_view type = semicolon == std::string_view::npos ? "rfc822" : original.substr(0, semicolon);
  const bool is_ascii =
      std::ranges::none_of(address, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
  if (equals_ignoring_case(type, "rfc822") && !is_ascii) type = "utf-8";
  const bool is_utf8_type = equals_ignoring_case(type, "utf-8");
  return fmt::format("{};{}", type, is_utf8_type ? encode_unitext(address) : encode_xtext(address));
}

}  // namespace

void write(const MailParameters& p, std::string& out) {
  auto to = std::back_inserter(out);
  fmt::format_to(to, "MAIL FROM:<{}>", p.reverse_path);
  if (p.size) fmt::format_to(to, " SIZE={}", *p.size);
  if (!p.body.empty()) fmt::format_to(to, " BODY={}", p.body);
  if (p.smtputf8) out += " SMTPUTF8";
  if (p.require_tls) out += " REQUIRETLS";
  if (!p.ret.empty()) fmt::format_to(to, " RET={}", p.ret);
  if (!p.envelope_id.empty()) fmt::format_to(to, " ENVID={}", encode_xtext(p.envelope_id));
  if (p.priority) fmt::format_to(to, " MT-PRIORITY={}", *p.priority);
  if (!p.deliver_by.empty()) fmt::format_to(to, " BY={}", p.deliver_by);
  out += "\r\n";
}

void write(const RcptParameters& p, std::string& out) {
  auto to = std::back_inserter(out);
  fmt::format_to(to, "RCPT TO:<{}>", p.forward_path);
  if (!p.notify.empty()) fmt::format_to(to, " NOTIFY={}", p.notify);
  if (!p.original.empty()) fmt::format_to(to, " ORCPT={}", encode_original(p.original));
  out += "\r\n";
}

void write_bdat(std::uint64_t size, bool is_last, std::string& out) {
  fmt::format_to(std::back_inserter(out), "BDAT {}{}\r\n", size, is_last ? " LAST" : "");
}

}  // namespace pillarbox::smtp
