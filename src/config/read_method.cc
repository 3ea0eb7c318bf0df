// The methods of action that end on this machine, and of OpenSMTPD 5's `deliver to`, with their options.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "config/format_check.h"
#include "config/statements.h"

namespace pillarbox::config {
namespace {

std::optional<Token> take_format(Statement& statement, std::string_view what, FormatPlace place) {
  const auto word = statement.take_word(what);
  if (!word) return std::nullopt;
  if (const auto valid = check_format(word->text, place); !valid) {
    statement.context().mistake(*word, fmt::format("in {}: {}", spelled(*word), valid.error()),
                                "%{sender}, %{rcpt}, %{dest} with .user or .domain, %{user.username}, "
                                "%{user.directory} or %{mbox.from}");
  }
  return word;
}

// Options are bare words; a path may be one too.
bool is_path(const Token& token) {
  return token.kind == Token::Kind::word &&
         (token.is_quoted || token.text.contains('/') || token.text.starts_with('%') ||
          token.text.starts_with('~') || token.text.starts_with('.'));
}

LocalMethod read_maildir(Statement& statement) {
  MaildirMethod maildir{.path = {.position = statement.peek().position, .text = ""}};
  if (is_path(statement.peek())) {
    if (const auto path = take_format(statement, "the Maildir's path", FormatPlace::delivery))
      maildir.path = as_word(*path);
  }
  maildir.sorts_junk = statement.take_if("junk");
  return maildir;
}

// "host:port", "[2001:db8::1]:24", "/run/lmtp.sock".
std::expected<void, std::string> set_destination(LmtpMethod& lmtp) {
  const std::string_view text = lmtp.destination.text;
  if (text.starts_with('/')) {
    lmtp.socket_path = text;
    return {};
  }
  std::string_view host = text;
  if (host.starts_with("lmtp://")) host.remove_prefix(7);
  const auto colon = host.rfind(':');
  if (colon == std::string_view::npos || host.ends_with(']')) {
    return std::unexpected("LMTP has no usual port: one has to be given");
  }
  const auto port = parse_port(host.substr(colon + 1));
  if (!port) return std::unexpected("its port isn't a number from 1 to 65535");
  lmtp.port = *port;
  host = host.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (!is_host_name(host) && !parse_ip(host)) return std::unexpected("its host isn't a name or an address");
  lmtp.host = host;
  return {};
}

std::optional<LocalMethod> read_lmtp(Statement& statement) {
  const std::string_view expected = "HOST:PORT or the path of a socket";
  const auto word = statement.take_word(expected);
  if (!word) return std::nullopt;
  LmtpMethod lmtp{.destination = as_word(*word), .socket_path = "", .host = ""};
  if (const auto valid = set_destination(lmtp); !valid) {
    statement.context().mistake(*word, fmt::format("{} is no LMTP server: {}", spelled(*word), valid.error()),
                                std::string(expected));
  }
  lmtp.gives_address = statement.take_if("rcpt-to");
  return lmtp;
}

std::optional<LocalMethod> read_mda(Statement& statement) {
  const auto command = take_format(statement, "the command, in quotes", FormatPlace::delivery);
  if (!command) return std::nullopt;
  if (trim(command->text).empty()) statement.context().mistake(*command, "this command is empty");
  return MdaMethod{as_word(*command)};
}

constexpr Option<LocalAction> options[] = {
    {"alias", [](Statement& s, const Token&, LocalAction& a) { a.aliases = s.take_table("aliases"); }},
    {"ttl", [](Statement& s, const Token&, LocalAction& a) { a.ttl = take_time(s, "how long to try"); }},
    {"user",
     [](Statement& s, const Token&, LocalAction& a) {
       if (const auto name = s.take_word("a user of the system")) a.user = as_word(*name);
     }},
    {"userbase", [](Statement& s, const Token&, LocalAction& a) { a.userbase = s.take_table("users"); }},
    {"virtual",
     [](Statement& s, const Token&, LocalAction& a) { a.virtual_aliases = s.take_table("addresses"); }},
    {"wrapper",
     [](Statement& s, const Token&, LocalAction& a) {
       if (const auto name = s.take_word("the name of an mda wrapper")) a.wrapper = as_word(*name);
     }},
};

}  // namespace

Words local_methods() { return {"expand-only", "forward-only", "lmtp", "mailbox", "maildir", "mbox", "mda"}; }

std::optional<LocalMethod> read_local_method(Statement& statement, const Token& word) {
  if (word.text == "mailbox") return MailboxMethod{};
  if (word.text == "mbox") return MboxMethod{};
  if (word.text == "forward-only") return ForwardOnlyMethod{};
  if (word.text == "expand-only") return ExpandOnlyMethod{};
  if (word.text == "maildir") return read_maildir(statement);
  if (word.text == "lmtp") return read_lmtp(statement);
  ASSERT(word.text == "mda");
  return read_mda(statement);
}

void read_local_options(Statement& statement, std::string_view method, LocalAction& action) {
  Context& context = statement.context();
  Words seen;
  while (!statement.at_end()) {
    const Token word = statement.take();
    const auto* option =
        word.kind == Token::Kind::word ? find_option<LocalAction>(options, word.text) : nullptr;
    if (option != nullptr) {
      if (std::ranges::find(seen, option->word) != seen.end())
        context.mistake(word, fmt::format("{} a second time", word.text));
      else
        seen.push_back(option->word);
      option->read(statement, word, action);
      continue;
    }
    Words known = words_of<LocalAction>(options);
    if (method == "maildir") known.emplace_back("junk");
    if (method == "lmtp") known.emplace_back("rcpt-to");
    Diagnostic& found = context.unknown(word, fmt::format("unknown option {} of {}", spelled(word), method),
                                        alternatives(known), known);
    if (word.kind == Token::Kind::open) {
      found.notes.emplace_back("what has braces is written in quotes: \"/var/mail/%{user.username}\"");
      statement.skip_rest();
    }
    if (statement.peek().kind == Token::Kind::table) statement.take();
  }
  check_local(context, method, action);
}

void check_local(Context& context, std::string_view method, const LocalAction& action) {
  const bool delivers_itself = action.is<MailboxMethod>();
  const bool never_delivers = action.is<ForwardOnlyMethod>() || action.is<ExpandOnlyMethod>();
  if (action.user && (delivers_itself || never_delivers || action.is<MboxMethod>())) {
    Diagnostic& found =
        context.mistake(action.user->position, fmt::format("a user means nothing with {}", method));
    if (delivers_itself) {
      found.notes.emplace_back("mail is kept by the server itself: no other user's rights are needed");
    } else if (!never_delivers) {
      found.notes.emplace_back("each user's mail file is written with that user's own rights");
    }
  }
  if (action.wrapper && (delivers_itself || never_delivers)) {
    context.mistake(action.wrapper->position, fmt::format("a wrapper means nothing with {}", method))
        .notes.emplace_back("it wraps the command of a delivery, and there is none");
  }
}

void read_mda_statement(Statement& statement) {
  Context& context = statement.context();
  if (!statement.take_if("wrapper")) {
    context.unknown(statement.peek(), fmt::format("{} behind mda", spelled(statement.peek())),
                    "wrapper, as in: mda wrapper NAME \"COMMAND\"", {"wrapper"});
    return statement.skip_rest();
  }
  const auto name = statement.take_word("the wrapper's name");
  if (!name) return statement.skip_rest();
  const auto command = take_format(statement, "the wrapper's command, in quotes", FormatPlace::wrapper);
  if (!command) return statement.skip_rest();
  statement.expect_end();
  if (const MdaWrapper* first = context.configuration.wrapper(name->text)) {
    context.mistake(*name, fmt::format("a second wrapper {}", spelled(*name)))
        .notes.push_back("the first is at " + context.place(first->position));
    return;
  }
  context.configuration.wrappers.push_back({name->position, name->text, as_word(*command)});
}

}  // namespace pillarbox::config
