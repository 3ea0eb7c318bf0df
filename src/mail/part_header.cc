#include "mail/part_header.h"

#include <utility>
#include <vector>

#include "base/text.h"
#include "mail/header.h"
#include "mail/lexer.h"
#include "mail/limits.h"

namespace pillarbox::mail {
namespace {

std::string without_space(std::string_view value) {
  std::string result;
  for (const char c : value) {
    if (!is_header_space(c)) result += c;
  }
  return result;
}

// RFC 3282 §2: tags with commas between them, and comments.
std::vector<std::string> parse_languages(std::string_view value) {
  std::vector<std::string> tags;
  Lexer lexer(value);
  while (!lexer.is_at_end() && tags.size() < limits::parameters) {
    lexer.skip_cfws();
    const std::string_view tag =
        lexer.take_while([](char c) { return !is_header_space(c) && c != ',' && c != '('; });
    if (!tag.empty()) tags.emplace_back(tag);
    lexer.skip_cfws();
    lexer.take(',');
  }
  return tags;
}

std::string parse_encoding(std::string_view value) {
  Lexer lexer(value);
  lexer.skip_cfws();
  return std::string(lexer.take_while([](char c) { return !is_header_space(c) && c != ';' && c != '('; }));
}

// Which of the fields that count once have been there.
class FieldReader {
 public:
  explicit FieldReader(Part& part) : part_(part) {}

  // Requires: the name begins with "content-".
  void read(const HeaderField& field) {
    constexpr std::size_t prefix = std::string_view("content-").size();
    switch (field.name.size() - prefix) {
      case 2:
        if (field.is("content-id")) set(part_.id, field.value);
        return;
      case 3:
        if (field.is("content-md5")) set(part_.md5, field.value);
        return;
      case 4:
        if (!has_type_ && field.is("content-type")) read_type(field.value);
        return;
      case 8:
        if (part_.languages.empty() && field.is("content-language"))
          part_.languages = parse_languages(field.value);
        if (!part_.location && field.is("content-location")) part_.location = without_space(field.value);
        return;
      case 11:
        if (field.is("content-description")) set(part_.description, field.value);
        if (!part_.disposition && field.is("content-disposition"))
          part_.disposition = parse_disposition(field.value);
        return;
      case 17:
        if (part_.encoding.empty() && field.is("content-transfer-encoding")) {
          part_.encoding = parse_encoding(field.value);
        }
        return;
      default: return;
    }
  }

 private:
  static void set(std::optional<std::string>& member, std::string_view value) {
    if (!member) member = unfold(value);
  }

  void read_type(std::string_view value) {
    has_type_ = true;
    if (auto type = parse_content_type(value)) part_.content_type = *std::move(type);
  }

  Part& part_;
  bool has_type_ = false;
};

std::optional<std::string> boundary_of(const ContentType& type) {
  if (!equals_ignoring_case(type.type, "multipart")) return std::nullopt;
  std::optional<std::string> boundary(raw_parameter(type.parameters, "boundary"));
  if (!boundary) boundary = parameter(type.parameters, "boundary");  // "boundary*0=…": odd, but legal
  if (!boundary) return std::nullopt;
  while (boundary->ends_with(' ')) boundary->pop_back();  // RFC 2046 §5.1.1: it can't end in one
  if (boundary->empty() || boundary->size() > limits::boundary) return std::nullopt;
  return boundary;
}

}  // namespace

PartHeader read_part_header(std::string_view block, HeaderOf of, Part& part) {
  PartHeader result;
  if (of == HeaderOf::message) result.envelope.emplace();
  FieldReader fields(part);
  HeaderReader reader(block);
  for (std::size_t count = 0; count < limits::header_fields; ++count) {
    const auto field = reader.next();
    if (!field) break;
    if (starts_with_ignoring_case(field->name, "content-")) {
      fields.read(*field);
    } else if (result.envelope) {
      add_to_envelope(*result.envelope, *field);
    }
  }
  if (result.envelope) complete_envelope(*result.envelope);
  if (part.encoding.empty()) part.encoding = "7bit";
  result.boundary = boundary_of(part.content_type);
  return result;
}

}  // namespace pillarbox::mail
