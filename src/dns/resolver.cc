#include "dns/resolver.h"

#include <fmt/format.h>

#include <cstddef>
#include <optional>
#include <utility>

#include "base/try.h"
#include "dns/limits.h"
#include "dns/name.h"
#include "dns/rdata.h"

namespace pillarbox::dns {
namespace {

bool is_within_limits(const RawAnswer& answer) {
  std::size_t bytes = 0;
  for (const std::string& record : answer.records) bytes += record.size();
  return answer.records.size() <= limits::records && bytes <= limits::answer_bytes;
}

RawAnswer failure(std::string reason) {
  RawAnswer failed;
  failed.reason = std::move(reason);
  return failed;
}

template <class Record>
Answer<Record> read_all(RawAnswer raw, std::optional<Record> (*read)(std::string_view data)) {
  Answer<Record> answer{.outcome = raw.outcome,
                        .is_secure = raw.is_secure,
                        .ttl = raw.ttl,
                        .canonical_name = std::move(raw.canonical_name),
                        .records = {},
                        .unreadable = raw.unreadable,
                        .reason = std::move(raw.reason)};
  for (const std::string& data : raw.records) {
    if (auto record = read(data)) {
      answer.records.push_back(std::move(*record));
    } else {
      ++answer.unreadable;
    }
  }
  if (answer.is_found() && answer.records.empty()) {
    return {.outcome = Outcome::temporary_failure,
            .canonical_name = {},
            .records = {},
            .unreadable = answer.unreadable,
            .reason = "none of the records can be read"};
  }
  return answer;
}

}  // namespace

Task<std::vector<RawAnswer>> Resolver::ask_canonical(std::vector<Question> questions, Milliseconds at_most) {
  ASSERT(questions.size() <= limits::questions);
  std::vector<RawAnswer> answers(questions.size());
  std::vector<Question> asked;
  std::vector<std::size_t> places;  // of those asked, in `answers`
  for (std::size_t i = 0; i < questions.size(); ++i) {
    if (auto name = canonical_name(questions[i].name)) {
      asked.push_back({std::move(*name), questions[i].type});
      places.push_back(i);
    } else {
      answers[i].outcome = Outcome::no_such_name;
      answers[i].reason = "not a domain name";
    }
  }
  if (asked.empty()) co_return answers;
  std::vector<RawAnswer> given = co_await ask(std::move(asked), at_most);
  ASSERT(given.size() == places.size());
  for (std::size_t i = 0; i < given.size(); ++i) {
    answers[places[i]] =
        is_within_limits(given[i])
            ? std::move(given[i])
            : failure(fmt::format("an answer of {} records, which is too large", given[i].records.size()));
  }
  co_return answers;
}

Task<RawAnswer> Resolver::ask_one(std::string name, Type type, Milliseconds at_most) {
  std::vector<Question> question;
  question.push_back({std::move(name), type});
  std::vector<RawAnswer> answers = co_await ask_canonical(std::move(question), at_most);
  co_return std::move(answers.front());
}

Task<Answer<Mx>> Resolver::mx(std::string name, Milliseconds at_most) {
  RawAnswer raw = co_await ask_one(std::move(name), Type::mx, at_most);
  co_return read_all<Mx>(std::move(raw), read_mx);
}

Task<Answer<IpAddress>> Resolver::a(std::string name, Milliseconds at_most) {
  RawAnswer raw = co_await ask_one(std::move(name), Type::a, at_most);
  co_return read_all<IpAddress>(std::move(raw), read_a);
}

Task<Answer<IpAddress>> Resolver::aaaa(std::string name, Milliseconds at_most) {
  RawAnswer raw = co_await ask_one(std::move(name), Type::aaaa, at_most);
  co_return read_all<IpAddress>(std::move(raw), read_aaaa);
}

Task<Answer<std::string>> Resolver::txt(std::string name, Milliseconds at_most) {
  RawAnswer raw = co_await ask_one(std::move(name), Type::txt, at_most);
  co_return read_all<std::string>(std::move(raw), read_txt);
}

Task<Answer<std::string>> Resolver::ptr(IpAddress address, Milliseconds at_most) {
  RawAnswer raw = co_await ask_one(reverse_name(address), Type::ptr, at_most);
  co_return read_all<std::string>(std::move(raw), read_name);
}

Task<Answer<std::string>> Resolver::cname(std::string name, Milliseconds at_most) {
  RawAnswer raw = co_await ask_one(std::move(name), Type::cname, at_most);
  co_return read_all<std::string>(std::move(raw), read_name);
}

Task<Answer<Tlsa>> Resolver::tlsa(std::string name, Milliseconds at_most) {
  RawAnswer raw = co_await ask_one(std::move(name), Type::tlsa, at_most);
  co_return read_all<Tlsa>(std::move(raw), read_tlsa);
}

Task<std::vector<HostAnswer>> Resolver::hosts(std::vector<std::string> names, Milliseconds at_most) {
  std::vector<Question> questions;
  for (const std::string& name : names) {
    questions.push_back({name, Type::a});
    questions.push_back({name, Type::aaaa});
  }
  std::vector<RawAnswer> raw = co_await ask_canonical(std::move(questions), at_most);
  std::vector<HostAnswer> answers;
  for (std::size_t i = 0; i < raw.size(); i += 2) {
    answers.push_back({read_all<IpAddress>(std::move(raw[i]), read_a),
                       read_all<IpAddress>(std::move(raw[i + 1]), read_aaaa)});
  }
  co_return answers;
}

}  // namespace pillarbox::dns
