// What `pillarbox user list` and `show` say of a user, in words or in JSON.
#pragma once

#include <string>

#include "tables/passwd_line.h"

namespace pillarbox::app {

// A line a user, in columns.
std::string list_of(const tables::PasswdMap& users);
std::string json_of(const tables::PasswdMap& users);

// A line a fact. `source`: the file, for "file:line".
std::string words_of(const tables::PasswdEntry& user, const std::string& source);
std::string json_of(const tables::PasswdEntry& user, const std::string& source);

}  // namespace pillarbox::app
