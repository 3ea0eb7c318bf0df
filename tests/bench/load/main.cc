// pillarbox-load: the load generator of ./dev bench.
#include <fmt/format.h>
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <exception>
#include <functional>
#include <map>

#include "load/modes.h"

int main(int argc, char** argv) {
  using pillarbox::bench::Options;
  const std::map<std::string, std::function<int(const Options&)>> modes = {
      {"smtp", pillarbox::bench::run_smtp},
      {"imap-login", pillarbox::bench::run_imap_login},
      {"imap-fetch", pillarbox::bench::run_imap_fetch},
      {"imap-store", pillarbox::bench::run_imap_store},
      {"imap-select", pillarbox::bench::run_imap_select},
      {"imap-append", pillarbox::bench::run_imap_append},
      {"imap-idle", pillarbox::bench::run_imap_idle},
  };
  Options options;
  bool no_pipelining = false;
  CLI::App app{"Loads an SMTP or IMAP server and prints what it did as one line of JSON."};
  app.add_option("mode", options.mode, "what to do")->required()->check(CLI::IsMember(modes));
  app.add_option("--host", options.host, "IPv4 address");
  app.add_option("--port", options.port)->required();
  app.add_flag("--tls", options.tls, "TLS from the first byte");
  app.add_option("--sources", options.sources, "connect from that many loopback addresses")
      ->check(CLI::Range(1, 250));
  app.add_option("--connections", options.connections)->check(CLI::Range(1, 20000));
  app.add_option("--seconds", options.seconds, "start nothing new after that");
  app.add_option("--limit", options.limit, "give up after that many seconds");
  app.add_option("--count", options.count, "messages, cycles or commands");
  app.add_option("--users", options.users, "how many: PREFIX0000, PREFIX0001, …")
      ->check(CLI::Range(1, 10000));
  app.add_option("--prefix", options.prefix, "of the users' names (u)");
  app.add_option("--domain", options.domain);
  app.add_option("--password", options.password);
  app.add_option("--mailbox", options.mailbox);
  app.add_option("--size", options.size, "bytes of a message");
  app.add_option("--recipients", options.recipients, "of one message")->check(CLI::Range(1, 1000));
  app.add_option("--per-connection", options.per_connection, "messages before QUIT; 0: no end");
  app.add_flag("--no-pipelining", no_pipelining);
  app.add_option("--items", options.items, "what imap-fetch asks for");
  app.add_option("--batch", options.batch, "messages under way in imap-append")->check(CLI::Range(1, 10000));
  CLI11_PARSE(app, argc, argv);
  options.pipelining = !no_pipelining;

  // One descriptor a connection.
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  try {
    return modes.at(options.mode)(options);
  } catch (const std::exception& error) {
    fmt::print(stderr, "pillarbox-load: {}\n", error.what());
    return 2;
  }
}
