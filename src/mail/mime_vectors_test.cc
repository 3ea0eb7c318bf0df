// The messages of tests/vectors/mime: the part tree, the types, the file names, the decoded text and the
// three lists of bodies as another project's reader sees them, with LF turned into CRLF first (see its
// README).
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <utility>
#include <vector>

#include "base/text.h"
#include "mail/body_parts.h"
#include "mail/part_text.h"
#include "mail/structure_reader.h"

namespace pillarbox::mail {
namespace {

namespace json = boost::json;

std::string read_file(const std::string& name) {
  std::ifstream file(name, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string with_crlf(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n' && (i == 0 || text[i - 1] != '\r')) result += '\r';
    result += text[i];
  }
  return result;
}

// One message, in the vectors' terms: its parts are numbered depth first, but those of a message within it
// are that message's own.
class Message {
 public:
  Message(const Structure& structure, PartIndex root, std::string_view bytes)
      : structure_(structure), root_(root), bytes_(bytes) {
    number(root);
  }

  json::value describe() const {
    json::array parts;
    for (const PartIndex index : numbered_) parts.push_back(describe_part(index));
    const BodyParts bodies = select_body_parts(structure_, root_);
    return json::object{{"parts", parts},
                        {"text_body", numbers_of(bodies.text)},
                        {"html_body", numbers_of(bodies.html)},
                        {"attachments", numbers_of(bodies.attachments)}};
  }

 private:
  void number(PartIndex index) {
    numbers_.emplace(index, numbered_.size());
    numbered_.push_back(index);
    if (structure_.parts[index].kind != Part::Kind::multipart) return;
    for (auto child = structure_.first_child(index); child != none; child = structure_.next_sibling(child))
      number(child);
  }

  json::array numbers_of(const std::vector<PartIndex>& indices) const {
    json::array numbers;
    for (const PartIndex index : indices) numbers.push_back(static_cast<std::int64_t>(numbers_.at(index)));
    return numbers;
  }

  json::value describe_part(PartIndex index) const {
    const Part& part = structure_.parts[index];
    json::object result{{"type", to_ascii_lower(part.content_type.type + "/" + part.content_type.subtype)},
                        {"offset_header", static_cast<std::int64_t>(part.header_start)},
                        {"offset_body", static_cast<std::int64_t>(part.body_start)},
                        {"offset_end", static_cast<std::int64_t>(part.body_end)}};
    if (const auto name = file_name(part)) result["name"] = *name;
    switch (part.kind) {
      case Part::Kind::multipart: {
        json::array children;
        for (auto child = structure_.first_child(index); child != none;
             child = structure_.next_sibling(child)) {
          children.push_back(static_cast<std::int64_t>(numbers_.at(child)));
        }
        result["children"] = children;
        break;
      }
      case Part::Kind::message: result["message"] = Message(structure_, index + 1, bytes_).describe(); break;
      case Part::Kind::leaf: {
        const std::string_view body = bytes_.substr(part.body_start, part.body_size());
        if (equals_ignoring_case(part.content_type.type, "text")) {
          result["text"] = part_text(part, body);
        } else {
          const std::string decoded = decode_transfer(body, transfer_encoding(part.encoding));
          result["size"] = static_cast<std::int64_t>(decoded.size());
        }
      }
    }
    return result;
  }

  const Structure& structure_;
  PartIndex root_;
  std::string_view bytes_;
  std::vector<PartIndex> numbered_;
  std::map<PartIndex, std::size_t> numbers_;
};

// ---- the other reader's parse, in the same terms

const json::value* field(const json::value& part, std::string_view name) {
  for (const json::value& header : part.at("headers").as_array()) {
    if (header.at("name") != json::value(name)) continue;
    const json::value& value = header.at("value");
    return value.is_object() ? value.as_object().if_contains("ContentType") : nullptr;
  }
  return nullptr;
}

json::value attribute(const json::value* type, std::string_view name) {
  if (type == nullptr || !type->at("attributes").is_array()) return nullptr;
  for (const json::value& each : type->at("attributes").as_array()) {
    if (each.at("name") == json::value(name)) return each.at("value");
  }
  return nullptr;
}

json::value expected_message(const json::value& message);

json::value expected_part(const json::value& part) {
  json::object result;
  for (const auto* name : {"offset_header", "offset_body", "offset_end"}) result[name] = part.at(name);
  const json::value* type = field(part, "content_type");
  if (type != nullptr) {
    const json::value& subtype = type->at("c_subtype");
    result["type"] = std::string(type->at("c_type").as_string()) + "/" +
                     (subtype.is_null() ? std::string() : std::string(subtype.as_string()));
  }
  json::value name = attribute(field(part, "content_disposition"), "filename");
  if (name.is_null()) name = attribute(type, "name");
  if (!name.is_null()) result["name"] = name;
  const auto& body = *part.at("body").as_object().begin();
  if (body.key() == "Multipart") {
    result["children"] = body.value();
  } else if (body.key() == "Message") {
    result["message"] = expected_message(body.value());
  } else if (body.value().is_string()) {
    result["text"] = body.value();
  } else {
    result["size"] = static_cast<std::int64_t>(body.value().as_array().size());
  }
  return result;
}

// Pictures that are in both bodies stand among the attachments too there; RFC 8621 §4.1.4 keeps them apart.
json::array without_shown(const json::array& attachments, const json::array& text, const json::array& html) {
  json::array result;
  for (const json::value& number : attachments) {
    const bool is_shown = std::ranges::count(text, number) > 0 && std::ranges::count(html, number) > 0;
    if (!is_shown) result.push_back(number);
  }
  return result;
}

json::value expected_message(const json::value& message) {
  json::array parts;
  for (const json::value& part : message.at("parts").as_array()) parts.push_back(expected_part(part));
  const json::array& text = message.at("text_body").as_array();
  const json::array& html = message.at("html_body").as_array();
  return json::object{{"parts", parts},
                      {"text_body", text},
                      {"html_body", html},
                      {"attachments", without_shown(message.at("attachments").as_array(), text, html)}};
}

// What differs, one line each. A type that isn't said there is the default here.
void compare(const json::value& ours, const json::value& theirs, const std::string& path,
             std::string& differences) {
  if (ours.is_object() && theirs.is_object()) {
    std::set<std::string> names;
    for (const auto& [name, value] : ours.as_object()) names.emplace(name);
    for (const auto& [name, value] : theirs.as_object()) names.emplace(name);
    for (const std::string& name : names) {
      const json::value* here = ours.as_object().if_contains(name);
      const json::value* there = theirs.as_object().if_contains(name);
      if (name == "type" && there == nullptr) continue;
      compare(here ? *here : json::value(), there ? *there : json::value(), path + "." + name, differences);
    }
  } else if (path.ends_with(".parts") && ours.as_array().size() == theirs.as_array().size()) {
    for (std::size_t i = 0; i < ours.as_array().size(); ++i) {
      compare(ours.at(i), theirs.at(i), fmt::format("{}[{}]", path, i), differences);
    }
  } else if (ours != theirs) {
    differences += fmt::format("  {}: ours {}, theirs {}\n", path, json::serialize(ours).substr(0, 300),
                               json::serialize(theirs).substr(0, 300));
  }
}

// ---- the messages

std::string vector_path(std::string_view folder, int number) {
  return fmt::format("{}/tests/vectors/mime/{}/{:03}", PILLARBOX_SOURCE_DIR, folder, number);
}

using Exceptions = std::map<int, std::string_view>;

void expect_folder(std::string_view folder, int size, const Exceptions& exceptions) {
  for (int i = 0; i < size; ++i) {
    const std::string bytes = with_crlf(read_file(vector_path(folder, i) + ".eml"));
    ASSERT_FALSE(bytes.empty());
    const Structure structure = read_structure(bytes);
    const json::value expected =
        expected_message(json::parse(read_file(vector_path(folder, i) + ".crlf.json")));
    std::string differences;
    compare(Message(structure, 0, bytes).describe(), expected, "", differences);
    if (exceptions.contains(i)) {
      EXPECT_NE(differences, "") << folder << " " << i << " needs no exception";
    } else {
      EXPECT_EQ(differences, "") << folder << " " << i;
    }
  }
}

TEST(MimeVectors, OfTheRfcs) {
  expect_folder(
      "rfc", 10,
      {{0, "what isn't base64 at all isn't taken for text: it is a picture and a sound that can't be played"},
       {8, "a message in base64 (forbidden by RFC 2046 §5.2.1) isn't opened, as IMAP's sections couldn't"}});
}

TEST(MimeVectors, OfOldMailers) {
  constexpr std::string_view raw = "bytes of no character set are windows-1252, not U+FFFD";
  expect_folder("legacy", 54, {{16, raw}, {23, raw}, {26, raw}, {52, raw}});
}

TEST(MimeVectors, Malformed) {
  constexpr std::string_view prefix = "a line that begins with a boundary is a delimiter (RFC 2046 §5.1.1)";
  constexpr std::string_view end = "a delimiter at the end of the message opens an empty part";
  constexpr std::string_view first = "RFC 8621 §4.1.4 counts the first text of a multipart to the body";
  expect_folder("malformed", 23,
                {{0, "a delimiter ends a header that has no empty line"},
                 {1, prefix},
                 {2, "a multipart without a delimiter has no parts, and isn't a text"},
                 {3, first},
                 {4, prefix},
                 {6, first},
                 {7, prefix},
                 {8, prefix},
                 {9, prefix},
                 {11, prefix},
                 {12, prefix},
                 {13, end},
                 {14, end},
                 {16, prefix},
                 {19, "the empty line of a header isn't taken from it by the delimiter behind"},
                 {20, "a delimiter ends a header that has no empty line"},
                 {21, "a delimiter ends a header that has no empty line"},
                 {22, "a message/rfc822 is a message, however short"}});
}

TEST(MimeVectors, ChunksDoNotMatterAndTheCompactFormKeepsAll) {
  for (const auto& [folder, size] : {std::pair{"rfc", 10}, {"legacy", 54}, {"malformed", 23}}) {
    for (int i = 0; i < size; ++i) {
      for (const bool is_crlf : {true, false}) {
        const std::string raw = read_file(vector_path(folder, i) + ".eml");
        const std::string bytes = is_crlf ? with_crlf(raw) : raw;
        const Structure whole = read_structure(bytes);
        for (const std::size_t step : {1, 2, 3, 7, 76, 1000}) {
          StructureReader reader;
          for (std::size_t at = 0; at < bytes.size(); at += step)
            reader.feed(std::string_view(bytes).substr(at, step));
          EXPECT_EQ(reader.finish(), whole) << folder << " " << i << " in steps of " << step;
        }
        EXPECT_EQ(decode_structure(encode(whole)), whole) << folder << " " << i;
      }
    }
  }
}

}  // namespace
}  // namespace pillarbox::mail
