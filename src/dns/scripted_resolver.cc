#include "dns/scripted_resolver.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <optional>
#include <utility>

#include "base/text.h"
#include "base/try.h"
#include "dns/name.h"
#include "dns/rdata.h"

namespace pillarbox::dns {
namespace {

constexpr std::size_t longest_chain = 11;  // of aliases, as libunbound has it
constexpr std::chrono::seconds usual_ttl{300};

std::string_view take_word(std::string_view& line) {
  line = trim(line);
  const std::string_view word = line.substr(0, line.find(' '));
  line = trim(line.substr(word.size()));
  return word;
}

template <class Number>
Number take_number(std::string_view& line) {
  const auto value = parse_decimal(take_word(line));
  ASSERT(value && *value <= std::numeric_limits<Number>::max());
  return static_cast<Number>(*value);
}

std::string name_in(std::string_view text) {
  auto name = canonical_name(text);
  ASSERT(name.has_value());
  return std::move(*name);
}

IpAddress address_in(std::string_view text) {
  const auto address = parse_ip(text);
  ASSERT(address.has_value());
  return *address;
}

std::string bytes_of_hex(std::string_view hex) {
  std::string bytes;
  ASSERT(hex.size() % 2 == 0);
  for (; !hex.empty(); hex.remove_prefix(2)) {
    std::uint8_t value = 0;
    ASSERT(std::from_chars(hex.data(), hex.data() + 2, value, 16).ptr == hex.data() + 2);
    bytes += static_cast<char>(value);
  }
  return bytes;
}

Type type_in(std::string_view word) {
  constexpr std::array types{Type::a, Type::cname, Type::ptr, Type::mx, Type::txt, Type::aaaa, Type::tlsa};
  const auto found = std::ranges::find(types, word, [](Type type) { return name_of(type); });
  ASSERT(found != types.end());
  return *found;
}

std::string data_in(Type type, std::string_view line) {
  if (line.starts_with("!raw ")) return bytes_of_hex(line.substr(5));
  switch (type) {
    case Type::a:
    case Type::aaaa: return data_of(address_in(line));
    case Type::cname:
    case Type::ptr: return name_data_of(line);
    case Type::mx: {
      const auto preference = take_number<std::uint16_t>(line);
      return data_of(Mx{preference, name_in(line)});
    }
    case Type::tlsa: {
      const auto usage = take_number<std::uint8_t>(line);
      const auto selector = take_number<std::uint8_t>(line);
      const auto matching_type = take_number<std::uint8_t>(line);
      return data_of(Tlsa{usage, selector, matching_type, bytes_of_hex(line)});
    }
    case Type::txt:
    case Type::dnskey: break;
  }
  return txt_data_of(line);
}

std::optional<RawAnswer> failure_in(std::string_view word) {
  RawAnswer failed;
  failed.reason = word.substr(std::min<std::size_t>(word.size(), 1));
  if (word == "!servfail" || word == "!timeout") return failed;
  failed.outcome = Outcome::bogus;
  return word == "!bogus" ? std::optional(failed) : std::nullopt;
}

RawAnswer absent(Outcome outcome) {
  RawAnswer answer;
  answer.outcome = outcome;
  answer.ttl = usual_ttl;
  answer.reason = name_of(outcome);
  return answer;
}

bool is_below(std::string_view name, std::string_view parent) {
  return parent.empty() || name == parent ||
         (name.ends_with(parent) && name[name.size() - parent.size() - 1] == '.');
}

}  // namespace

ScriptedResolver::ScriptedResolver(std::string_view zone, std::string_view hosts)
    : hosts_(HostsFile::parse(hosts)) {
  add(zone);
}

void ScriptedResolver::add(std::string_view zone) {
  for (const std::string_view line : split(zone, '\n')) {
    if (!trim(line).empty() && !trim(line).starts_with(';')) add_line(line);
  }
}

void ScriptedResolver::add_line(std::string_view line) {
  const std::string_view owner = take_word(line);
  const std::string_view word = take_word(line);
  if (word == "secure") {
    secure_.insert(name_in(owner));
    return;
  }
  const auto failure = failure_in(line);
  if (word == "*") {
    ASSERT(failure.has_value());
    failing_names_.emplace(name_in(owner), *failure);
    return;
  }
  const Type type = type_in(word);
  const Question question{type == Type::ptr ? reverse_name(address_in(owner)) : name_in(owner), type};
  if (failure) {
    failures_.emplace(question, *failure);
  } else {
    records_[question].push_back(data_in(type, line));
  }
}

Task<std::vector<RawAnswer>> ScriptedResolver::ask(std::vector<Question> questions, Milliseconds) {
  std::vector<RawAnswer> answers;
  for (const Question& question : questions) {
    asked_.push_back(question);
    answers.push_back(answer(question));
  }
  co_return answers;
}

RawAnswer ScriptedResolver::answer(const Question& question) const {
  Question now = question;
  bool all_secure = true;
  for (std::size_t aliases = 0; aliases <= longest_chain; ++aliases) {
    if (const RawAnswer* failed = failure_of(now)) return *failed;
    all_secure = all_secure && is_secure(now.name);
    const auto found = records_.find(now);
    const auto alias = records_.find({now.name, Type::cname});
    if (found == records_.end() && alias != records_.end()) {
      const auto target = read_name(alias->second.front());
      ASSERT(target.has_value());
      now.name = *target;
      continue;
    }
    RawAnswer answer = absent(exists(now.name) ? Outcome::no_data : Outcome::no_such_name);
    if (found != records_.end()) {
      answer.outcome = Outcome::found;
      answer.reason.clear();
      answer.canonical_name = now.name;
      answer.records = found->second;
    }
    answer.is_secure = all_secure;
    return answer;
  }
  RawAnswer failed;
  failed.reason = "too long a chain of aliases";
  return failed;
}

const RawAnswer* ScriptedResolver::failure_of(const Question& question) const {
  if (const auto name = failing_names_.find(question.name); name != failing_names_.end())
    return &name->second;
  const auto found = failures_.find(question);
  return found == failures_.end() ? nullptr : &found->second;
}

bool ScriptedResolver::is_secure(std::string_view name) const {
  return std::ranges::any_of(secure_, [name](const std::string& parent) { return is_below(name, parent); });
}

bool ScriptedResolver::exists(std::string_view name) const {
  const auto makes_it_exist = [name](const auto& entry) { return is_below(entry.first.name, name); };
  return std::ranges::any_of(records_, makes_it_exist) || std::ranges::any_of(failures_, makes_it_exist);
}

}  // namespace pillarbox::dns
