// One reader for each kind of statement; the first word has been taken. Private to this folder.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "config/statement.h"

namespace pillarbox::config {

void read_table(Statement& statement);
void read_pki(Statement& statement);
void read_ca(Statement& statement);
void read_listen(Statement& statement);
void read_action(Statement& statement);
void read_match(Statement& statement);
void read_accept(Statement& statement);  // OpenSMTPD 5.3's `accept` and `reject`
void read_domain(Statement& statement);
void read_hostname(Statement& statement);
void read_resolver(Statement& statement);

// A statement whose first word is that of a setting table.
void read_setting(Statement& statement, const Token& word);

// Refuses a statement that is known but not served, with its first word taken. False if `word` begins none.
bool refuse_unsupported(Statement& statement, const Token& word);
Words unsupported_words();

// Parts that several statements share.

// smtpd.conf(5)'s relay-url and its forerunners; or what is wrong with it.
std::expected<RelayUrl, std::string> parse_relay_url(std::string_view text);
// The options of `relay`, to the end of the statement or to the first word that is none of them.
void read_relay_options(Statement& statement, RelayAction& relay);
// "smtp" or "587".
std::optional<std::uint16_t> parse_port(std::string_view text);
// `5d`, `4h`, …: a time of at least a second.
std::optional<std::chrono::seconds> take_time(Statement& statement, std::string_view what);
// A host or domain name as a word: labels of letters, digits, hyphens and UTF-8. "*" isn't one.
bool is_host_name(std::string_view text);

}  // namespace pillarbox::config
