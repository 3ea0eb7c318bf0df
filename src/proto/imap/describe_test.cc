#include "proto/imap/describe_test.h"

#include <fmt/format.h>

#include "base/text.h"
#include "proto/imap/fetch_response.h"
#include "proto/imap/response.h"

namespace pillarbox::imap {
namespace {

template <class T>
struct Named {
  T item;
  std::string_view name;
};

template <class T, std::size_t n>
std::string names_of(T items, const Named<T> (&table)[n]) {
  std::string text;
  for (const auto& row : table) {
    if (items.has(row.item)) text += (text.empty() ? "" : ",") + std::string(row.name);
  }
  return text;
}

std::string text_of(StatusItems items) {
  static constexpr Named<StatusItems> table[] = {
      {status_items::messages, "MESSAGES"}, {status_items::recent, "RECENT"},
      {status_items::uid_next, "UIDNEXT"},  {status_items::uid_validity, "UIDVALIDITY"},
      {status_items::unseen, "UNSEEN"},     {status_items::highest_modseq, "HIGHESTMODSEQ"},
      {status_items::size, "SIZE"},
  };
  return names_of(items, table);
}

std::string text_of(FetchItems items) {
  static constexpr Named<FetchItems> table[] = {
      {fetch_items::uid, "UID"},
      {fetch_items::flags, "FLAGS"},
      {fetch_items::internal_date, "INTERNALDATE"},
      {fetch_items::size, "RFC822.SIZE"},
      {fetch_items::modseq, "MODSEQ"},
      {fetch_items::envelope, "ENVELOPE"},
      {fetch_items::body, "BODY"},
      {fetch_items::body_structure, "BODYSTRUCTURE"},
  };
  return names_of(items, table);
}

std::string text_of(const SequenceSet& set) {
  std::string text;
  if (!set.numbers().empty()) {
    Output out;
    write_number_set(out, set.numbers());
    text = out.text();
  }
  if (!set.star_from()) return text;
  if (!text.empty()) text += ',';
  return text + (set.star_from() == SequenceSet::star_alone ? "*" : std::to_string(*set.star_from()) + ":*");
}

std::string text_of(const FlagList& list) {
  const FlagTexts texts(list.keywords);
  std::string text(texts.max_size(), ' ');
  const std::uint64_t all = list.keywords.empty() ? 0 : ~std::uint64_t{0} >> (64 - list.keywords.size());
  text.resize(static_cast<std::size_t>(texts.write(text.data(), list.system, all) - text.data()));
  return '(' + text + ')';
}

// The name of a section as the response has it, which shows all there is of it.
std::string text_of(const BodySection& section) {
  Output out;
  FetchResponse(out, 1).no_section(section);
  std::string text(out.text().substr(std::string_view("* 1 FETCH (").size()));
  text.resize(text.size() - std::string_view(" NIL").size());
  if (section.partial) text += std::to_string(section.partial->count);
  return (section.sets_seen == SetsSeen::no ? "PEEK:" : "") + text;
}

std::string text_of(Date date) {
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

std::string text_of(search::Comparison comparison) {
  switch (comparison) {
    case search::Comparison::before: return "<";
    case search::Comparison::on: return "=";
    case search::Comparison::since: return ">=";
  }
  return "";
}

std::string text_of(search::Is is) { return is == search::Is::set ? "" : "!"; }

std::string text_of(const SearchKey& key);

std::string text_of(const std::vector<SearchKey>& keys) {
  std::string text;
  for (const SearchKey& key : keys) text += (text.empty() ? "" : " ") + text_of(key);
  return '(' + text + ')';
}

std::string text_of(const search::All&) { return "all"; }
std::string text_of(const search::HasFlag& key) {
  const std::string flags = text_of(FlagList{.system = key.flag});
  return text_of(key.is) + flags.substr(1, flags.size() - 2);
}
std::string text_of(const search::HasKeyword& key) { return text_of(key.is) + "kw:" + key.keyword; }
std::string text_of(const search::HeaderContains& key) { return key.field + ':' + key.text; }
std::string text_of(const search::BodyContains& key) { return "body~" + key.text; }
std::string text_of(const search::TextContains& key) { return "text~" + key.text; }
std::string text_of(const search::InternalDateIs& key) {
  return "date" + text_of(key.comparison) + text_of(key.date);
}
std::string text_of(const search::SentDateIs& key) {
  return "sent" + text_of(key.comparison) + text_of(key.date);
}
std::string text_of(const search::Larger& key) { return '>' + std::to_string(key.bytes); }
std::string text_of(const search::Smaller& key) { return '<' + std::to_string(key.bytes); }
std::string text_of(const search::InSequence& key) { return text_of(key.messages); }
std::string text_of(const search::InUids& key) { return "uid:" + text_of(key.uids); }
std::string text_of(const search::ModSeq& key) { return "modseq>=" + std::to_string(key.value); }
std::string text_of(const search::Not& key) { return "not" + ('(' + text_of(key.key.at(0)) + ')'); }
std::string text_of(const search::Or& key) { return "or" + text_of(key.keys); }
std::string text_of(const search::And& key) { return text_of(key.keys); }

std::string text_of(const SearchKey& key) {
  return std::visit([](const auto& k) { return text_of(k); }, key.key);
}

std::string with(std::string_view word, bool is_there) { return is_there ? ' ' + std::string(word) : ""; }
std::string uid(Numbers numbers) { return numbers == Numbers::uid ? " uid" : ""; }

std::string text_of(const Capability&) { return "Capability"; }
std::string text_of(const Noop&) { return "Noop"; }
std::string text_of(const Logout&) { return "Logout"; }
std::string text_of(const StartTls&) { return "StartTls"; }
std::string text_of(const Namespace&) { return "Namespace"; }
std::string text_of(const Idle&) { return "Idle"; }
std::string text_of(const Check&) { return "Check"; }
std::string text_of(const Close&) { return "Close"; }
std::string text_of(const Unselect&) { return "Unselect"; }
std::string text_of(const ClientId& id) {
  std::string text = "ClientId";
  for (const auto& [name, value] : id.fields) text += ' ' + name + (value ? '=' + *value : "");
  return text;
}
std::string text_of(const Authenticate& c) {
  return "Authenticate " + c.mechanism +
         (c.initial_response ? " ir=" + escape_controls(*c.initial_response) : "");
}
std::string text_of(const Login& c) { return "Login " + c.user + ' ' + escape_controls(c.password); }
std::string text_of(const Enable& c) {
  std::string text = "Enable";
  for (const auto& name : c.capabilities) text += ' ' + name;
  return text;
}
std::string text_of(const Select& c) {
  return (c.access == Access::read_write ? "Select " : "Examine ") + c.mailbox +
         with("condstore", c.condstore == Condstore::on);
}
std::string text_of(const Create& c) {
  std::string uses;
  for (const auto& row : special_use_names) {
    if (c.uses.has(row.use)) uses += (uses.empty() ? " use=" : ",") + std::string(row.name);
  }
  return "Create " + c.mailbox + uses;
}
std::string text_of(const Delete& c) { return "Delete " + c.mailbox; }
std::string text_of(const Rename& c) { return "Rename " + c.from + ' ' + c.to; }
std::string text_of(const Subscribe& c) { return "Subscribe " + c.mailbox; }
std::string text_of(const Unsubscribe& c) { return "Unsubscribe " + c.mailbox; }
std::string text_of(const List& c) {
  std::string text = "List [" + c.reference + ']';
  for (const auto& pattern : c.patterns) text += '[' + pattern + ']';
  text += with("extended", c.extended);
  text += with("subscribed", c.selection.subscribed) + with("remote", c.selection.remote) +
          with("recursive", c.selection.recursive_match) + with("special", c.selection.special_use);
  text += with("ret-subscribed", c.returned.subscribed) + with("ret-children", c.returned.children) +
          with("ret-special", c.returned.special_use);
  return text + with("status=" + text_of(c.returned.status), !c.returned.status.empty());
}
std::string text_of(const Lsub& c) { return "Lsub [" + c.reference + "][" + c.pattern + ']'; }
std::string text_of(const Status& c) { return "Status " + c.mailbox + ' ' + text_of(c.items); }
std::string text_of(const Append& c) {
  std::string text = "Append " + c.mailbox + ' ' + text_of(c.flags);
  if (!c.internal_date) return text;
  return text + fmt::format(" {}{:+}", c.internal_date->moment.time_since_epoch().count(),
                            c.internal_date->zone_minutes);
}
std::string text_of(const Expunge& c) { return "Expunge" + (c.uids ? ' ' + text_of(*c.uids) : ""); }
std::string text_of(const Search& c) {
  std::string returned;
  if (c.returned.extended) {
    returned = with("min", c.returned.min) + with("max", c.returned.max) + with("all", c.returned.all) +
               with("count", c.returned.count);
    returned = " ret(" + returned.substr(1) + ')';
  }
  return "Search" + uid(c.numbers) + returned + with("charset=" + c.charset, !c.charset.empty()) + ' ' +
         text_of(c.key) + with("+modseq", c.uses_modseq);
}
std::string text_of(const Fetch& c) {
  std::string text =
      "Fetch" + uid(c.numbers) + ' ' + text_of(c.messages) + with(text_of(c.items), !c.items.empty());
  if (!c.sections.empty()) text += " sections=";
  for (const auto& section : c.sections) text += ' ' + text_of(section);
  return text + (c.changed_since ? " since=" + std::to_string(*c.changed_since) : "");
}
std::string text_of(const Store& c) {
  static constexpr std::string_view modes[] = {" =", " +", " -"};
  return "Store" + uid(c.numbers) + ' ' + text_of(c.messages) + std::string(modes[static_cast<int>(c.mode)]) +
         with("silent", c.answer == Store::Answer::silent) +
         (c.unchanged_since ? " unchanged=" + std::to_string(*c.unchanged_since) : "") + ' ' +
         text_of(c.flags);
}
std::string text_of(const Copy& c) {
  return "Copy" + uid(c.numbers) + ' ' + text_of(c.messages) + ' ' + c.mailbox;
}
std::string text_of(const Move& c) {
  return "Move" + uid(c.numbers) + ' ' + text_of(c.messages) + ' ' + c.mailbox;
}

}  // namespace

std::string describe(const Command& command) {
  return std::visit([](const auto& c) { return text_of(c); }, command);
}

}  // namespace pillarbox::imap
