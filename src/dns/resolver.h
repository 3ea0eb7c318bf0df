// Asking the DNS. libunbound answers in `net` (net/dns_resolver.h), a script in tests
// (dns/scripted_resolver.h).
//
// Names are taken in any case, with or without a final dot, and must be ASCII; what isn't a name doesn't
// exist. Aliases (CNAME, DNAME) are followed. No look-up throws, each ends within its deadline with a
// temporary failure.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip.h"
#include "base/task.h"
#include "dns/answer.h"
#include "dns/record.h"

namespace pillarbox::dns {

struct Question {
  std::string name;
  Type type = Type::a;

  friend auto operator<=>(const Question&, const Question&) = default;
};

// Each record as the data that travelled, names in it uncompressed.
using RawAnswer = Answer<std::string>;

// Both families of one name.
struct HostAnswer {
  Answer<IpAddress> ipv4;
  Answer<IpAddress> ipv6;
};

// May be used from any thread; the coroutine goes on where it waited.
class Resolver {
 public:
  using Milliseconds = std::chrono::milliseconds;
  // As long as the resolver allows a look-up to take: its own setting.
  static constexpr Milliseconds usual = Milliseconds::max();

  virtual ~Resolver() = default;

  Task<Answer<Mx>> mx(std::string name, Milliseconds at_most = usual);
  Task<Answer<IpAddress>> a(std::string name, Milliseconds at_most = usual);
  Task<Answer<IpAddress>> aaaa(std::string name, Milliseconds at_most = usual);
  // The strings of each record joined, as RFC 7208 §3.3 and RFC 6376 §3.6.2.2 want them.
  Task<Answer<std::string>> txt(std::string name, Milliseconds at_most = usual);
  Task<Answer<std::string>> ptr(IpAddress address, Milliseconds at_most = usual);
  Task<Answer<std::string>> cname(std::string name, Milliseconds at_most = usual);
  Task<Answer<Tlsa>> tlsa(std::string name, Milliseconds at_most = usual);

  // A and AAAA of all the names, asked for at once; answers in their order. Requires: at most
  // limits::questions / 2.
  Task<std::vector<HostAnswer>> hosts(std::vector<std::string> names, Milliseconds at_most = usual);

  // What hosts(5) says of a name, which only the names of relays and the like are looked up in, never those
  // that the DNS gave us. "localhost" and names below it are loopback wherever they aren't listed (RFC 6761
  // §6.3).
  virtual std::vector<IpAddress> hosts_file(std::string_view name) = 0;

 protected:
  // The answers in the order of the questions, whose names are canonical (dns/name.h). Requires: at least
  // one, and at most limits::questions.
  virtual Task<std::vector<RawAnswer>> ask(std::vector<Question> questions, Milliseconds at_most) = 0;

 private:
  Task<RawAnswer> ask_one(std::string name, Type type, Milliseconds at_most);
  Task<std::vector<RawAnswer>> ask_canonical(std::vector<Question> questions, Milliseconds at_most);
};

}  // namespace pillarbox::dns
