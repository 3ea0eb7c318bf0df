#include "config/parse.h"

#include <fmt/format.h>

#include <algorithm>

#include "config/limits.h"
#include "config/listen_check.h"
#include "config/names_check.h"
#include "config/open_relay.h"
#include "config/statement_reader.h"
#include "config/statements.h"

namespace pillarbox::config {
namespace {

using Read = void (*)(Statement&);
struct Kind {
  std::string_view word;
  Read read;
};

constexpr Kind kinds[] = {
    {"action", read_action},     {"admd", read_admd},
    {"bounce", read_bounce},     {"ca", read_ca},
    {"domain", read_domain},     {"filter", read_filter},
    {"hostname", read_hostname}, {"listen", read_listen},
    {"match", read_match},       {"mda", read_mda_statement},
    {"mta", read_mta},           {"pki", read_pki},
    {"proc", read_proc},         {"queue", read_queue},
    {"resolver", read_resolver}, {"scheduler", read_scheduler},
    {"smtp", read_smtp},         {"srs", read_srs},
    {"table", read_table},
};

// OpenSMTPD 5's: read, not recommended.
constexpr Kind five_kinds[] = {
    {"accept", read_accept},
    {"bounce-warn", read_bounce_warn},
    {"expire", read_expire},
    {"limit", read_limit},
    {"max-message-size", read_max_message_size},
    {"reject", read_accept},
    {"subaddressing-delimiter", read_subaddressing_delimiter},
};

Read reader_of(std::string_view word) {
  for (const std::span<const Kind> all : {std::span<const Kind>(kinds), std::span<const Kind>(five_kinds)}) {
    const auto kind = std::ranges::find(all, word, &Kind::word);
    if (kind != all.end()) return kind->read;
  }
  return nullptr;
}

Words known_words(std::span<const FieldTable> settings) {
  Words words = {"include"};
  for (const Kind& kind : kinds) words.push_back(kind.word);
  for (const FieldTable& table : settings) words.push_back(table.word);
  std::ranges::sort(words);
  const auto repeated = std::ranges::unique(words);
  words.erase(repeated.begin(), repeated.end());
  return words;
}

class Parser {
 public:
  Parser(Host& host, std::span<const FieldTable> settings, Parsed& result)
      : result_(result), context_(host, settings, result.configuration, result.diagnostics) {
    Words& words = context_.statement_words;
    words = known_words(settings);
    const Words others = unsupported_words();
    words.insert(words.end(), others.begin(), others.end());
    for (const Kind& kind : five_kinds) words.push_back(kind.word);
    std::ranges::sort(words);
  }

  void run(const std::string& path) {
    read_file(path, nullptr);
    Configuration& configuration = result_.configuration;
    if (configuration.hostname.empty()) configuration.hostname = context_.host.hostname();
    check_ports(context_);
    check_names(context_);
    if (context_.has_refused_rules || !context_.refused_actions.empty()) return;
    for (Diagnostic& found : find_open_relays(configuration)) context_.add(std::move(found));
  }

 private:
  void read_file(const std::string& path, const Token* included_at);
  void read_statement(Statement& statement);
  void include(Statement& statement);

  Parsed& result_;
  Context context_;
  Macros macros_;
  std::vector<std::string> open_files_;
  std::size_t statements_ = 0;
};

void Parser::read_file(const std::string& path, const Token* included_at) {
  Sources& sources = result_.configuration.sources;
  auto text = context_.host.read_file(path, limits::file_bytes);
  if (!text) {
    const std::string message = fmt::format("can't read {}: {}", path, text.error());
    if (included_at != nullptr) {
      context_.mistake(*included_at, message);
    } else {
      sources.add(path, "");
      context_.add({.message = fmt::format("can't be read: {}", text.error())});
    }
    return;
  }
  open_files_.push_back(path);
  const std::uint32_t file = sources.add(path, std::move(*text));
  // A copy: what is included adds to the sources, which may move their texts.
  const std::string copy(sources.text(file));
  StatementReader reader(copy, file, macros_, context_);
  for (auto tokens = reader.next(); !tokens.empty(); tokens = reader.next()) {
    Statement statement(std::move(tokens), context_);
    if (++statements_ > limits::statements) {
      context_.mistake(statement.peek(), "there are too many statements",
                       "at most 10,000, and tables in files");
      break;
    }
    read_statement(statement);
    if (context_.has_enough()) break;
  }
  open_files_.pop_back();
}

void Parser::read_statement(Statement& statement) {
  const Token word = statement.take();
  const auto& settings = context_.settings;
  const bool has_settings = std::ranges::find(settings, word.text, &FieldTable::word) != settings.end();
  if (word.kind != Token::Kind::word || word.is_quoted) {
    context_.mistake(word, fmt::format("{} where a statement begins", spelled(word)),
                     alternatives(known_words(context_.settings)));
  } else if (has_settings && is_setting(statement, word.text)) {
    read_setting(statement, word.text);
  } else if (const Read read = reader_of(word.text)) {
    read(statement);
  } else if (word.text == "include") {
    include(statement);
  } else if (refuse_unsupported(statement, word)) {
    return;
  } else if (has_settings) {
    read_setting(statement, word.text);
  } else {
    Words known = known_words(context_.settings);
    const std::string expected = alternatives(known);
    for (const Kind& kind : five_kinds) known.push_back(kind.word);
    for (const std::string_view other : unsupported_words()) known.push_back(other);
    context_.unknown(word, fmt::format("unknown statement {}", spelled(word)), expected, known);
    context_.has_refused_rules = true;
  }
}

void Parser::include(Statement& statement) {
  const auto path = statement.take_word("the file to include");
  if (!path) return;
  statement.expect_end();
  std::string name = path->text;
  if (!name.starts_with('/')) name.insert(0, open_files_.back(), 0, open_files_.back().rfind('/') + 1);
  if (std::ranges::find(open_files_, name) != open_files_.end()) {
    context_.mistake(*path, fmt::format("{} includes itself", name));
  } else if (open_files_.size() >= limits::include_depth ||
             context_.configuration.sources.size() >= limits::files) {
    context_.mistake(*path, "too many files are included, or too deep");
  } else {
    const Token at = *path;
    read_file(name, &at);
  }
}

}  // namespace

bool Parsed::ok() const { return std::ranges::none_of(diagnostics, &Diagnostic::is_error); }

Parsed parse(const std::string& path, Host& host, std::span<const FieldTable> settings) {
  Parsed result;
  Parser(host, settings, result).run(path);
  return result;
}

}  // namespace pillarbox::config
