#include "config/unsupported.h"

#include <fmt/format.h>

#include <algorithm>

#include "config/statements.h"

namespace pillarbox::config {
namespace {

// --- Read, but not done yet ---

class Found {
 public:
  Found(const Configuration& configuration, std::vector<Diagnostic>& diagnostics)
      : configuration(configuration), diagnostics_(diagnostics) {}

  const Configuration& configuration;

  void at(const Position& position, std::string_view what) {
    diagnostics_.push_back({.kind = Diagnostic::Kind::unsupported,
                            .position = position,
                            .length = configuration.sources.word_length(position),
                            .message = fmt::format("{} is not yet supported", what)});
  }
  template <class T>
  void at(const std::optional<T>& option, std::string_view what) {
    if (option) at(option->position, what);
  }
  template <class T>
  void at_each(const std::vector<T>& all, std::string_view what) {
    for (const T& one : all) at(one.position, what);
  }

 private:
  std::vector<Diagnostic>& diagnostics_;
};

template <class Method>
void methods(Found& found, std::string_view what) {
  for (const Action& action : found.configuration.actions) {
    const auto* local = std::get_if<LocalAction>(&action.method);
    if (local != nullptr && local->is<Method>()) found.at(local->method_position, what);
  }
}

template <class Kind, class Member>
void options(Found& found, Member member, std::string_view what) {
  for (const Action& action : found.configuration.actions) {
    if (const auto* method = std::get_if<Kind>(&action.method)) found.at(method->*member, what);
  }
}

struct NotDone {
  std::string_view what;
  void (*find)(Found& found, std::string_view what);
};

// Each line by itself: take out what has become real.
constexpr NotDone not_done[] = {
    {"delivery to mbox", methods<MboxMethod>},
    {"delivery to maildir", methods<MaildirMethod>},
    {"delivery by lmtp", methods<LmtpMethod>},
    {"delivery by mda", methods<MdaMethod>},
    {"forward-only", methods<ForwardOnlyMethod>},
    {"expand-only", methods<ExpandOnlyMethod>},
    {"mailbox for the system's users, without userbase <table>,",
     [](Found& f, auto w) {
       for (const Action& action : f.configuration.actions) {
         const auto* local = std::get_if<LocalAction>(&action.method);
         if (local != nullptr && local->is<MailboxMethod>() && !local->userbase)
           f.at(local->method_position, w);
       }
     }},
    {"user in an action", [](Found& f, auto w) { options<LocalAction>(f, &LocalAction::user, w); }},
    {"wrapper in an action", [](Found& f, auto w) { options<LocalAction>(f, &LocalAction::wrapper, w); }},
    {"relay … ca", [](Found& f, auto w) { options<RelayAction>(f, &RelayAction::ca, w); }},
    {"relay … protocols", [](Found& f, auto w) { options<RelayAction>(f, &RelayAction::protocols, w); }},
    {"relay … ciphers", [](Found& f, auto w) { options<RelayAction>(f, &RelayAction::ciphers, w); }},
    {"relay … srs", [](Found& f, auto w) { options<RelayAction>(f, &RelayAction::srs, w); }},
    {"relay … filter", [](Found& f, auto w) { options<RelayAction>(f, &RelayAction::filter, w); }},
    {"from rdns",
     [](Found& f, auto w) {
       for (const Rule& rule : f.configuration.rules) {
         if (rule.from.kind == From::Kind::rdns) f.at(rule.from.position, w);
       }
     }},
    {"filter", [](Found& f, auto w) { f.at_each(f.configuration.filters, w); }},
    {"filter in listen on",
     [](Found& f, auto w) {
       for (const Listener& listener : f.configuration.listeners) f.at_each(listener.filters, w);
     }},
    {"listen on … ca",
     [](Found& f, auto w) {
       for (const Listener& listener : f.configuration.listeners) f.at(listener.ca, w);
     }},
    {"asking clients for a certificate (verify)",
     [](Found& f, auto w) {
       for (const Listener& listener : f.configuration.listeners) f.at(listener.verify, w);
     }},
    {"listen on … protocols",
     [](Found& f, auto w) {
       for (const Listener& listener : f.configuration.listeners) f.at(listener.protocols, w);
     }},
    {"listen on … ciphers",
     [](Found& f, auto w) {
       for (const Listener& listener : f.configuration.listeners) f.at(listener.ciphers, w);
     }},
    {"senders … masquerade",
     [](Found& f, auto w) {
       for (const Listener& listener : f.configuration.listeners) f.at(listener.masquerade, w);
     }},
    {"auth for the system's users, without a <table>,",
     [](Found& f, auto w) {
       for (const Listener& listener : f.configuration.listeners) {
         if (listener.auth != AuthMode::none && !listener.users) f.at(listener.auth_position, w);
       }
     }},
    {"queue compression", [](Found& f, auto w) { f.at(f.configuration.options.queue.compression, w); }},
    {"queue encryption", [](Found& f, auto w) { f.at(f.configuration.options.queue.encryption, w); }},
    {"queue ttl", [](Found& f, auto w) { f.at(f.configuration.options.queue.ttl, w); }},
    {"mta max-deferred", [](Found& f, auto w) { f.at(f.configuration.options.mta.max_deferred, w); }},
    {"mta limit",
     [](Found& f, auto w) {
       for (const MtaLimit& limit : f.configuration.options.mta.limits) f.at(limit.name.position, w);
     }},
    {"mta limit inet4 or inet6", [](Found& f, auto w) { f.at(f.configuration.options.mta.family, w); }},
    {"scheduler limit",
     [](Found& f, auto w) {
       for (const SchedulerLimit& limit : f.configuration.options.scheduler) f.at(limit.name.position, w);
     }},
    {"srs key", [](Found& f, auto w) { f.at(f.configuration.options.srs.key, w); }},
    {"srs key backup", [](Found& f, auto w) { f.at(f.configuration.options.srs.backup_key, w); }},
    {"srs ttl", [](Found& f, auto w) { f.at(f.configuration.options.srs.ttl, w); }},
    {"bounce warn-interval", [](Found& f, auto w) { f.at_each(f.configuration.options.bounce_warnings, w); }},
    {"smtp ciphers", [](Found& f, auto w) { f.at(f.configuration.options.smtp_ciphers, w); }},
};

// --- Not read yet ---

// What this server will be: refused by its name, so that nobody takes it for a slip of the pen.
constexpr std::string_view unread[] = {"acme", "dkim", "mta-sts", "sieve", "spam"};

}  // namespace

std::vector<Diagnostic> find_unsupported(const Configuration& configuration) {
  std::vector<Diagnostic> diagnostics;
  Found found(configuration, diagnostics);
  for (const NotDone& one : not_done) one.find(found, one.what);
  std::ranges::sort(diagnostics, {}, &Diagnostic::position);
  return diagnostics;
}

bool refuse_unsupported(Statement& statement, const Token& word) {
  if (std::ranges::find(unread, word.text) == std::end(unread)) return false;
  statement.context().unsupported(word, word.text);
  statement.skip_rest();
  return true;
}

Words unsupported_words() { return {std::begin(unread), std::end(unread)}; }

}  // namespace pillarbox::config
