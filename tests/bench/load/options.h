// What the command line asks for. One struct for all modes: each reads what concerns it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace pillarbox::bench {

struct Options {
  std::string mode;
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;
  bool tls = false;
  unsigned sources = 1;
  unsigned connections = 20;
  double seconds = 0;       // stop starting new work after this; 0: only the count stops it
  double limit = 120;       // give up after this many seconds
  std::uint64_t count = 0;  // messages, cycles, commands: as the mode says; 0: only the time stops it

  // Users are PREFIX0000, PREFIX0001, …, their addresses PREFIX0000@domain.
  std::string prefix = "u";
  unsigned users = 1;
  std::string domain = "example.org";
  std::string password = "secret";
  std::string mailbox = "INBOX";

  std::size_t size = 4096;        // bytes of a message, header included
  unsigned recipients = 1;        // smtp: of one message
  unsigned per_connection = 100;  // smtp: messages before QUIT
  bool pipelining = true;         // smtp: use it when offered
  std::string items = "(FLAGS)";  // imap-fetch
  unsigned batch = 100;           // imap-append: messages under way on one connection
};

}  // namespace pillarbox::bench
