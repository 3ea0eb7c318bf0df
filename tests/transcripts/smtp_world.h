// The SMTP server that transcripts are played against: its users, domains and rules are made up here, all
// else is the real thing.
#pragma once

#include <memory>
#include <string>

#include "smtpd/session.h"
#include "support/transcript_world.h"

namespace pillarbox::transcript {

// house.example has the users carol and anna (password "secret-NAME"), team@ for both, carol+anything@, and
// for the errors rejected@ and broken@; catchall.example is carol's whole. Who is logged in may send
// anywhere: by the action "relay". big@house.example is an alias for a thousand users, everybody@
// elsewhere for 2,500 addresses.
class SmtpWorld final : public World {
 public:
  SmtpWorld();
  ~SmtpWorld() override;

  // config: one-domain (a listener for anybody, with STARTTLS), submission (STARTTLS, AUTH required),
  // submissions (TLS
  //         first, AUTH required), plaintext (AUTH without TLS, no TLS at all), tls-required, optional-auth
  //         (STARTTLS and AUTH offered)
  // set: NAME VALUE, of smtpd/settings.h; or of the listener: mask-source, received-auth, proxy ADDRESS,
  // senders; or of the
  //      server: under-stress
  Fault command(const Step& step) override;
  net::MemoryServer::Session session() override;
  std::size_t acknowledged(std::string_view output) const override;

 private:
  class Accounts;
  class Routing;
  struct Parts;

  Fault configure(std::string_view name);
  Fault set(std::string_view name, const std::string& value);

  std::unique_ptr<Parts> parts_;
  smtpd::Listener listener_;
  smtpd::Settings settings_;
};

}  // namespace pillarbox::transcript
