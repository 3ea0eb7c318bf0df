// links: proto/imap
// A client's bytes through CommandReader and decode(): the same events however they are cut, and values that
// keep the promises of command.h. The first byte says how the session behaves.
#include <string>

#include "base/text.h"
#include "base/try.h"
#include "proto/imap/decode.h"
#include "proto/imap/list_match.h"
#include "proto/imap/modified_utf7.h"

using namespace pillarbox::imap;

namespace {

void check_name(const std::string& name) {
  ASSERT(pillarbox::is_utf8(name) && name.find('\0') == std::string::npos &&
         name.size() <= limits::mailbox_name_bytes);
  ASSERT(decode_modified_utf7(encode_modified_utf7(name)) == name);
}

template <class T>
void check(const T& command) {
  if constexpr (requires { command.mailbox; }) check_name(command.mailbox);
  if constexpr (requires { command.messages; }) ASSERT(command.messages.resolve(7).size() > 0);
  if constexpr (requires { command.patterns; }) {
    for (const std::string& pattern : command.patterns) {
      const ListPattern matcher(command.reference, pattern, '/');
      ASSERT(!matcher.matches("INBOX/a/b") || matcher.could_match_below("INBOX/a"));
    }
  }
}

struct Client {
  CommandReader reader;
  std::uint8_t behaviour;
  std::string events{};
  bool is_closed = false;

  void note(std::string_view kind, std::string_view text) { events.append(kind).append(text) += '\n'; }
  void decode_and_check(const RawCommand& raw) {
    ASSERT(!raw.tag.empty() && !raw.name.empty());
    note(raw.numbers == Numbers::uid ? "uid " : "command ",
         std::string(raw.tag) + ' ' + std::string(raw.name));
    note("arguments", raw.arguments);
    const auto command = decode(raw);
    if (!command) return note("error ", answer_of(command.error()).text);
    std::visit([](const auto& c) { check(c); }, *command);
    if (std::holds_alternative<Idle>(*command)) reader.expect_line(64);
  }
  void on(const event::NeedMore&) {}
  void on(const event::Continue&) { note("+", ""); }
  void on(const event::CommandRead& e) {
    decode_and_check(e.command);
    if ((behaviour & 1) != 0) reader.release();
  }
  void on(const event::MessageAnnounced& e) {
    decode_and_check(e.command);
    if ((behaviour & 2) != 0) return reader.accept_literal();
    is_closed = reader.refuse_literal() == event::Afterwards::close;
  }
  void on(const event::MessageBytes& e) { events += e.bytes; }
  void on(const event::AppendEnd& e) { note("end " + std::string(e.tag), e.rest); }
  void on(const event::Line& e) { note("line ", e.text); }
  void on(const event::Malformed& e) {
    note("malformed " + std::string(e.tag), answer_of(e.error).text);
    is_closed = e.afterwards == event::Afterwards::close;
  }

  std::string run(std::string_view bytes, std::size_t chunk) {
    for (std::size_t at = 0; at < bytes.size() && !is_closed; at += chunk) {
      const std::string piece(bytes.substr(at, chunk));
      for (std::string_view rest = piece; !rest.empty() && !is_closed;) {
        const auto step = reader.feed(rest);
        ASSERT(step.consumed <= rest.size());
        rest.remove_prefix(step.consumed);
        std::visit([this](const auto& event) { on(event); }, step.event);
      }
    }
    return events;
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const ReaderLimits reader_limits = (data[0] & 4) != 0   ? ReaderLimits{64, 32, 48, 4}
                                     : (data[0] & 8) != 0 ? limits::after_login
                                                          : limits::before_login;
  const auto whole = Client{CommandReader(reader_limits), data[0]}.run(bytes, size);
  ASSERT(whole == (Client{CommandReader(reader_limits), data[0]}.run(bytes, 1 + (data[0] >> 4))));
  return 0;
}
