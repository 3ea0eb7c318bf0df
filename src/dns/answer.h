// What comes of a look-up.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pillarbox::dns {

enum class Outcome : std::uint8_t {
  found,              // at least one record
  no_such_name,       // NXDOMAIN: neither this type nor any other
  no_data,            // the name is there, without such a record
  temporary_failure,  // SERVFAIL, REFUSED, nothing readable, or nothing in time: ask again later
  bogus,  // signed, and the signatures don't hold (RFC 4035 §4.3): not to be believed, may be mended
};
std::string_view name_of(Outcome outcome);

template <class Record>
struct Answer {
  Outcome outcome = Outcome::temporary_failure;
  bool is_secure = false;  // DNSSEC, validated here: what is said to be there, or not to be there, is true
  std::chrono::seconds ttl{0};  // how long the records may be kept
  std::string canonical_name;   // whose records these are, once aliases were followed; "" unless found
  std::vector<Record> records;  // only if found
  std::size_t unreadable = 0;   // records left out since their data was damaged
  std::string reason;           // for the log, unless found: "SERVFAIL", "nothing within 10 s"

  bool is_found() const { return outcome == Outcome::found; }
  // It isn't there, for certain as far as this answer is.
  bool is_absent() const { return outcome == Outcome::no_such_name || outcome == Outcome::no_data; }
  // Nothing is known: later it may be.
  bool is_failure() const { return !is_found() && !is_absent(); }
};

}  // namespace pillarbox::dns
