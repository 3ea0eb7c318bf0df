#include "imapd/search_program.h"

#include <chrono>
#include <limits>
#include <utility>
#include <variant>

#include "imapd/flags.h"
#include "mail/charset.h"

namespace pillarbox::imapd {

namespace search = imap::search;

namespace {

Tri tri(bool value) { return value ? Tri::yes : Tri::no; }

template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};

std::uint64_t milliseconds_of(std::chrono::sys_days day) {
  return static_cast<std::uint64_t>(std::chrono::milliseconds(day.time_since_epoch()).count());
}

constexpr auto earliest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::min());
constexpr auto latest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());

std::uint32_t last_uid(const store::MailboxView& view) {
  return view.chunks.empty() ? 0 : view.chunks.back()->uids[view.chunks.back()->count - 1];
}

}  // namespace

SearchProgram::SearchProgram(const imap::SearchKey& key, std::string_view charset,
                             const SelectedMailbox& mailbox)
    : mailbox_(mailbox), charset_(charset), root_(compile(key)) {}

std::vector<SearchProgram::Node> SearchProgram::compile(const std::vector<imap::SearchKey>& keys) {
  std::vector<Node> nodes;
  nodes.reserve(keys.size());
  for (const imap::SearchKey& key : keys) nodes.push_back(compile(key));
  return nodes;
}

SearchProgram::Node SearchProgram::ask(Question question) {
  questions_.push_back(std::move(question));
  return {.kind = Node::Kind::question, .a = questions_.size() - 1};
}

SearchProgram::Node SearchProgram::compile(const imap::SearchKey& key) {
  using Kind = Node::Kind;
  using About = Question::About;
  const auto utf8 = [this](const std::string& text) {
    return charset_.empty() ? text : mail::to_utf8(text, charset_);
  };
  const store::MailboxView& view = mailbox_.known();
  ++size_;
  return std::visit(
      Overloaded{
          [](const search::All&) { return Node{}; },
          [](const search::HasFlag& k) {
            const bool must = k.is == search::Is::set;
            if (k.flag == imap::system_flags::recent) return Node{.kind = Kind::recent, .a = must};
            const std::uint64_t mask = bits_of(k.flag);
            return Node{.kind = Kind::flags, .a = mask, .b = must ? mask : 0};
          },
          [&](const search::HasKeyword& k) {
            const std::uint64_t mask = keyword_bit(k.keyword, view.keywords);
            // A keyword that the mailbox doesn't know has bit 0: nothing has it.
            if (k.is == search::Is::unset) return Node{.kind = Kind::flags, .a = mask, .b = 0};
            return Node{.kind = Kind::flags, .a = mask, .b = mask == 0 ? 1 : mask};
          },
          [&](const search::HeaderContains& k) {
            return ask({.about = About::field,
                        .field = k.field,
                        .matcher = mail::TextMatcher(utf8(k.text)),
                        .is_any_value = k.text.empty()});
          },
          [&](const search::BodyContains& k) {
            return ask({.about = About::body, .matcher = mail::TextMatcher(utf8(k.text))});
          },
          [&](const search::TextContains& k) {
            return ask({.about = About::text, .matcher = mail::TextMatcher(utf8(k.text))});
          },
          [](const search::InternalDateIs& k) {
            const std::uint64_t begin = milliseconds_of(k.date);
            const std::uint64_t end = milliseconds_of(std::chrono::sys_days(k.date) + std::chrono::days(1));
            switch (k.comparison) {
              case search::Comparison::before: return Node{.kind = Kind::date, .a = earliest, .b = begin};
              case search::Comparison::on: return Node{.kind = Kind::date, .a = begin, .b = end};
              case search::Comparison::since: break;
            }
            return Node{.kind = Kind::date, .a = begin, .b = latest};
          },
          [&](const search::SentDateIs& k) { return ask({.about = About::sent_date, .sent = k}); },
          [](const search::Larger& k) {
            if (k.bytes == std::numeric_limits<std::uint64_t>::max()) {
              return Node{.kind = Kind::negation, .children = {Node{}}};
            }
            return Node{.kind = Kind::size, .a = k.bytes + 1, .b = std::numeric_limits<std::uint64_t>::max()};
          },
          [](const search::Smaller& k) {
            if (k.bytes == 0) return Node{.kind = Kind::negation, .children = {Node{}}};
            return Node{.kind = Kind::size, .a = 0, .b = k.bytes - 1};
          },
          [&](const search::InSequence& k) {
            return Node{.kind = Kind::sequence,
                        .numbers = k.messages.resolve(static_cast<std::uint32_t>(view.size()))};
          },
          [&](const search::InUids& k) {
            return Node{.kind = Kind::uids, .numbers = k.uids.resolve(last_uid(view))};
          },
          [](const search::ModSeq& k) { return Node{.kind = Kind::modseq, .a = k.value}; },
          [&](const search::Not& k) { return Node{.kind = Kind::negation, .children = compile(k.key)}; },
          [&](const search::Or& k) { return Node{.kind = Kind::any, .children = compile(k.keys)}; },
          [&](const search::And& k) { return Node{.kind = Kind::every, .children = compile(k.keys)}; },
      },
      key.key);
}

Tri SearchProgram::test(const store::Chunk& chunk, std::size_t within, std::size_t index,
                        const std::vector<Tri>& answers) const {
  return test(root_, chunk, within, index, answers);
}

Tri SearchProgram::test(const Node& node, const store::Chunk& chunk, std::size_t within, std::size_t index,
                        const std::vector<Tri>& answers) const {
  using Kind = Node::Kind;
  switch (node.kind) {
    case Kind::always: return Tri::yes;
    case Kind::flags: return tri((chunk.flags[within] & node.a) == node.b);
    case Kind::recent: return tri(mailbox_.is_recent(store::Uid{chunk.uids[within]}) == (node.a != 0));
    case Kind::date: {
      const std::int64_t date = chunk.internal_dates[within];
      return tri(date >= static_cast<std::int64_t>(node.a) && date < static_cast<std::int64_t>(node.b));
    }
    case Kind::size: return tri(chunk.sizes[within] >= node.a && chunk.sizes[within] <= node.b);
    case Kind::modseq: return tri(chunk.modseqs[within] >= node.a);
    case Kind::sequence: return tri(node.numbers.contains(static_cast<std::uint32_t>(index + 1)));
    case Kind::uids: return tri(node.numbers.contains(chunk.uids[within]));
    case Kind::question: return answers[node.a];
    case Kind::negation: {
      const Tri inner = test(node.children.front(), chunk, within, index, answers);
      return inner == Tri::unknown ? Tri::unknown : tri(inner == Tri::no);
    }
    case Kind::any:
    case Kind::every: {
      const Tri decides = node.kind == Kind::any ? Tri::yes : Tri::no;
      Tri result = decides == Tri::yes ? Tri::no : Tri::yes;
      for (const Node& child : node.children) {
        const Tri inner = test(child, chunk, within, index, answers);
        if (inner == decides) return decides;
        if (inner == Tri::unknown) result = Tri::unknown;
      }
      return result;
    }
  }
  return Tri::no;
}

}  // namespace pillarbox::imapd
