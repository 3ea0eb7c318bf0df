// From the options of one `listen on` to a Listener: defaults, addresses, what fits together. Private to this
// folder.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "config/statement.h"

namespace pillarbox::config {

// A listener while its options are read, with the words that said what: for the carets of what doesn't fit.
struct ListenerDraft {
  Listener listener;
  Token where;
  std::vector<Token> seen;
  std::optional<Token> protocol_word;
  std::optional<Token> tls_word;
  std::optional<Token> port_word;
  std::optional<Token> auth_word;
  std::optional<Token> secure_word;  // `secure`: a second door is to be made
  std::optional<Token> users_token;
  std::uint16_t default_port = 25;
  bool wants_ipv4 = true;
  bool wants_ipv6 = true;
  bool has_unknown_option = false;  // it may be the one that is missed
  bool is_other_protocol = false;   // one that isn't served yet: nothing else can be said about it
};

// Adds the listener to the configuration, or reports why it can't be.
void finish_listener(Context& context, ListenerDraft& draft);

// Two listeners can't have one address and port. Called when all are known.
void check_ports(Context& context);

}  // namespace pillarbox::config
