// A conversation with one server as its client: RFC 5321 §3, RFC 2033 for LMTP. It reads top-down: greeting,
// EHLO, TLS, login, then messages one after another.
#pragma once

#include <chrono>
#include <expected>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/task.h"
#include "net/connector.h"
#include "proto/smtp/capabilities.h"
#include "relay/job.h"
#include "relay/settings.h"
#include "relay/target.h"
#include "relay/wire.h"

namespace pillarbox::relay {

// They outlive every session, and may be used from any thread.
struct Services {
  net::Connector& connector;
  const Clock& clock;
  const Settings settings;
};

class Session {
 public:
  // Connects, and gets as far as a message could be sent. With TlsPolicy::opportunistic a handshake that
  // fails is followed by a second connection without TLS.
  static Task<std::expected<std::unique_ptr<Session>, Trouble>> open(Target target, const Services& services);

  // Requires: is_usable(). Sends the message to all recipients of the job, in as many transactions as the
  // server needs and this connection is good for: who is left without trouble may be sent to over another.
  // Every recipient that the server decided about has an outcome, and so has everybody when it isn't known
  // whether the message was taken.
  Task<Report> send(std::shared_ptr<const Job> job);

  // Whether another message may follow.
  bool is_usable() const;
  // As long as there is nothing to send: see Wire::rest.
  Task<bool> rest(std::chrono::milliseconds timeout) { return wire_.rest(timeout); }
  std::shared_ptr<net::Wakeup> wakeup() { return wire_.stream().wakeup(); }
  // The last word; the connection is of no use afterwards.
  Task<void> quit();

  const Target& target() const { return target_; }
  const smtp::Capabilities& capabilities() const { return capabilities_; }

 private:
  friend class Transaction;
  using MaybeTrouble = std::optional<Trouble>;

  Session(Target target, std::unique_ptr<net::Stream> stream, const Services& services)
      : target_(std::move(target)), services_(services), wire_(std::move(stream), services.clock) {}
  static Task<std::expected<std::unique_ptr<Session>, Trouble>> open_once(Target target,
                                                                          const Services& services);

  Task<MaybeTrouble> introduce();
  Task<MaybeTrouble> hear_greeting();
  Task<MaybeTrouble> say_hello();
  Task<MaybeTrouble> start_tls();
  Task<MaybeTrouble> shake_hands();

  // login.cc
  Task<MaybeTrouble> log_in();
  enum class Login : std::uint8_t { done, try_another };
  Task<std::expected<Login, Trouble>> log_in_with(std::string_view mechanism);

  bool is_lmtp() const { return target_.protocol == Protocol::lmtp; }
  const Settings& settings() const { return services_.settings; }

  const Target target_;
  const Services& services_;
  Wire wire_;
  smtp::Capabilities capabilities_;
  bool is_broken_ = false;    // nothing more can be said
  bool needs_reset_ = false;  // a transaction was begun and not ended
  std::uint64_t messages_ = 0;
};

}  // namespace pillarbox::relay
