// The `.db` files that makemap, postmap, newaliases and postalias make: Berkeley DB's hash and btree files,
// versions 7 to 10, read whole and never written. Why not by the library: docs/adr/0009-berkeley-db.md.
#pragma once

#include <cstdint>
#include <deque>
#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pillarbox::tables {

enum class DatabaseError : std::uint8_t {
  not_a_database,   // neither a hash nor a btree file of Berkeley DB
  unknown_version,  // of the format
  encrypted,
  damaged,         // pages that are missing, or that contradict themselves
  several_values,  // one key with several values: no mail table has that
};

// "it isn't a Berkeley DB file of makemap's".
std::string_view describe(DatabaseError error);

using Pairs = std::vector<std::pair<std::string_view, std::string_view>>;

// A database's keys with their values, in the file's order, each without the NUL that makemap and postmap put
// at the end. The views point into `file`, or into `joined` where the file keeps a text in pieces. Pure;
// any bytes give pairs or an error, in linear time.
std::expected<Pairs, DatabaseError> read_berkeley_db(std::string_view file, std::deque<std::string>& joined);

}  // namespace pillarbox::tables
