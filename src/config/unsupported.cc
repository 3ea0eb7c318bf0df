// What is known, from smtpd.conf(5), from its forerunners or from what this server will be, but isn't served
// yet: refused by its name, so that nobody takes it for a slip of the pen, and nothing is passed over in
// silence.
#include <algorithm>

#include "config/statements.h"

namespace pillarbox::config {
namespace {

struct Unsupported {
  std::string_view word;
  std::string_view second;  // the statement is these two words; "" for one
  std::string_view note;    // what to write instead
};

constexpr Unsupported all[] = {
    {"acme", "", ""},
    {"admd", "", ""},
    {"bounce", "", ""},
    {"bounce-warn", "", ""},
    {"dkim", "", ""},
    {"expire", "", "messages expire by: queue ttl 4d"},
    {"filter", "", ""},
    {"limit", "", ""},
    {"max-message-size", "", "it is written now: smtp max-message-size 35M"},
    {"mda", "", ""},
    {"mta", "", ""},
    {"mta-sts", "", ""},
    {"proc", "", ""},
    {"queue", "compression", ""},
    {"queue", "encryption", ""},
    {"sieve", "", ""},
    {"smtp", "ciphers", ""},
    {"spam", "", ""},
    {"srs", "", ""},
    {"subaddressing-delimiter", "", "it is written now: smtp sub-addr-delim \"+\""},
};

}  // namespace

bool refuse_unsupported(Statement& statement, const Token& word) {
  for (const Unsupported& known : all) {
    if (known.word != word.text) continue;
    if (!known.second.empty() && !statement.peek().is_word(known.second)) continue;
    std::string name(known.word);
    if (!known.second.empty()) name.append(" ").append(known.second);
    Diagnostic& refused = statement.context().unsupported(word, std::move(name));
    if (!known.note.empty()) refused.notes.emplace_back(known.note);
    statement.skip_rest();
    return true;
  }
  return false;
}

Words unsupported_words() {
  Words words;
  for (const Unsupported& known : all) {
    if (known.second.empty()) words.push_back(known.word);
  }
  return words;
}

}  // namespace pillarbox::config
