#include "mail/structure_reader.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>
#include <vector>

#include "base/text.h"
#include "base/try.h"
#include "mail/boundaries.h"
#include "mail/limits.h"
#include "mail/part_header.h"

namespace pillarbox::mail {
namespace {

std::size_t memory_of(const AddressList& list) {
  std::size_t size = 0;
  for (const HeaderAddress& address : list) {
    size += sizeof address + address.name.size() + address.route.size() + address.local_part.size() +
            address.domain.size();
  }
  return size;
}

std::size_t memory_of(const Parameters& parameters) {
  std::size_t size = 0;
  for (const Parameter& parameter : parameters)
    size += sizeof parameter + parameter.name.size() + parameter.value.size();
  return size;
}

std::size_t memory_of(const Part& part) {
  std::size_t size = sizeof part + memory_of(part.content_type.parameters);
  if (part.disposition) size += memory_of(part.disposition->parameters);
  for (const auto* text : {&part.id, &part.description, &part.md5, &part.location})
    size += *text ? (*text)->size() : 0;
  for (const std::string& tag : part.languages) size += sizeof tag + tag.size();
  return size + part.content_type.type.size() + part.content_type.subtype.size() + part.encoding.size();
}

std::size_t memory_of(const Envelope& envelope) {
  std::size_t size = sizeof envelope;
  for (const auto* list :
       {&envelope.from, &envelope.sender, &envelope.reply_to, &envelope.to, &envelope.cc, &envelope.bcc}) {
    size += memory_of(*list);
  }
  for (const auto* text : {&envelope.date, &envelope.subject, &envelope.in_reply_to, &envelope.message_id}) {
    size += *text ? (*text)->size() : 0;
  }
  return size;
}

void make_opaque(Part& part) {
  part.kind = Part::Kind::leaf;
  part.content_type = {.type = "application", .subtype = "octet-stream", .parameters = {}};
}

}  // namespace

// The message is a sequence of lines. At the start of each, enough of it is looked at to know whether it is a
// delimiter of an open multipart, or the empty line that ends a header; the rest of a line only matters for
// being counted, or kept while it belongs to a header.
class StructureReader::Impl {
 public:
  Impl() { open_part(HeaderOf::message, {}); }

  void feed(std::string_view chunk) {
    while (!chunk.empty()) {
      if (!at_line_start_) {
        chunk.remove_prefix(read_rest_of_line(chunk));
      } else if (!begun_line_.empty()) {
        continue_begun_line(chunk);
      } else if (state_ == State::body) {
        chunk.remove_prefix(scan_body(chunk));
      } else if (!is_decidable(chunk)) {
        begun_line_ = chunk;
        return;
      } else {
        start_line(chunk);
      }
    }
  }

  Structure finish() {
    if (!begun_line_.empty()) read_begun_line();
    while (state_ == State::header) end_header();
    close_parts(0, position_, lines_);
    return std::move(result_);
  }

 private:
  enum class State {
    header,          // of parts[current_]
    header_end,      // within its empty line
    body,            // of parts[current_], or what surrounds the parts of a multipart
    delimiter,       // within the line that opens a part
    close_delimiter  // within the line that ends a multipart
  };

  // An open part, from the root to the current one.
  struct Open {
    PartIndex part;
    std::size_t boundaries_before;  // the size of boundaries_ without what this part added
    std::uint64_t lines_before_body = 0;
  };

  // ---- lines

  // Whether the beginning of a line that is there says what kind of line it is.
  bool is_decidable(std::string_view begun) const {
    if (begun.find('\n') != std::string_view::npos) return true;
    const bool may_be_empty = state_ == State::header && begun.front() == '\r' && begun.size() == 1;
    const bool may_be_delimiter = begun.front() == '-' && (begun.size() == 1 || begun[1] == '-') &&
                                  begun.size() < boundaries_.longest_delimiter() + 2;
    return !may_be_empty && !may_be_delimiter;
  }

  void continue_begun_line(std::string_view& chunk) {
    begun_line_ += chunk.front();
    chunk.remove_prefix(1);
    if (is_decidable(begun_line_)) read_begun_line();
  }

  void read_begun_line() {
    const std::string line = std::exchange(begun_line_, {});
    start_line(line);
    read_rest_of_line(line);
  }

  // At the start of a line. Requires: is_decidable(), or the message ends here.
  void start_line(std::string_view line) {
    at_line_start_ = false;
    if (const auto match = find_delimiter(line)) {
      end_at_delimiter(*match);
      return;
    }
    if (state_ == State::header && (line.starts_with('\n') || line.starts_with("\r\n")))
      state_ = State::header_end;
  }

  std::optional<Boundaries::Match> find_delimiter(std::string_view line) const {
    if (boundaries_.is_empty() || is_full_) return std::nullopt;
    line = line.substr(0, boundaries_.longest_delimiter() + 2);
    return boundaries_.match(line.substr(0, line.find('\n')));
  }

  // Reads up to the end of the line or of the chunk; says how much.
  std::size_t read_rest_of_line(std::string_view chunk) {
    const auto line_end = chunk.find('\n');
    const std::size_t length = line_end == std::string_view::npos ? chunk.size() : line_end + 1;
    const std::string_view line = chunk.substr(0, length);
    if (state_ == State::header) keep_header(line);
    const char before = length > 1 ? line[length - 2] : last_;
    last_ = line.back();
    position_ += length;
    if (line_end == std::string_view::npos) return length;
    end_line(before == '\r' ? 2 : 1);
    return length;
  }

  void end_line(std::uint32_t line_end_size) {
    ++lines_;
    line_end_size_ = line_end_size;
    at_line_start_ = true;
    switch (state_) {
      case State::header:
      case State::body: return;
      case State::header_end: return end_header();
      case State::delimiter: return open_part(HeaderOf::part, open_.back().part);
      case State::close_delimiter: state_ = State::body; return;
    }
  }

  // The fast way through a body, whole lines at a time; stops where a line may be a delimiter. Requires:
  // at_line_start_.
  std::size_t scan_body(std::string_view chunk) {
    const char* const begin = chunk.data();
    const char* const end = begin + chunk.size();
    const char* at = begin;
    const bool has_delimiters = !boundaries_.is_empty() && !is_full_;
    while (at != end && !(has_delimiters && *at == '-')) {
      const auto* line_end =
          static_cast<const char*>(std::memchr(at, '\n', static_cast<std::size_t>(end - at)));
      if (line_end == nullptr) break;
      ++lines_;
      at = line_end + 1;
    }
    const auto scanned = static_cast<std::size_t>(at - begin);
    if (scanned > 0) {
      const char before = scanned > 1 ? at[-2] : last_;
      line_end_size_ = before == '\r' ? 2 : 1;
      last_ = '\n';
      position_ += scanned;
    }
    if (at == end) return scanned;
    // A line without an end in this chunk, or one that may be a delimiter.
    const std::string_view rest = chunk.substr(scanned);
    if (is_decidable(rest)) {
      start_line(rest);
      return scanned;
    }
    begun_line_ = rest;
    return chunk.size();
  }

  void keep_header(std::string_view bytes) {
    header_.append(bytes.substr(0, std::min(bytes.size(), limits::header_block - header_.size())));
  }

  // ---- parts

  void open_part(HeaderOf of, std::optional<PartIndex> parent) {
    Part part;
    part.header_start = position_;
    if (parent) {
      part.parent = *parent;
      if (of == HeaderOf::part && result_.parts[*parent].content_type.is("multipart", "digest")) {
        part.content_type = {.type = "message", .subtype = "rfc822", .parameters = {}};
      }
    }
    open_.push_back(
        {.part = static_cast<PartIndex>(result_.parts.size()), .boundaries_before = boundaries_.size()});
    result_.parts.push_back(std::move(part));
    header_of_ = of;
    header_.clear();
    state_ = State::header;
  }

  // The header of the current part ends here: behind its empty line, or before a delimiter, or with the
  // message.
  void end_header() {
    Open& open = open_.back();
    Part& part = result_.parts[open.part];
    part.body_start = position_;
    open.lines_before_body = lines_;
    state_ = State::body;

    PartHeader header = read_part_header(header_, header_of_, part);
    header_.clear();
    memory_ += memory_of(part);
    if (header.envelope) {
      memory_ += memory_of(*header.envelope);
      part.envelope = static_cast<std::uint32_t>(result_.envelopes.size());
      result_.envelopes.push_back(*std::move(header.envelope));
    }
    is_full_ = is_full_ || result_.parts.size() >= limits::mime_parts || memory_ >= limits::structure_memory;
    const bool may_nest = !is_full_ && open_.size() < limits::mime_depth;

    const ContentType& type = part.content_type;
    if (equals_ignoring_case(type.type, "multipart")) {
      if (!may_nest) return make_opaque(part);
      part.kind = Part::Kind::multipart;
      if (header.boundary) boundaries_.push(*std::move(header.boundary));
    } else if (type.is("message", "rfc822") || type.is("message", "global")) {
      if (!may_nest) return make_opaque(part);
      part.kind = Part::Kind::message;
      open_part(HeaderOf::message, open.part);
    }
  }

  void end_at_delimiter(Boundaries::Match match) {
    while (state_ == State::header) end_header();
    std::size_t owner = 0;  // the open part whose boundary it is
    while (boundaries_added_by(owner) <= match.level) ++owner;
    // The line end before a delimiter is part of it (RFC 2046 §5.1.1).
    close_parts(owner + 1, position_ - line_end_size_, lines_ - (line_end_size_ > 0 ? 1 : 0));
    boundaries_.pop_to(match.level + (match.is_closing ? 0 : 1));
    state_ = match.is_closing ? State::close_delimiter : State::delimiter;
  }

  // Boundaries that are there once the open parts up to open_[index] have added theirs.
  std::size_t boundaries_added_by(std::size_t index) const {
    return index + 1 < open_.size() ? open_[index + 1].boundaries_before : boundaries_.size();
  }

  // Closes open_[first] and everything in it; their bodies end at `end`, after so many line ends of the
  // message. If the line end that is taken away there ends a header, it stays with that, and all around it
  // reach as far.
  void close_parts(std::size_t first, std::uint64_t end, std::uint64_t lines) {
    while (open_.size() > first) {
      const Open& open = open_.back();
      Part& part = result_.parts[open.part];
      if (end < part.body_start) {
        end = part.body_start;
        lines = open.lines_before_body;
      }
      part.body_end = end;
      part.body_lines = lines - open.lines_before_body;
      part.end = static_cast<PartIndex>(result_.parts.size());
      open_.pop_back();
    }
  }

  Structure result_;
  std::vector<Open> open_;
  Boundaries boundaries_;
  std::size_t memory_ = 0;
  bool is_full_ = false;  // a limit is reached: no more parts, the rest belongs to the current one

  State state_ = State::header;
  HeaderOf header_of_ = HeaderOf::message;
  std::string header_;      // of the current part, so far
  std::string begun_line_;  // the beginning of a line, while it isn't known what it is
  bool at_line_start_ = true;
  char last_ = '\0';                 // the byte before position_
  std::uint32_t line_end_size_ = 0;  // of the line before this one
  std::uint64_t position_ = 0;       // octets and line ends before what comes next
  std::uint64_t lines_ = 0;
};

StructureReader::StructureReader() : impl_(std::make_unique<Impl>()) {}
StructureReader::~StructureReader() = default;
StructureReader::StructureReader(StructureReader&&) noexcept = default;
StructureReader& StructureReader::operator=(StructureReader&&) noexcept = default;

void StructureReader::feed(std::string_view chunk) { impl_->feed(chunk); }
Structure StructureReader::finish() { return impl_->finish(); }

Structure read_structure(std::string_view message) {
  StructureReader reader;
  reader.feed(message);
  return reader.finish();
}

}  // namespace pillarbox::mail
