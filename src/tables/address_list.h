// A list of mail addresses: user@example.org, @example.org, user (at any domain), user@*.example.org.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mail/address.h"
#include "tables/keys.h"
#include "tables/table.h"

namespace pillarbox::tables {

class AddressList {
 public:
  static AddressList parse(const Lines& lines, std::vector<LineError>& errors);

  // The entry that the address is matched by, the narrowest first. Valid as long as the list.
  std::optional<std::string_view> find(const mail::Address& address) const;

  // False if it isn't one.
  bool add(std::string_view pattern);

 private:
  StringSet exact_;                    // "user@example.org", "@example.org", "user", "user@*.example.org"
  std::vector<std::string> patterns_;  // with a "*" anywhere else in the domain
  bool has_wildcards_ = false;
};

// `senders <table>`: login → the addresses it may send as, in the form of such a list, separated by commas.
class SenderMap {
 public:
  static SenderMap parse(const Lines& lines, std::vector<LineError>& errors);

  bool allows(std::string_view login, const mail::Address& sender) const;

 private:
  StringMap<AddressList> by_login_;
};

}  // namespace pillarbox::tables
