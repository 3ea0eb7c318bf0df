#include "imapd/section_writer.h"

#include <algorithm>
#include <limits>

#include "base/log.h"
#include "mail/header.h"

namespace pillarbox::imapd {

namespace {

bool is_whole_message(const imap::BodySection& section) {
  return section.part.empty() && section.text == imap::SectionText::all;
}

bool chooses_fields(const imap::BodySection& section) {
  return section.text == imap::SectionText::header_fields ||
         section.text == imap::SectionText::header_fields_not;
}

}  // namespace

Task<store::Result<store::Done>> SectionWriter::open(const std::vector<imap::BodySection>& sections) {
  auto reader = co_await mailstore_.body(body_);
  if (!reader) co_return std::unexpected(reader.error());
  reader_ = *std::move(reader);
  if (digest_ != nullptr) {
    header_bytes_ = digest_->header_bytes();
    if (std::ranges::all_of(sections, &std::vector<std::uint32_t>::empty, &imap::BodySection::part)) {
      co_return store::Done{};
    }
    structure_ = digest_->structure();
    if (!structure_)
      co_return std::unexpected(store::Error{store::ErrorKind::corrupt, "a structure in the cache"});
  } else if (!std::ranges::all_of(sections, is_whole_message)) {
    co_return co_await read_header();
  }
  co_return store::Done{};
}

Task<store::Result<store::Done>> SectionWriter::read_header() {
  mail::HeaderCollector header(0);
  for (std::uint64_t offset = 0; offset < reader_->size() && !header.is_complete();) {
    const auto bytes = co_await reader_->read(offset, piece_bytes);
    if (!bytes) co_return std::unexpected(bytes.error());
    if (bytes->empty()) break;
    header.feed(*bytes);
    offset += bytes->size();
  }
  header_bytes_ = header.size();
  co_return store::Done{};
}

std::optional<Octets> SectionWriter::locate(const imap::BodySection& section) const {
  auto octets = section.part.empty() ? locate_in_message(section, reader_->size(), header_bytes_)
                                     : locate_in_part(section, *structure_);
  if (!octets) return octets;
  // A cache can't send us beyond the message.
  octets->end = std::min(octets->end, reader_->size());
  octets->begin = std::min(octets->begin, octets->end);
  return octets;
}

Task<bool> SectionWriter::write(imap::FetchResponse& response, const imap::BodySection& section) {
  const auto octets = locate(section);
  if (!octets) {
    response.no_section(section);
    co_return true;
  }
  if (chooses_fields(section)) co_return co_await write_fields(response, section, *octets);
  co_return co_await write_octets(response, section, cut(*octets, section.partial));
}

Task<bool> SectionWriter::write_octets(imap::FetchResponse& response, const imap::BodySection& section,
                                       Octets octets) {
  response.begin_section(section, octets.size());
  while (octets.size() > 0) {
    const auto most = static_cast<std::size_t>(std::min<std::uint64_t>(octets.size(), piece_bytes));
    const auto bytes = co_await reader_->read(octets.begin, most);
    if (!bytes || bytes->empty()) {
      log::error("imapd", "a message can't be sent to its end: {}",
                 bytes ? "it is cut short" : bytes.error().detail);
      co_return false;
    }
    octets.begin += bytes->size();
    if (bytes->contains('\0')) {
      // No literal may hold it (RFC 3501 §4.3).
      std::string without_nul(*bytes);
      std::ranges::replace(without_nul, '\0', '\x80');
      out_.text().put(without_nul);
      if (out_.is_full()) co_await out_.flush();
    } else if (bytes->size() <= copied_up_to) {
      out_.text().put(*bytes);
    } else {
      co_await out_.send(*bytes);
      co_await yield();
    }
  }
  co_return true;
}

Task<bool> SectionWriter::write_fields(imap::FetchResponse& response, const imap::BodySection& section,
                                       Octets header) {
  std::string block;
  const std::uint64_t end = std::min<std::uint64_t>(header.end, header.begin + largest_header);
  while (header.begin < end) {
    const auto most = static_cast<std::size_t>(std::min<std::uint64_t>(end - header.begin, piece_bytes));
    const auto bytes = co_await reader_->read(header.begin, most);
    if (!bytes || bytes->empty()) {
      log::error("imapd", "a header can't be read: {}", bytes ? "it is cut short" : bytes.error().detail);
      co_return false;
    }
    block.append(*bytes);
    header.begin += bytes->size();
  }
  const auto choose =
      section.text == imap::SectionText::header_fields ? Choose::these : Choose::all_but_these;
  const std::string fields = choose_fields(block, section.fields, choose);
  const Octets chosen = cut({0, fields.size()}, section.partial);
  response.section(section, std::string_view(fields).substr(chosen.begin, chosen.size()));
  co_return true;
}

}  // namespace pillarbox::imapd
