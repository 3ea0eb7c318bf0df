#include "relay/outcome.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "relay/limits.h"

namespace pillarbox::relay {
namespace {

using queue::Outcome;

std::string diagnostic_of(const smtp::Reply& reply) {
  std::string text = reply.text;
  std::ranges::replace(text, '\n', ' ');
  if (!reply.enhanced) return fmt::format("{} {}", reply.code, text);
  return fmt::format("{} {} {}", reply.code, status_of(reply), text);
}

std::string diagnostic_of(const smtp::Reply& reply, std::string_view step) {
  return one_line(fmt::format("{} (in reply to {})",
                              diagnostic_of(reply).substr(0, limits::diagnostic - step.size() - 20), step));
}

Outcome made(Outcome::Kind kind, std::string_view status, std::string diagnostic, const std::string& remote) {
  return {.kind = kind, .status = std::string(status), .diagnostic = one_line(diagnostic), .remote = remote};
}

}  // namespace

std::string status_of(const smtp::Reply& reply) {
  if (!reply.enhanced) return fmt::format("{}.0.0", reply.code / 100);
  return fmt::format("{}.{}.{}", reply.code / 100, reply.enhanced->subject, reply.enhanced->detail);
}

std::string one_line(std::string_view text) {
  std::string line = escape_controls(text);
  if (line.size() <= limits::diagnostic) return line;
  std::size_t size = limits::diagnostic;
  while (size > 0 && (line[size] & 0xC0) == 0x80) --size;
  line.resize(size);
  return line;
}

Trouble trouble_of(const Broken& broken, std::string_view step) {
  using Why = Broken::Why;
  switch (broken.why) {
    case Why::closed:
      return {.status = "4.4.2", .diagnostic = one_line(fmt::format("{} ({})", broken.text, step))};
    case Why::timed_out:
      return {.status = "4.4.2", .diagnostic = one_line(fmt::format("no reply in time ({})", step))};
    case Why::nonsense:
      return {.status = "4.5.0", .diagnostic = one_line(fmt::format("{} ({})", broken.text, step))};
    case Why::tls:
      return {.kind = Trouble::Kind::tls, .status = "4.7.5", .diagnostic = one_line("TLS: " + broken.text)};
    case Why::shut_down:
      return {.kind = Trouble::Kind::shut_down, .status = "4.3.2", .diagnostic = "this server is stopping"};
  }
  return {};
}

Trouble trouble_of(const smtp::Reply& reply, std::string_view step) {
  // RFC 7504 §3: 521 is "no mail here, ever". Other refusals of a whole connection are more often somebody's
  // list or load, and pass.
  const bool is_permanent = reply.code == 521;
  std::string status = status_of(reply);
  if (!is_permanent) status[0] = '4';
  return {
      .status = std::move(status), .diagnostic = diagnostic_of(reply, step), .is_permanent = is_permanent};
}

Outcome refused(const smtp::Reply& reply, std::string_view step, const std::string& remote) {
  const auto kind = reply.code >= 500 ? Outcome::Kind::failed : Outcome::Kind::deferred;
  return made(kind, status_of(reply), diagnostic_of(reply, step), remote);
}

Outcome accepted(const smtp::Reply& reply, Outcome::Kind kind, const std::string& remote) {
  return made(kind, status_of(reply), diagnostic_of(reply), remote);
}

Outcome failed(std::string_view status, std::string diagnostic, const std::string& remote) {
  return made(Outcome::Kind::failed, status, std::move(diagnostic), remote);
}

Outcome deferred(std::string_view status, std::string diagnostic, const std::string& remote) {
  return made(Outcome::Kind::deferred, status, std::move(diagnostic), remote);
}

Outcome of_destination(const Trouble& trouble, const std::string& remote) {
  Outcome outcome = trouble.is_permanent ? failed(trouble.status, trouble.diagnostic, remote)
                                         : deferred(trouble.status, trouble.diagnostic, remote);
  outcome.is_of_destination = !trouble.is_permanent;
  return outcome;
}

}  // namespace pillarbox::relay
