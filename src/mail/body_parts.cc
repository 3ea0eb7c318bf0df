#include "mail/body_parts.h"

#include <optional>
#include <utility>

#include "base/text.h"

namespace pillarbox::mail {
namespace {

bool is_media(const ContentType& type) {
  const auto is_a = [&](std::string_view name) { return equals_ignoring_case(type.type, name); };
  return is_a("image") || is_a("audio") || is_a("video");
}
bool is_plain(const ContentType& type) { return type.is("text", "plain"); }
bool is_html(const ContentType& type) { return type.is("text", "html"); }

class Selection {
 public:
  explicit Selection(const Structure& structure) : structure_(structure) {}

  BodyParts of_message(PartIndex message) {
    add(message, Place{.multipart = "mixed", .is_first = true});
    return std::move(parts_);
  }

 private:
  struct Place {
    std::string_view multipart;  // subtype of what it is in
    bool in_alternative = false;
    bool is_first = false;
    // Once an alternative has chosen one kind, what it holds isn't part of the other.
    bool as_text = true, as_html = true;
  };

  void add(PartIndex index, Place place) {
    if (structure_.parts[index].kind == Part::Kind::multipart && structure_.first_child(index) != none) {
      add_children(index, place);
    } else if (is_inline(index, place)) {
      add_inline(index, place);
    } else {
      parts_.attachments.push_back(index);
    }
  }

  void add_children(PartIndex index, Place place) {
    Place inside = place;
    inside.multipart = structure_.parts[index].content_type.subtype;
    const bool is_alternative = equals_ignoring_case(inside.multipart, "alternative");
    inside.in_alternative = place.in_alternative || is_alternative;
    const std::size_t text_before = parts_.text.size();
    const std::size_t html_before = parts_.html.size();
    inside.is_first = true;
    for (auto child = structure_.first_child(index); child != none; child = structure_.next_sibling(child)) {
      if (inside.in_alternative && !is_alternative) choose(child, inside);
      add(child, inside);
      inside.is_first = false;
    }
    if (!is_alternative || !inside.as_text || !inside.as_html) return;
    const bool has_text = parts_.text.size() > text_before;
    const bool has_html = parts_.html.size() > html_before;
    if (has_html && !has_text) copy(parts_.html, html_before, parts_.text);
    if (has_text && !has_html) copy(parts_.text, text_before, parts_.html);
  }

  // In a multipart within an alternative: its first text decides which of the two bodies it is for.
  void choose(PartIndex index, Place& place) const {
    if (!is_inline(index, place)) return;
    if (is_plain(structure_.parts[index].content_type)) place.as_html = false;
    if (is_html(structure_.parts[index].content_type)) place.as_text = false;
  }

  bool is_inline(PartIndex index, const Place& place) const {
    const Part& part = structure_.parts[index];
    if (part.disposition && equals_ignoring_case(part.disposition->type, "attachment")) return false;
    if (!is_plain(part.content_type) && !is_html(part.content_type) && !is_media(part.content_type))
      return false;
    if (place.is_first) return true;
    return !equals_ignoring_case(place.multipart, "related") &&
           (is_media(part.content_type) || !file_name(part));
  }

  void add_inline(PartIndex index, const Place& place) {
    const ContentType& type = structure_.parts[index].content_type;
    if (equals_ignoring_case(place.multipart, "alternative")) {
      if (is_media(type)) {
        parts_.attachments.push_back(index);
      } else {
        (is_plain(type) ? parts_.text : parts_.html).push_back(index);
      }
      return;
    }
    if (place.as_text) parts_.text.push_back(index);
    if (place.as_html) parts_.html.push_back(index);
    if ((!place.as_text || !place.as_html) && is_media(type)) parts_.attachments.push_back(index);
  }

  static void copy(const std::vector<PartIndex>& from, std::size_t first, std::vector<PartIndex>& to) {
    to.insert(to.end(), from.begin() + static_cast<std::ptrdiff_t>(first), from.end());
  }

  const Structure& structure_;
  BodyParts parts_;
};

}  // namespace

BodyParts select_body_parts(const Structure& structure, PartIndex message) {
  return Selection(structure).of_message(message);
}

std::optional<std::string> file_name(const Part& part) {
  if (part.disposition) {
    if (auto name = parameter(part.disposition->parameters, "filename")) return name;
  }
  return parameter(part.content_type.parameters, "name");
}

}  // namespace pillarbox::mail
