// Statements about the server's ways as a whole: admd, bounce, mta, queue, scheduler, smtp, srs; and what
// OpenSMTPD 5 called bounce-warn, expire, limit, max-message-size, subaddressing-delimiter.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "config/statements.h"

namespace pillarbox::config {
namespace {

// Reports that something was said before; false if it wasn't.
template <class T>
bool is_repeated(Context& context, const Token& word, const std::optional<T>& first, std::string_view what) {
  if (!first) return false;
  context.mistake(word, fmt::format("{} a second time", what))
      .notes.push_back("the first is at " + context.place(first->position));
  return true;
}

std::optional<Interval> take_interval(Statement& statement, std::string_view what) {
  const Position position = statement.peek().position;
  const auto value = take_time(statement, what);
  if (!value) return std::nullopt;
  return Interval{position, *value};
}

std::optional<Count> take_count(Statement& statement) {
  const auto word = statement.take_word("a number");
  if (!word) return std::nullopt;
  const auto value = parse_decimal(word->text);
  if (!value || *value > 1'000'000'000) {
    statement.context().mistake(*word, fmt::format("{} isn't a number", spelled(*word)),
                                "a number up to 1,000,000,000");
    return std::nullopt;
  }
  return Count{word->position, *value};
}

void set_interval(Statement& statement, std::optional<Interval>& member, std::string_view what) {
  const Token word = statement.first();
  const auto value = take_interval(statement, "a time");
  if (!value) return statement.skip_rest();
  statement.expect_end();
  if (!is_repeated(statement.context(), word, member, what)) member = value;
}

void set_word(Statement& statement, std::optional<Word>& member, std::string_view name,
              std::string_view what) {
  const auto word = statement.take_word(what);
  if (!word) return statement.skip_rest();
  statement.expect_end();
  if (!is_repeated(statement.context(), *word, member, name)) member = as_word(*word);
}

void refuse(Statement& statement, std::string_view behind, const Words& known) {
  const Token word = statement.peek();
  Context& context = statement.context();
  if (statement.at_end())
    context.unexpected(word, alternatives(known));
  else
    context.unknown(word, fmt::format("{} behind {}", spelled(word), behind), alternatives(known), known);
  statement.skip_rest();
}

constexpr std::array<std::string_view, 21> mta_limits = {
    "bounce-delay",        "conn-delay-connector",      "conn-delay-domain",  "conn-delay-host",
    "conn-delay-relay",    "conn-delay-source",         "discon-delay-route", "max-conn-per-connector",
    "max-conn-per-domain", "max-conn-per-host",         "max-conn-per-relay", "max-conn-per-route",
    "max-conn-per-source", "max-failures-per-session",  "reconn-delay-route", "session-keepalive",
    "session-mail-max",    "session-transaction-delay", "task-hiwat",         "task-lowat",
    "task-release"};
constexpr std::array<std::string_view, 4> scheduler_limits = {"max-evp-batch-size", "max-inflight",
                                                              "max-msg-batch-size", "max-schedule"};

// NAME N; false if it can't be read.
bool take_limit(Statement& statement, const Words& known, std::string_view of, Word& name,
                std::uint64_t& value) {
  const Token word = statement.peek();
  if (word.kind != Token::Kind::word || std::ranges::find(known, word.text) == known.end()) {
    refuse(statement, fmt::format("{} limit", of), known);
    return false;
  }
  name = as_word(statement.take());
  const auto count = take_count(statement);
  if (!count) {
    statement.skip_rest();
    return false;
  }
  value = count->value;
  statement.take_if(Token::Kind::comma);
  return true;
}

// `limit` of mta, taken: [for domain D] then inet4, inet6 or NAME N, several times.
void read_mta_limits(Statement& statement) {
  MtaOptions& mta = statement.context().configuration.options.mta;
  std::string domain;
  if (statement.take_if("for")) {
    if (!statement.take_if("domain")) return refuse(statement, "for", {"domain"});
    const auto name = statement.take_word("a domain");
    if (!name) return statement.skip_rest();
    if (!is_host_name(name->text)) {
      statement.context().mistake(*name, fmt::format("{} isn't a domain name", spelled(*name)),
                                  "a domain such as example.org");
    }
    domain = to_ascii_lower(name->text);
  }
  Words known(mta_limits.begin(), mta_limits.end());
  known.insert(known.end(), {"inet4", "inet6"});
  if (statement.at_end()) return refuse(statement, "mta limit", known);
  while (!statement.at_end()) {
    if (statement.peek().is_word("inet4") || statement.peek().is_word("inet6")) {
      mta.family = as_word(statement.take());
      continue;
    }
    MtaLimit limit{.name = {}, .domain = domain};
    if (!take_limit(statement, known, "mta", limit.name, limit.value)) return;
    mta.limits.push_back(std::move(limit));
  }
}

void read_scheduler_limits(Statement& statement) {
  const Words known(scheduler_limits.begin(), scheduler_limits.end());
  if (statement.at_end()) return refuse(statement, "scheduler limit", known);
  while (!statement.at_end()) {
    SchedulerLimit limit;
    if (!take_limit(statement, known, "scheduler", limit.name, limit.value)) return;
    statement.context().configuration.options.scheduler.push_back(std::move(limit));
  }
}

void read_warnings(Statement& statement) {
  constexpr std::size_t most = 4;
  Context& context = statement.context();
  auto& all = context.configuration.options.bounce_warnings;
  if (!all.empty()) {
    context.mistake(statement.first(), "warning times a second time")
        .notes.push_back("the first are at " + context.place(all.front().position));
    return statement.skip_rest();
  }
  std::vector<Interval> found;
  do {
    const auto delay = take_interval(statement, "how long to wait before a warning");
    if (!delay) return statement.skip_rest();
    if (found.size() == most) {
      context.mistake(delay->position, "a fifth warning", "at most four");
      return statement.skip_rest();
    }
    found.push_back(*delay);
  } while (statement.take_if(Token::Kind::comma) || !statement.at_end());
  std::ranges::sort(found, {}, &Interval::value);
  all = std::move(found);
}

void read_encryption(Statement& statement) {
  Context& context = statement.context();
  auto& encryption = context.configuration.options.queue.encryption;
  const Token word = statement.first();
  statement.take_if("key");  // OpenSMTPD 5
  QueueEncryption found{.position = word.position, .key = ""};
  if (!statement.at_end()) {
    const auto key = statement.take_word("a key, stdin or \"-\"");
    if (!key) return statement.skip_rest();
    found.key = key->is_word("stdin") ? "-" : key->text;
  }
  statement.expect_end();
  if (!is_repeated(context, word, encryption, "queue encryption")) encryption = std::move(found);
}

}  // namespace

void read_admd(Statement& statement) {
  set_word(statement, statement.context().configuration.options.admd, "admd",
           "the name in Authentication-Results");
}

void read_bounce(Statement& statement) {
  if (!statement.take_if("warn-interval")) return refuse(statement, "bounce", {"warn-interval"});
  read_warnings(statement);
}

void read_mta(Statement& statement) {
  Context& context = statement.context();
  if (statement.take_if("limit")) return read_mta_limits(statement);
  const Token word = statement.peek();
  if (!statement.take_if("max-deferred")) return read_setting(statement, "mta", {"limit", "max-deferred"});
  const auto count = take_count(statement);
  if (!count) return statement.skip_rest();
  statement.expect_end();
  auto& member = context.configuration.options.mta.max_deferred;
  if (!is_repeated(context, word, member, "mta max-deferred")) member = count;
}

void read_queue(Statement& statement) {
  QueueOptions& queue = statement.context().configuration.options.queue;
  const Token word = statement.peek();
  if (statement.take_if("compression")) {
    statement.expect_end();
    if (!is_repeated(statement.context(), word, queue.compression, "queue compression"))
      queue.compression = as_word(word);
  } else if (statement.take_if("encryption")) {
    read_encryption(statement);
  } else if (statement.take_if("ttl")) {
    set_interval(statement, queue.ttl, "queue ttl");
  } else {
    read_setting(statement, "queue", {"compression", "encryption", "ttl"});
  }
}

void read_scheduler(Statement& statement) {
  if (!statement.take_if("limit")) return refuse(statement, "scheduler", {"limit"});
  read_scheduler_limits(statement);
}

void read_smtp(Statement& statement) {
  if (statement.take_if("ciphers")) {
    return set_word(statement, statement.context().configuration.options.smtp_ciphers, "smtp ciphers",
                    "a list of ciphers, as OpenSSL writes them");
  }
  if (statement.take_if("limit") && !statement.at_end()) return read_limits(statement, "smtp");
  read_setting(statement, "smtp", {"ciphers", "limit"});
}

void read_srs(Statement& statement) {
  SrsOptions& srs = statement.context().configuration.options.srs;
  if (statement.take_if("ttl")) return set_interval(statement, srs.ttl, "srs ttl");
  if (!statement.take_if("key")) return read_setting(statement, "srs", {"key", "key backup", "ttl"});
  if (statement.take_if("backup")) return set_word(statement, srs.backup_key, "srs key backup", "a secret");
  set_word(statement, srs.key, "srs key", "a secret");
}

void read_bounce_warn(Statement& statement) { read_warnings(statement); }

void read_expire(Statement& statement) {
  if (set_setting(statement, "queue", "ttl")) return;
  set_interval(statement, statement.context().configuration.options.queue.ttl, "expire");
}

void read_limit(Statement& statement) {
  const Words known = {"mta", "scheduler", "session", "smtp"};
  if (statement.take_if("mta")) return read_mta_limits(statement);
  if (statement.take_if("scheduler")) return read_scheduler_limits(statement);
  if (!statement.take_if("session") && !statement.take_if("smtp")) return refuse(statement, "limit", known);
  if (statement.at_end()) return refuse(statement, "limit session", {"max-rcpt", "max-mails"});
  read_limits(statement, "smtp");
}

void read_max_message_size(Statement& statement) {
  if (set_setting(statement, "smtp", "max-message-size")) return;
  read_setting(statement, "smtp");
}

void read_subaddressing_delimiter(Statement& statement) {
  if (set_setting(statement, "smtp", "sub-addr-delim")) return;
  read_setting(statement, "smtp");
}

}  // namespace pillarbox::config
