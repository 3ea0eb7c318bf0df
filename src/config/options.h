// The statements that set the whole server's ways: queue, mta, bounce, srs, admd. Single numbers and times
// that a folder declares as its setting (config/field.h) stand with the settings instead.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "config/word.h"

namespace pillarbox::config {

struct Count {
  Position position;
  std::uint64_t value = 0;
};

struct Interval {
  Position position;
  std::chrono::seconds value{};
};

// `queue encryption [KEY]`: "" asks for the key at start, "-" reads it from the standard input.
struct QueueEncryption {
  Position position;
  std::string key;
};

struct QueueOptions {
  std::optional<Word> compression;
  std::optional<QueueEncryption> encryption;
  std::optional<Interval> ttl;  // `queue ttl`, `expire`
};

// `mta limit [for domain D] NAME N`.
struct MtaLimit {
  Word name;           // as smtpd.conf(5) has them: "max-conn-per-host", "conn-delay-domain", …
  std::string domain;  // "" for all
  std::uint64_t value = 0;
};

struct MtaOptions {
  std::optional<Count> max_deferred;
  std::vector<MtaLimit> limits;
  // `mta limit inet4` or `inet6`: connections of that family only.
  std::optional<Word> family;
};

// `scheduler limit NAME N`.
struct SchedulerLimit {
  Word name;
  std::uint64_t value = 0;
};

struct SrsOptions {
  std::optional<Word> key;
  std::optional<Word> backup_key;  // of the time before: addresses made with it are still understood
  std::optional<Interval> ttl;
};

struct Options {
  QueueOptions queue;
  MtaOptions mta;
  std::vector<SchedulerLimit> scheduler;
  SrsOptions srs;
  std::vector<Interval> bounce_warnings;  // `bounce warn-interval`: sorted, at most four; empty: not said
  std::optional<Word> admd;               // the authserv-id; none: the server's name
  std::optional<Word> smtp_ciphers;       // `smtp ciphers`, as OpenSSL writes them
};

}  // namespace pillarbox::config
