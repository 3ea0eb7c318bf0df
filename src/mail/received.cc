#include "mail/received.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>
#include <vector>

#include "base/text.h"
#include "mail/lexer.h"

namespace pillarbox::mail {
namespace {

// Honest fields have some dozens.
constexpr std::size_t most_words = 1'000;

struct Word {
  std::string_view text;
  std::uint32_t depth = 0;    // of comments around it
  std::uint32_t comment = 0;  // which comment, counted from 1; 0 outside
  char bracket = '\0';        // '[' or '<' if it stands in such
};

bool is_word(const Word& word, std::string_view text) { return equals_ignoring_case(word.text, text); }

bool is_one_of(std::string_view text, std::span<const std::string_view> words) {
  for (const std::string_view word : words) {
    if (equals_ignoring_case(text, word)) return true;
  }
  return false;
}

// The words before the semicolon that stands outside of comments; `value` is left behind it.
std::vector<Word> take_words(std::string_view& value) {
  std::vector<Word> words;
  std::uint32_t depth = 0;
  std::uint32_t comments = 0;
  char bracket = '\0';
  Lexer lexer(value);
  while (!lexer.is_at_end() && words.size() < most_words) {
    const char c = lexer.peek();
    if (c == ';' && depth == 0) break;
    if (is_header_space(c) || std::string_view(",;\"").find(c) != std::string_view::npos) {
      lexer.skip(1);
    } else if (c == '(') {
      lexer.skip(1);
      if (depth++ == 0) ++comments;
    } else if (c == ')') {
      lexer.skip(1);
      if (depth > 0) --depth;
    } else if (c == '[' || c == '<' || c == ']' || c == '>') {
      lexer.skip(1);
      bracket = c == '[' || c == '<' ? c : '\0';
    } else {
      const std::string_view text = lexer.take_while([](char other) {
        return !is_header_space(other) &&
               std::string_view("()[]<>,;\"").find(other) == std::string_view::npos;
      });
      words.push_back(
          {.text = text, .depth = depth, .comment = depth > 0 ? comments : 0, .bracket = bracket});
    }
  }
  while (!lexer.is_at_end() && !lexer.starts_with(';')) lexer.skip(1);
  lexer.take(';');
  value = lexer.rest();
  return words;
}

// "192.0.2.1", "IPv6:2001:db8::1", "192.0.2.1:4711", "fe80::1%6".
std::optional<IpAddress> read_ip(std::string_view text) {
  if (starts_with_ignoring_case(text, "IPv6:")) text.remove_prefix(5);
  text = text.substr(0, text.find('%'));
  if (const auto ip = parse_ip(text)) return ip;
  const auto colon = text.rfind(':');
  return colon == text.find(':') ? parse_ip(text.substr(0, colon)) : std::nullopt;
}

bool is_host_name(std::string_view text) {
  if (text.find('.') == std::string_view::npos || text.starts_with('.') || read_ip(text)) return false;
  for (const char c : text) {
    if (!is_ascii_alnum(c) && c != '-' && c != '.' && c != '_') return false;
  }
  return std::ranges::any_of(text, is_ascii_alpha);
}

bool is_cipher(std::string_view text) {
  constexpr std::array<std::string_view, 5> algorithms = {"AES", "DES", "RC4", "CHACHA", "CAMELLIA"};
  for (const std::string_view algorithm : algorithms) {
    if (text.find(algorithm) != std::string_view::npos && text.find_first_of("-_") != std::string_view::npos)
      return true;
  }
  return false;
}

// RFC 3848's protocol that a word of the with clause means, or nothing.
std::string protocol_of(std::string_view word) {
  std::string name = to_ascii_upper(word.substr(0, word.find('/')));
  if (name.starts_with("LOCAL-")) name.erase(0, 6);
  if (name.ends_with("-TLS")) name.replace(name.size() - 4, 4, "S");
  if (name == "BSMTP" || name == "SMTPSVC") name = "SMTP";
  if (name == "HTTPREST") name = "HTTP";
  constexpr std::array<std::string_view, 20> known = {
      "SMTP",  "ESMTP",  "ESMTPA",   "ESMTPS",    "ESMTPSA",   "LMTP",       "LMTPA",
      "LMTPS", "LMTPSA", "UTF8SMTP", "UTF8SMTPA", "UTF8SMTPS", "UTF8SMTPSA", "UTF8LMTP",
      "HTTP",  "HTTPS",  "IMAP",     "POP3",      "LOCAL",     "MMS"};
  return is_one_of(name, known) ? name : std::string();
}

class TraceReader {
 public:
  explicit TraceReader(std::string_view value) : rest_(value), words_(take_words(rest_)) {}

  Received read() {
    for (at_ = 0; at_ < words_.size(); ++at_) {
      if (!begin_clause()) read_word();
    }
    result_.date = parse_date(rest_);
    return std::move(result_);
  }

 private:
  enum class Clause { none, from, by, via, with, id, recipient };

  const Word& word() const { return words_[at_]; }

  // At one of the words that begin a clause, and that hasn't been there yet: reads its value too.
  bool begin_clause() {
    // "(from …)", "(qmail 1 invoked from network)": the only clause that is found in comments.
    if (is_word(word(), "from") && result_.from.empty() && clause_ == Clause::none) {
      return begin(Clause::from, &result_.from);
    }
    if (word().depth > 0 || word().bracket != '\0') return false;
    if (is_word(word(), "from")) return begin(Clause::from, &result_.from);
    if (is_word(word(), "by")) return begin(Clause::by, &result_.by);
    if (is_word(word(), "via")) return begin(Clause::via, &result_.via);
    if (is_word(word(), "id")) return begin(Clause::id, &result_.id);
    if (is_word(word(), "for")) return begin(Clause::recipient, &result_.recipient);
    if (is_word(word(), "with")) return begin(Clause::with, nullptr);
    return false;
  }

  bool begin(Clause clause, std::string* value) {
    clause_ = clause;
    if (value == nullptr || !value->empty() || at_ + 1 == words_.size()) return true;
    const Word& next = words_[at_ + 1];
    if (next.depth != word().depth) return true;  // "from ([192.0.2.1])": there is no name
    *value = next.text;
    ++at_;
    return true;
  }

  void read_word() {
    read_tls();
    if (clause_ == Clause::from) read_peer();
    if (clause_ == Clause::with && word().depth == 0) read_protocol();
  }

  void read_protocol() {
    const std::string protocol = protocol_of(word().text);
    if (!protocol.empty() && !has_protocol_) {
      result_.with = protocol;
      has_protocol_ = true;
    } else if (result_.with.empty()) {
      result_.with = word().text;
    }
  }

  // What the from clause says of the client besides the first word.
  void read_peer() {
    const std::string_view text = word().text;
    constexpr std::array<std::string_view, 3> greetings = {"HELO", "EHLO", "LHLO"};
    if (is_one_of(text, greetings)) {
      result_.greeting = to_ascii_upper(text);
      take_next(result_.helo);
    } else if (starts_with_ignoring_case(text, "helo=")) {
      if (result_.greeting.empty()) result_.greeting = "HELO";
      if (result_.helo.empty()) result_.helo = text.substr(5);
    } else if (is_word(word(), "ident=")) {  // "ident=[…]"
      take_next(result_.ident);
    } else if (starts_with_ignoring_case(text, "ident=")) {
      if (result_.ident.empty()) result_.ident = text.substr(6);
    } else if (const auto ip = read_ip(text)) {
      if (!result_.from_ip) result_.from_ip = ip;
    } else if (text.find('@') != std::string_view::npos && word().bracket == '\0' && result_.ident.empty()) {
      result_.ident = text.substr(starts_with_ignoring_case(text, "IDENT:") ? 6 : 0);
      if (result_.ident.ends_with('@')) result_.ident.pop_back();
    } else if (is_first_in_comment() && is_host_name(text) && result_.from_host.empty()) {
      result_.from_host = text;
    }
  }

  bool is_first_in_comment() const {
    return word().comment > 0 && (at_ == 0 || words_[at_ - 1].comment != word().comment);
  }

  // The next word, if it is in the same comment.
  void take_next(std::string& value) {
    if (at_ + 1 == words_.size() || words_[at_ + 1].comment != word().comment) return;
    ++at_;
    if (value.empty()) value = word().text;
  }

  // "TLSv1.3", "TLS1_2", "TLS-1.0:CIPHER:256", "version=TLSv1", "cipher=NAME", "cipher NAME",
  // "ESMTP/TLS/CIPHER".
  void read_tls() {
    std::string_view text = word().text;
    if (is_word(word(), "cipher")) {
      // "(Cipher TLSv1:NAME:168)" is read as what it is.
      const bool has_version =
          at_ + 1 < words_.size() && words_[at_ + 1].text.find(':') != std::string_view::npos;
      if (word().depth > 0 && !has_version) take_next(result_.tls_cipher);
      return;
    }
    if (starts_with_ignoring_case(text, "cipher=")) {
      result_.tls_cipher = text.substr(7);
      return;
    }
    if (starts_with_ignoring_case(text, "version=")) text.remove_prefix(8);
    if (const auto tls = text.find("/TLS/"); tls != std::string_view::npos) text.remove_prefix(tls + 5);
    if (starts_with_ignoring_case(text, "TLS")) {
      read_version(text.substr(3));
      if (const auto colon = text.find(':');
          colon != std::string_view::npos && !result_.tls_version.empty()) {
        text = text.substr(colon + 1);
        text = text.substr(0, text.find(':'));
      }
    }
    if (is_cipher(text) && result_.tls_cipher.empty()) result_.tls_cipher = text;
  }

  void read_version(std::string_view text) {
    if (!text.empty() && (ascii_lower(text.front()) == 'v' || text.front() == '-')) text.remove_prefix(1);
    if (text.empty() || !is_ascii_digit(text.front()) || !result_.tls_version.empty()) return;
    const bool has_minor = text.size() > 2 && (text[1] == '.' || text[1] == '_') && is_ascii_digit(text[2]);
    result_.tls_version = {text[0], '.', has_minor ? text[2] : '0'};
  }

  std::string_view rest_;
  std::vector<Word> words_;
  Received result_;
  std::size_t at_ = 0;
  Clause clause_ = Clause::none;
  bool has_protocol_ = false;
};

// What stands in our own field is checked before, but a field that breaks is the door to forging others.
std::string without_controls(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (static_cast<unsigned char>(c) < ' ' || c == '\x7f') c = '?';
  }
  return result;
}

// The same for the inside of a comment.
std::string harmless(std::string_view text) {
  std::string result = without_controls(text);
  for (char& c : result) {
    if (c == '(' || c == ')' || c == '\\') c = '?';
  }
  return result;
}

}  // namespace

Received parse_received(std::string_view value) { return TraceReader(value).read(); }

std::string format_received(const TraceStamp& stamp) {
  std::string field = "Received: ";
  if (!stamp.hides_source) field += "from " + (stamp.helo.empty() ? "localhost" : harmless(stamp.helo));
  if (!stamp.hides_source && stamp.address) {
    // RFC 5321 §4.4's TCP-info.
    const char* tag = stamp.address->family == IpAddress::Family::ipv6 ? "IPv6:" : "";
    field += " (" + (stamp.host.empty() ? "" : harmless(stamp.host) + " ") + "[" + tag +
             stamp.address->text() + "])";
  }
  if (!stamp.hides_source) field += "\r\n\t";
  field += "by " + harmless(stamp.by) + " (Pillarbox) with " + harmless(stamp.with);
  if (!stamp.tls.empty()) field += " (" + harmless(stamp.tls) + ")";
  if (!stamp.login.empty()) field += "\r\n\t(authenticated: " + harmless(stamp.login) + ")";
  field += "\r\n\tid " + harmless(stamp.id);
  if (!stamp.recipient.empty()) field += " for <" + without_controls(stamp.recipient) + ">";
  return field + ";\r\n\t" + format_date(stamp.time) + "\r\n";
}

}  // namespace pillarbox::mail
