// What an alias, an included list or a user's .forward leads to (aliases(5), forward(5)).
//
//   anna                      a user or another alias; \anna: the user, whatever aliases say
//   bob@example.org           an address; "joe smith"@example.org, bücher@example.org
//   @example.net              the same local part there (as in Postfix's virtual(5))
//   |command, "|command a b"  a command that reads the message
//   /var/mail/shared          a file that the message is appended to
//   :include:/etc/mail/list   all targets in that file
//   error:550 She has left    a refusal in these words
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "mail/address.h"
#include "tables/table.h"

namespace pillarbox::tables {

struct AliasName {
  std::string name;
  bool is_final = false;  // "\name"
};
struct AliasAddress {
  mail::Address address;
};
struct AliasDomain {
  std::string domain;
};
struct AliasCommand {
  std::string line;
};
struct AliasFile {
  std::string path;
};
struct AliasInclude {
  std::string path;
};
struct AliasError {
  int code = 550;  // 400 to 459, 500 to 559
  std::uint8_t subject = 2;
  std::uint16_t detail = 1;  // "5.2.1", unless the text begins with a status of RFC 3463
  std::string text;          // printable ASCII
};
using AliasTarget =
    std::variant<AliasName, AliasAddress, AliasDomain, AliasCommand, AliasFile, AliasInclude, AliasError>;

// As one would write it, for logs: "\anna", "|/usr/bin/cat".
std::string text_of(const AliasTarget& target);

// One target, trimmed; or why it can't be one: "it isn't one name".
std::expected<AliasTarget, std::string> parse_alias_target(std::string_view text);

// At commas outside quotes; what follows `error:` is one target to the end. Trimmed; some may be empty.
std::vector<std::string_view> split_alias_targets(std::string_view text);

// Adds what a line lists to `targets`, and what is broken in it to `errors`.
void read_alias_targets(std::string_view text, std::uint32_t line, std::vector<AliasTarget>& targets,
                        std::vector<LineError>& errors);

// An included file or a .forward: targets, several to a line or one on each.
struct TargetList {
  std::vector<AliasTarget> targets;
  static TargetList parse(const Lines& lines, std::vector<LineError>& errors);
};

}  // namespace pillarbox::tables
