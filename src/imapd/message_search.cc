#include "imapd/message_search.h"

#include <algorithm>
#include <optional>
#include <string>

#include "base/text.h"
#include "imapd/digest.h"
#include "mail/date.h"
#include "mail/encoded_word.h"
#include "mail/header.h"
#include "mail/limits.h"
#include "mail/part_text.h"

namespace pillarbox::imapd {

namespace {

using About = Question::About;

constexpr std::size_t piece_bytes = 64 << 10;

Tri compare_days(const imap::search::SentDateIs& wanted, std::chrono::year_month_day day) {
  const auto sent = std::chrono::sys_days(day);
  const auto date = std::chrono::sys_days(wanted.date);
  switch (wanted.comparison) {
    case imap::search::Comparison::before: return sent < date ? Tri::yes : Tri::no;
    case imap::search::Comparison::on: return sent == date ? Tri::yes : Tri::no;
    case imap::search::Comparison::since: break;
  }
  return sent >= date ? Tri::yes : Tri::no;
}

enum class Where : std::uint8_t { header, body };

// Feeds one text after another to the matchers of all questions that it may answer.
class TextAsker {
 public:
  TextAsker(std::vector<Question>& questions, const std::vector<Tri>& answers, Where where) {
    for (std::size_t i = 0; i < questions.size(); ++i) {
      const About about = questions[i].about;
      const bool is_asked = about == About::text || (about == About::body && where == Where::body);
      if (is_asked && answers[i] == Tri::unknown) asked_.push_back(&questions[i].matcher);
    }
  }

  void feed(std::string_view utf8) {
    const std::string_view prepared = casemap_.feed(utf8);
    for (mail::TextMatcher* matcher : asked_) matcher->feed(prepared);
  }
  // A match doesn't reach from one text into another.
  void finish() {
    casemap_.finish();
    for (mail::TextMatcher* matcher : asked_) matcher->finish();
  }
  bool is_idle() const { return asked_.empty(); }
  // How much to feed before others get a turn.
  std::size_t piece_bytes() const { return std::max<std::size_t>(1024, (256 << 10) / (asked_.size() + 4)); }
  bool are_all_found() const { return std::ranges::all_of(asked_, &mail::TextMatcher::is_found); }

 private:
  mail::CasemapStream casemap_;
  std::vector<mail::TextMatcher*> asked_;
};

// A field's value as matchers want it, made when the first of them asks.
class PreparedValue {
 public:
  explicit PreparedValue(const mail::HeaderField& field) : field_(field) {}
  std::string_view text() {
    if (!text_) text_ = mail::CasemapStream().feed(mail::decode_text(field_.value));
    return *text_;
  }

 private:
  const mail::HeaderField& field_;
  std::optional<std::string> text_;
};

void ask_field(const mail::HeaderField& field, PreparedValue& value, Question& question, Tri& answer) {
  if (question.about == About::field && field.is(question.field)) {
    if (question.is_any_value) {
      answer = Tri::yes;
      return;
    }
    question.matcher.feed(value.text());
    question.matcher.finish();
    if (question.matcher.is_found()) answer = Tri::yes;
  } else if (question.about == About::sent_date && answer == Tri::unknown && field.is("date")) {
    const auto date = mail::parse_date(field.value);
    if (date) answer = compare_days(question.sent, date->day());
  }
}

// A header block as text: names and decoded values, line by line.
void feed_field(const mail::HeaderField& field, TextAsker& asker) {
  asker.feed(field.name);
  asker.feed(": ");
  asker.feed(mail::decode_text(field.value));
  asker.finish();
}
void feed_header(std::string_view block, TextAsker& asker) {
  mail::HeaderReader reader(block);
  while (const auto field = reader.next()) feed_field(*field, asker);
}

Task<store::Result<std::string>> read_whole(store::BodyReader& reader, std::uint64_t begin,
                                            std::uint64_t end) {
  std::string block;
  end = std::min({end, reader.size(), begin + mail::limits::header_block});
  while (begin < end) {
    const auto bytes = co_await reader.read(
        begin, static_cast<std::size_t>(std::min<std::uint64_t>(end - begin, piece_bytes)));
    if (!bytes) co_return std::unexpected(bytes.error());
    if (bytes->empty()) break;
    block.append(*bytes);
    begin += bytes->size();
  }
  co_return block;
}

// The decoded text of a part of type text.
Task<store::Result<store::Done>> ask_text_part(store::BodyReader& reader, const mail::Part& part,
                                               TextAsker& asker) {
  mail::PartTextDecoder decoder(part);
  const std::uint64_t end = std::min(part.body_end, reader.size());
  for (std::uint64_t offset = part.body_start; offset < end && !asker.are_all_found();) {
    const auto bytes = co_await reader.read(
        offset, static_cast<std::size_t>(std::min<std::uint64_t>(end - offset, asker.piece_bytes())));
    if (!bytes) co_return std::unexpected(bytes.error());
    if (bytes->empty()) break;
    offset += bytes->size();
    asker.feed(decoder.feed(*bytes));
    if (offset < end) co_await yield();
  }
  asker.feed(decoder.finish());
  asker.finish();
  co_return store::Done{};
}

}  // namespace

void ask_header_block(std::string_view block, std::vector<Question>& questions, std::vector<Tri>& answers) {
  for (Question& question : questions) question.matcher.reset();
  TextAsker asker(questions, answers, Where::header);
  mail::HeaderReader reader(block);
  while (const auto field = reader.next()) {
    if (!asker.is_idle()) feed_field(*field, asker);
    PreparedValue value(*field);
    for (std::size_t i = 0; i < questions.size(); ++i) ask_field(*field, value, questions[i], answers[i]);
  }
  for (std::size_t i = 0; i < questions.size(); ++i) {
    const Question& question = questions[i];
    if (question.about == About::field || question.about == About::sent_date) {
      if (answers[i] == Tri::unknown) answers[i] = Tri::no;
    } else if (question.about == About::text && question.matcher.is_found()) {
      answers[i] = Tri::yes;
    }
  }
}

Task<store::Result<store::Done>> ask_header(store::Mailstore& mailstore, store::BodyId body,
                                            std::vector<Question>& questions, std::vector<Tri>& answers) {
  const auto is_for_body = [](const Question& question) { return question.about == About::body; };
  if (std::ranges::all_of(questions, is_for_body)) co_return store::Done{};
  const auto reader = co_await mailstore.body(body);
  if (!reader) co_return std::unexpected(reader.error());
  mail::HeaderCollector header(mail::limits::header_block);
  for (std::uint64_t offset = 0; offset < (*reader)->size() && !header.is_complete();) {
    const auto bytes = co_await (*reader)->read(offset, piece_bytes);
    if (!bytes) co_return std::unexpected(bytes.error());
    if (bytes->empty()) break;
    header.feed(*bytes);
    offset += bytes->size();
  }
  ask_header_block(header.block(), questions, answers);
  co_return store::Done{};
}

Task<store::Result<store::Done>> ask_body(store::Mailstore& mailstore, store::BodyId body,
                                          std::vector<Question>& questions, std::vector<Tri>& answers) {
  const auto digests = co_await digests_of(mailstore, {body});
  if (!digests.front()) co_return std::unexpected(digests.front().error());
  const auto structure = digests.front()->structure();
  if (!structure)
    co_return std::unexpected(store::Error{store::ErrorKind::corrupt, "a structure in the cache"});
  const auto reader = co_await mailstore.body(body);
  if (!reader) co_return std::unexpected(reader.error());

  for (Question& question : questions) question.matcher.reset();
  TextAsker asker(questions, answers, Where::body);
  for (const mail::Part& part : structure->parts) {
    if (asker.are_all_found()) break;
    const bool is_inner_message =
        part.parent != mail::none && structure->parts[part.parent].kind == mail::Part::Kind::message;
    if (is_inner_message) {
      const auto header = co_await read_whole(**reader, part.header_start, part.body_start);
      if (!header) co_return std::unexpected(header.error());
      feed_header(*header, asker);
    }
    if (part.kind != mail::Part::Kind::leaf || !equals_ignoring_case(part.content_type.type, "text"))
      continue;
    const auto asked = co_await ask_text_part(**reader, part, asker);
    if (!asked) co_return std::unexpected(asked.error());
  }
  for (std::size_t i = 0; i < questions.size(); ++i) {
    if (answers[i] == Tri::unknown) answers[i] = questions[i].matcher.is_found() ? Tri::yes : Tri::no;
  }
  co_return store::Done{};
}

}  // namespace pillarbox::imapd
