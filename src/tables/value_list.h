// Plain lists and maps: tags, logins, host names by address.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip.h"
#include "tables/keys.h"
#include "tables/table.h"

namespace pillarbox::tables {

// Texts that are compared exactly.
class ValueList {
 public:
  static ValueList parse(const Lines& lines, std::vector<LineError>& errors);
  bool contains(std::string_view value) const { return values_.contains(value); }
  void add(std::string_view value) { values_.emplace(value); }

 private:
  StringSet values_;
};

// Login names, compared without case. Any table of users serves as one.
class LoginList {
 public:
  static LoginList parse(const Lines& lines, std::vector<LineError>& errors);
  bool contains(std::string_view login) const;
  void add(std::string_view login);

 private:
  StringSet logins_;
};

// `hostnames <table>`, `helo-src <table>`: the name to use at one of our addresses.
class AddressNames {
 public:
  static AddressNames parse(const Lines& lines, std::vector<LineError>& errors);
  std::optional<std::string_view> find(const IpAddress& address) const;

 private:
  std::map<IpAddress, std::string> names_;
};

}  // namespace pillarbox::tables
