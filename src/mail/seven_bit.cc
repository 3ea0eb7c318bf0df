#include "mail/seven_bit.h"

#include <algorithm>

#include "base/text.h"
#include "base/try.h"
#include "mail/header.h"
#include "mail/structure_reader.h"
#include "mail/transfer.h"

namespace pillarbox::mail {
namespace {

constexpr std::size_t line_length = 76;
constexpr std::size_t longest_line = 998;  // RFC 5321 §4.5.3.1.6

// RFC 2045 §2.7.
bool is_seven_bit(std::string_view body) {
  std::size_t line = 0;
  for (std::size_t i = 0; i < body.size(); ++i) {
    const char c = body[i];
    if (static_cast<unsigned char>(c) >= 0x80 || c == '\0') return false;
    const bool ends_line = c == '\r' && i + 1 < body.size() && body[i + 1] == '\n';
    if ((c == '\r' && !ends_line) || c == '\n') return false;
    if (ends_line) {
      ++i;
      line = 0;
    } else if (++line > longest_line) {
      return false;
    }
  }
  return true;
}

bool is_any_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::ranges::any_of(words, [word](std::string_view w) { return equals_ignoring_case(w, word); });
}

class Converter {
 public:
  explicit Converter(std::string_view message) : message_(message), structure_(read_structure(message)) {}

  std::expected<std::string, SevenBitError> convert() {
    for (PartIndex i = 0; i < structure_.parts.size(); ++i) {
      const Part& part = structure_.parts[i];
      copy_between(part.header_start);
      const bool is_leaf = part.kind == Part::Kind::leaf;
      if (is_leaf && !is_seven_bit(body_of(part))) {
        TRY(encode(i));
      } else {
        // What is below a container says for itself what it is.
        const bool says_more = is_any_of(part.encoding, {"8bit", "binary"});
        copy_header(part, says_more ? "7bit" : "");
        if (is_leaf) out_ += body_of(part);
      }
      at_ = is_leaf ? part.body_end : part.body_start;
    }
    copy_between(message_.size());
    return std::move(out_);
  }

 private:
  std::string_view body_of(const Part& part) const {
    return message_.substr(part.body_start, part.body_size());
  }

  // Boundaries, and what stands before the first and behind the last.
  void copy_between(std::uint64_t end) {
    for (; at_ < end; ++at_) {
      const char c = message_[at_];
      out_ += static_cast<unsigned char>(c) >= 0x80 || c == '\0' ? '?' : c;
    }
  }

  std::expected<void, SevenBitError> encode(PartIndex index) {
    const Part& part = structure_.parts[index];
    for (PartIndex above = part.parent; above != none; above = structure_.parts[above].parent) {
      const ContentType& type = structure_.parts[above].content_type;
      if (equals_ignoring_case(type.type, "multipart") && equals_ignoring_case(type.subtype, "signed")) {
        return std::unexpected(SevenBitError::is_signed);
      }
    }
    const bool is_known =
        is_any_of(part.encoding, {"", "7bit", "8bit", "binary", "base64", "quoted-printable"});
    if (!is_known || says_composite(part)) return std::unexpected(SevenBitError::is_opaque);
    const TransferEncoding before = transfer_encoding(part.encoding);
    const bool is_text = is_any_of(part.content_type.type, {"text"});
    const bool is_quoted =
        before == TransferEncoding::quoted_printable || (before == TransferEncoding::identity && is_text);
    // A part that says it is encoded, and isn't quite, is read as a reader would.
    const std::string decoded = decode_transfer(body_of(part), before);
    copy_header(part, is_quoted ? "quoted-printable" : "base64");
    out_ += is_quoted ? encode_quoted_printable(decoded) : encode_base64_lines(decoded);
    return {};
  }

  // By its own words, which the structure doesn't repeat for what lies beyond its limits.
  bool says_composite(const Part& part) const {
    const auto field = find_field(header_of(part), "content-type");
    if (!field) return is_any_of(part.content_type.type, {"message", "multipart"});
    const std::string value = unfold(field->value);
    return starts_with_ignoring_case(value, "message/") || starts_with_ignoring_case(value, "multipart/");
  }

  std::string_view header_of(const Part& part) const {
    return message_.substr(part.header_start, part.header_size());
  }

  // With that content transfer encoding instead of its own; "" leaves it.
  void copy_header(const Part& part, std::string_view encoding) {
    const std::string_view header = header_of(part);
    if (encoding.empty()) {
      out_ += header;
      return;
    }
    HeaderReader reader(header);
    std::size_t size = 0;  // of the fields
    bool has_version = false;
    bool has_type = false;
    while (const auto field = reader.next()) {
      size += field->raw.size();
      if (field->is("content-transfer-encoding")) continue;
      has_version = has_version || field->is("mime-version");
      has_type = has_type || field->is("content-type");
      out_ += field->raw;
    }
    if (size > 0 && !out_.ends_with('\n')) out_ += "\r\n";
    if (part.parent == none && !has_version) out_ += "MIME-Version: 1.0\r\n";
    // RFC 1428 §3: nobody knows what it is, and so it must not be called something else.
    if (part.parent == none && !has_type) out_ += "Content-Type: text/plain; charset=unknown-8bit\r\n";
    out_ += "Content-Transfer-Encoding: ";
    out_ += encoding;
    out_ += "\r\n";
    out_ += header.substr(size);
  }

  const std::string_view message_;
  const Structure structure_;
  std::uint64_t at_ = 0;
  std::string out_;
};

}  // namespace

std::string_view describe(SevenBitError error) {
  switch (error) {
    case SevenBitError::is_signed: return "it is signed, and changing it would break the signature";
    case SevenBitError::is_opaque: return "it has a part that can't be encoded otherwise";
  }
  return "";
}

std::expected<std::string, SevenBitError> to_seven_bit(std::string_view message) {
  return Converter(message).convert();
}

std::string encode_quoted_printable(std::string_view text) {
  constexpr char digits[] = "0123456789ABCDEF";
  std::string out;
  std::size_t line = 0;
  const auto add = [&](std::string_view piece) {
    if (line + piece.size() >= line_length) {  // room for the "=" that breaks it
      out += "=\r\n";
      line = 0;
    }
    out += piece;
    line += piece.size();
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\r' && i + 1 < text.size() && text[i + 1] == '\n') {
      out += "\r\n";
      line = 0;
      ++i;
      continue;
    }
    const bool is_blank = c == ' ' || c == '\t';
    const bool ends_line = i + 1 == text.size() || text.substr(i + 1).starts_with("\r\n");
    if ((c > ' ' && c <= '~' && c != '=') || (is_blank && !ends_line)) {
      add({&c, 1});
    } else {
      const auto byte = static_cast<unsigned char>(c);
      const char encoded[] = {'=', digits[byte >> 4], digits[byte & 15]};
      add({encoded, 3});
    }
  }
  return out;
}

std::string encode_base64_lines(std::string_view bytes) {
  constexpr std::size_t bytes_a_line = line_length / 4 * 3;
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); at += bytes_a_line) {
    if (at > 0) out += "\r\n";
    out += base64_encode(bytes.substr(at, bytes_a_line));
  }
  return out;
}

}  // namespace pillarbox::mail
