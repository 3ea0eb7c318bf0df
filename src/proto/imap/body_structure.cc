#include "proto/imap/body_structure.h"

#include <algorithm>

#include "base/text.h"
#include "proto/imap/envelope.h"
#include "proto/imap/strings.h"

namespace pillarbox::imap {
namespace {

bool has_charset(const mail::Parameters& parameters) {
  const auto is_charset = [](const mail::Parameter& p) { return equals_ignoring_case(p.name, "charset"); };
  return std::ranges::any_of(parameters, is_charset);
}

enum class Extensions : std::uint8_t { no, yes };

class Writer {
 public:
  Writer(Output& out, const mail::Structure& structure, Extensions extensions)
      : out_(out), structure_(structure), with_extensions_(extensions == Extensions::yes) {}

  // Recurses as deep as the structure is, which mail::limits::mime_depth bounds.
  void part(mail::PartIndex index) {
    const mail::Part& part = structure_.parts[index];
    out_.put('(');
    if (part.kind == mail::Part::Kind::multipart) {
      multipart(index, part);
    } else {
      single(index, part);
    }
    out_.put(')');
  }

 private:
  void multipart(mail::PartIndex index, const mail::Part& part) {
    if (structure_.first_child(index) == mail::none) empty_body();
    for (auto child = structure_.first_child(index); child != mail::none;
         child = structure_.next_sibling(child)) {
      this->part(child);
    }
    out_.put(' ');
    write_string(out_, part.content_type.subtype);
    if (!with_extensions_) return;
    out_.put(' ');
    parameters(part.content_type.parameters);
    disposition_language_location(part);
  }

  void single(mail::PartIndex index, const mail::Part& part) {
    const bool is_text = equals_ignoring_case(part.content_type.type, "text");
    type_and_fields(part, is_text);
    out_.put(' ');
    out_.put_number(part.body_size());
    const bool is_message = holds_message(index, part);
    if (is_message) message(index + 1);
    if (is_message || is_text) {
      out_.put(' ');
      out_.put_number(part.body_lines);
    }
    if (!with_extensions_) return;
    out_.put(' ');
    write_nstring(out_, part.md5);
    disposition_language_location(part);
  }

  void type_and_fields(const mail::Part& part, bool is_text) {
    write_string(out_, part.content_type.type);
    out_.put(' ');
    write_string(out_, part.content_type.subtype);
    out_.put(' ');
    if (is_text && !has_charset(part.content_type.parameters)) {
      parameters_with_charset(part.content_type.parameters);
    } else {
      parameters(part.content_type.parameters);
    }
    out_.put(' ');
    write_nstring(out_, part.id);
    out_.put(' ');
    write_nstring(out_, part.description);
    out_.put(' ');
    write_string(out_, part.encoding.empty() ? "7bit" : std::string_view(part.encoding));
  }

  // RFC 3501 knows the long form for message/rfc822 alone; message/global is like any other type to its
  // clients.
  bool holds_message(mail::PartIndex index, const mail::Part& part) const {
    return part.kind == mail::Part::Kind::message && structure_.first_child(index) != mail::none &&
           part.content_type.is("message", "rfc822");
  }

  void message(mail::PartIndex inside) {
    out_.put(' ');
    write_envelope(out_, structure_.envelopes[structure_.parts[inside].envelope]);
    out_.put(' ');
    part(inside);
  }

  // A multipart has at least one body in the grammar: where the message has none, an empty one stands for it.
  void empty_body() {
    out_.put(R"(("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 0 0)");
    if (with_extensions_) out_.put(" NIL NIL NIL NIL");
    out_.put(')');
  }

  void one_parameter(const mail::Parameter& parameter) {
    write_string(out_, parameter.name);
    out_.put(' ');
    write_string(out_, parameter.value);
  }

  void parameters(const mail::Parameters& parameters) {
    if (parameters.empty()) return out_.put("NIL");
    char before = '(';
    for (const mail::Parameter& parameter : parameters) {
      out_.put(before);
      one_parameter(parameter);
      before = ' ';
    }
    out_.put(')');
  }

  // RFC 2046 §4.1.2: what a text that says nothing is in.
  void parameters_with_charset(const mail::Parameters& parameters) {
    out_.put('(');
    for (const mail::Parameter& parameter : parameters) {
      one_parameter(parameter);
      out_.put(' ');
    }
    out_.put(R"("charset" "us-ascii"))");
  }

  void disposition_language_location(const mail::Part& part) {
    out_.put(' ');
    if (part.disposition) {
      out_.put('(');
      write_string(out_, part.disposition->type);
      out_.put(' ');
      parameters(part.disposition->parameters);
      out_.put(')');
    } else {
      out_.put("NIL");
    }
    out_.put(' ');
    languages(part.languages);
    out_.put(' ');
    write_nstring(out_, part.location);
  }

  void languages(const std::vector<std::string>& languages) {
    if (languages.empty()) return out_.put("NIL");
    char before = '(';
    for (const std::string& language : languages) {
      out_.put(before);
      write_string(out_, language);
      before = ' ';
    }
    out_.put(')');
  }

  Output& out_;
  const mail::Structure& structure_;
  bool with_extensions_;
};

}  // namespace

void write_body(Output& out, const mail::Structure& structure) {
  Writer(out, structure, Extensions::no).part(0);
}

void write_body_structure(Output& out, const mail::Structure& structure) {
  Writer(out, structure, Extensions::yes).part(0);
}

}  // namespace pillarbox::imap
