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
void read_filter(Statement& statement);
void read_proc(Statement& statement);
void read_mda_statement(Statement& statement);  // mda wrapper
void read_domain(Statement& statement);
void read_hostname(Statement& statement);
void read_resolver(Statement& statement);
void read_admd(Statement& statement);
void read_bounce(Statement& statement);
void read_mta(Statement& statement);
void read_queue(Statement& statement);
void read_scheduler(Statement& statement);
void read_smtp(Statement& statement);
void read_srs(Statement& statement);

// OpenSMTPD 5's.
void read_accept(Statement& statement);  // and reject
void read_bounce_warn(Statement& statement);
void read_expire(Statement& statement);
void read_limit(Statement& statement);
void read_max_message_size(Statement& statement);
void read_subaddressing_delimiter(Statement& statement);

// A statement whose first word is that of a setting table. `others` are the words that may stand in the
// setting's place.
void read_setting(Statement& statement, std::string_view word, const Words& others = {});
// Whether the next words name a setting of the tables behind `word`.
bool is_setting(const Statement& statement, std::string_view word);
// `limit NAME N [NAME N …]`, each a setting of `word`, with "limit" taken.
void read_limits(Statement& statement, std::string_view word);
// Sets the setting `word` `field` to the next word. False, and nothing is taken, if nobody has such a
// setting.
bool set_setting(Statement& statement, std::string_view word, std::string_view field);

// Refuses a statement that is known but not served, with its first word taken. False if `word` begins none.
bool refuse_unsupported(Statement& statement, const Token& word);
Words unsupported_words();

// Parts that several statements share.

// Words that changed their meaning with 6.4: those of `accept`, or those of `action` and `match`.
enum class Grammar : std::uint8_t { today, five };

// mbox, maildir and so on: every method but relay.
Words local_methods();
// The rest of the method behind `word`, one of local_methods(); nothing if it can't be read, which is
// reported.
std::optional<LocalMethod> read_local_method(Statement& statement, const Token& word);
// To the end of the statement.
void read_local_options(Statement& statement, std::string_view method, LocalAction& action);
// What doesn't fit together.
void check_local(Context& context, std::string_view method, const LocalAction& action);
void check_relay(Context& context, const Position& method, const RelayAction& relay);

// smtpd.conf(5)'s relay-url and its forerunners; or what is wrong with it.
std::expected<RelayUrl, std::string> parse_relay_url(std::string_view text);
// The options of `relay`, to the end of the statement.
void read_relay_options(Statement& statement, RelayAction& relay, Grammar grammar);
// "smtp" or "587".
std::optional<std::uint16_t> parse_port(std::string_view text);
// `5d`, `4h`, …: a time of at least a second.
std::optional<std::chrono::seconds> take_time(Statement& statement, std::string_view what);
// A host or domain name as a word: labels of letters, digits, hyphens and UTF-8. "*" isn't one.
bool is_host_name(std::string_view text);

}  // namespace pillarbox::config
