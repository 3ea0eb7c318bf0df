// Asks our resolver what a test tells it to, line by line on standard input, and prints one line for each
// answer:
//   MX example.org        a look-up: A, AAAA, MX, TXT, CNAME, TLSA, PTR (of an address)
//   hosts example.org     where mail for the domain goes; `hosts DOMAIN BACKUP-MX` as a backup
//   relay example.org     where a relay host of that name is
//   file localhost        what hosts(5) says
//   many 100 mx%.example  as many look-ups of MX at once, "%" being a number: how many found, absent, failed;
//   the time leave 100 mx%.dead    the same, but the resolver ends while they are under way; the last line
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include "base/log.h"
#include "base/text.h"
#include "base/try.h"
#include "net/dns_resolver.h"
#include "net/reactor.h"
#include "net/routes.h"
#include "relay/mx.h"

namespace {

using namespace pillarbox;

std::string text_of(const dns::Mx& mx) { return fmt::format("{} {}", mx.preference, mx.exchange); }
std::string text_of(const IpAddress& address) { return address.text(); }
std::string text_of(const dns::Tlsa& tlsa) {
  return fmt::format("{} {} {} {}", tlsa.usage, tlsa.selector, tlsa.matching_type, to_hex(tlsa.data));
}
std::string text_of(const std::string& text) {
  return text.size() > 100 ? fmt::format("{} bytes", text.size()) : text;
}

template <class Record>
std::string text_of(const dns::Answer<Record>& answer) {
  std::string text = fmt::format("{}{}", name_of(answer.outcome), answer.is_secure ? ", secure" : "");
  if (answer.is_failure()) return text + ": " + answer.reason;
  if (answer.records.size() > 10) return fmt::format("{}: {} records", text, answer.records.size());
  std::vector<std::string> records;  // they come in any order
  for (const Record& record : answer.records) records.push_back(text_of(record));
  std::ranges::sort(records);
  return records.empty() ? text : fmt::format("{}: {}", text, fmt::join(records, " | "));
}

std::string text_of(const relay::Hosts& hosts) {
  if (!hosts) return fmt::format("{} {}", hosts.error().status(), hosts.error().text);
  std::string text;
  for (const relay::Host& host : *hosts) {
    text += fmt::format("{}{} {} {}{}", text.empty() ? "" : " | ", host.preference, host.name,
                        host.address.text(), host.is_secure ? " secure" : "");
  }
  return text;
}

struct World {
  net::Reactor& reactor;
  dns::Resolver& resolver;
  const relay::MxFinder& finder;
};

Task<std::string> look_up(World world, std::string type, std::string name) {
  dns::Resolver& resolver = world.resolver;
  if (type == "A") co_return text_of(co_await resolver.a(name));
  if (type == "AAAA") co_return text_of(co_await resolver.aaaa(name));
  if (type == "MX") co_return text_of(co_await resolver.mx(name));
  if (type == "TXT") co_return text_of(co_await resolver.txt(name));
  if (type == "CNAME") co_return text_of(co_await resolver.cname(name));
  if (type == "TLSA") co_return text_of(co_await resolver.tlsa(name));
  if (type == "PTR") co_return text_of(co_await resolver.ptr(parse_ip(name).value_or(IpAddress{})));
  if (type == "relay") co_return text_of(co_await world.finder.find_relay_host(name));
  const auto space = name.find(' ');
  const std::string backup = space == std::string::npos ? "" : name.substr(space + 1);
  co_return text_of(co_await world.finder.find_hosts(name.substr(0, space), backup));
}

Task<void> keep(Task<std::string> task, std::promise<std::string> promise) {
  const auto thread = std::this_thread::get_id();
  std::string text = co_await std::move(task);
  ASSERT(std::this_thread::get_id() == thread);  // whoever waited goes on where it was
  promise.set_value(std::move(text));
}

std::string run(net::Reactor& reactor, Task<std::string> task) {
  std::promise<std::string> promise;
  auto result = promise.get_future();
  reactor.spawn(keep(std::move(task), std::move(promise)));
  return result.get();
}

struct Crowd {
  std::atomic<std::size_t> found = 0, absent = 0, failed = 0, all = 0;

  void wait_for(std::size_t count) {
    for (std::size_t seen = all; seen < count; seen = all) all.wait(seen);
  }
};

Task<void> look_up_as_one_of_many(dns::Resolver& resolver, std::string name, Crowd& crowd) {
  const auto answer = co_await resolver.mx(std::move(name));
  ++(answer.is_found() ? crowd.found : answer.is_absent() ? crowd.absent : crowd.failed);
  ++crowd.all;
  crowd.all.notify_all();
}

// "100 mx%.example".
std::size_t begin_many(const World& world, std::string_view words, Crowd& crowd) {
  const auto space = words.find(' ');
  const std::size_t count = parse_decimal(words.substr(0, space)).value_or(1);
  const std::string pattern(words.substr(space + 1));
  for (std::size_t i = 0; i < count; ++i) {
    std::string name = pattern;
    if (const auto percent = name.find('%'); percent != std::string::npos)
      name.replace(percent, 1, std::to_string(i));
    world.reactor.spawn(look_up_as_one_of_many(world.resolver, name, crowd));
  }
  return count;
}

std::string text_of(const Crowd& crowd) {
  return fmt::format("{} found, {} absent, {} failed", crowd.found.load(), crowd.absent.load(),
                     crowd.failed.load());
}

std::string many(const World& world, std::string_view words) {
  const auto start = std::chrono::steady_clock::now();
  Crowd crowd;
  crowd.wait_for(begin_many(world, words, crowd));
  const auto took = std::chrono::steady_clock::now() - start;
  return fmt::format("{}, {} ms", text_of(crowd), std::chrono::ceil<std::chrono::milliseconds>(took).count());
}

net::DnsOptions options_in(int count, char** words) {
  net::DnsOptions options;
  options.hosts.clear();
  for (int i = 1; i + 1 < count; i += 2) {
    const std::string_view option = words[i];
    const std::string value = words[i + 1];
    if (option == "--server") {
      options.servers.push_back(net::Endpoint::of(
          *parse_ip("127.0.0.1"), static_cast<std::uint16_t>(parse_decimal(value).value_or(53))));
    }
    if (option == "--trust-anchor") options.settings.trust_anchor = value;
    if (option == "--insecure") options.settings.insecure_domains = value;
    if (option == "--timeout")
      options.settings.timeout = std::chrono::seconds(parse_decimal(value).value_or(1));
    if (option == "--max-queries") {
      options.settings.max_queries = static_cast<std::uint32_t>(parse_decimal(value).value_or(1));
    }
    if (option == "--hosts") options.hosts = value;
    if (option == "--resolv-conf") options.resolv_conf = value;
  }
  return options;
}

}  // namespace

int main(int count, char** words) {
  log::set_level(log::Level::debug);
  net::Reactor reactor(2);
  auto resolver = net::make_dns_resolver(options_in(count, words));
  if (!resolver) {
    fmt::print("error: {}\n", resolver.error());
    return 1;
  }
  const relay::MxFinder finder(**resolver,
                               {.self = {.names = {"mail.pillarbox.open"}, .addresses = {}},
                                .has_route = net::has_route,
                                .random = [] { return std::uint64_t{1}; }},
                               {});
  const World world{reactor, **resolver, finder};
  std::string line;
  for (int c = std::getchar(); c != EOF; c = std::getchar()) {
    if (c != '\n') {
      line += static_cast<char>(c);
      continue;
    }
    const auto space = line.find(' ');
    const std::string verb = line.substr(0, space);
    const std::string rest = line.substr(space + 1);
    if (verb == "leave") {
      Crowd crowd;
      const std::size_t all = begin_many(world, rest, crowd);
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
      resolver->reset();
      crowd.wait_for(all);
      fmt::print("{}\n", text_of(crowd));
      return 0;
    }
    if (verb == "many") {
      fmt::print("{}\n", many(world, rest));
    } else if (verb == "file") {
      std::string text;
      for (const IpAddress& address : (*resolver)->hosts_file(rest)) text += address.text() + " ";
      fmt::print("{}\n", trim(text));
    } else {
      fmt::print("{}\n", run(reactor, look_up(world, verb, rest)));
    }
    std::fflush(stdout);
    line.clear();
  }
  return 0;
}
