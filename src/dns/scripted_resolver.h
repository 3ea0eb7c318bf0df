// A resolver for tests, which knows the zone that it is given as text. Not for use by several threads.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "dns/hosts_file.h"
#include "dns/resolver.h"

namespace pillarbox::dns {

class ScriptedResolver final : public Resolver {
 public:
  // Lines of `NAME TYPE DATA`, in short form: types A, AAAA, MX, TXT (the rest of the line), PTR (NAME is an
  // address), CNAME, TLSA (three numbers and hex). For DATA also `!servfail`, `!timeout`, `!bogus` and `!raw
  // HEX`, a record of these bytes; for TYPE also `*`, every type. `NAME secure`: what is asked of this name
  // and those below it is validated. Empty lines and those that begin with ";" say nothing. What can't be
  // read ASSERTs.
  explicit ScriptedResolver(std::string_view zone = {}, std::string_view hosts = {});

  // More lines.
  void add(std::string_view zone);

  // What was asked, in order.
  const std::vector<Question>& asked() const { return asked_; }

  std::vector<IpAddress> hosts_file(std::string_view name) override { return hosts_.find(name); }

 private:
  Task<std::vector<RawAnswer>> ask(std::vector<Question> questions, Milliseconds at_most) override;
  void add_line(std::string_view line);
  RawAnswer answer(const Question& question) const;
  const RawAnswer* failure_of(const Question& question) const;
  bool is_secure(std::string_view name) const;
  bool exists(std::string_view name) const;

  std::map<Question, std::vector<std::string>> records_;
  std::map<Question, RawAnswer> failures_;
  std::map<std::string, RawAnswer, std::less<>> failing_names_;
  std::set<std::string, std::less<>> secure_;
  std::vector<Question> asked_;
  HostsFile hosts_;
};

}  // namespace pillarbox::dns
