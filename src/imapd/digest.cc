#include "imapd/digest.h"

#include <algorithm>
#include <cstring>
#include <span>

#include "mail/structure_reader.h"
#include "proto/imap/body_structure.h"
#include "proto/imap/envelope.h"
#include "proto/imap/output.h"

namespace pillarbox::imapd {

namespace {

// "PD", the version, 0, then three little numbers of this machine's byte order: the cache never leaves it.
constexpr std::string_view magic("PD\x01\0", 4);
struct Header {
  std::uint64_t header_bytes;
  std::uint32_t envelope_end;
  std::uint32_t body_structure_end;
};
constexpr std::size_t header_size = magic.size() + sizeof(Header);

constexpr std::size_t read_at_once = 64 << 10;
// Each may hold as much.
constexpr std::size_t open_together = 16;

Task<store::Result<Digest>> make_digest(store::Mailstore& mailstore, store::BodyId body,
                                        store::BodyReader& reader) {
  mail::StructureReader structure;
  for (std::uint64_t offset = 0; offset < reader.size();) {
    const auto bytes = co_await reader.read(offset, read_at_once);
    if (!bytes) co_return std::unexpected(bytes.error());
    structure.feed(*bytes);
    offset += bytes->size();
    if (bytes->empty()) break;
    if (offset < reader.size()) co_await yield();
  }
  Digest digest(structure.finish());
  mailstore.cache(body, digest.encoded());
  co_return digest;
}

}  // namespace

Digest::Digest(const mail::Structure& structure) : header_bytes_(structure.root().header_size()) {
  imap::Output text;
  imap::write_envelope(text, structure.envelope());
  envelope_end_ = text.size();
  imap::write_body_structure(text, structure);
  body_structure_end_ = text.size();

  const Header header{header_bytes_, static_cast<std::uint32_t>(envelope_end_),
                      static_cast<std::uint32_t>(body_structure_end_)};
  const std::string rest = mail::encode(structure);
  encoded_.reserve(header_size + text.size() + rest.size());
  encoded_.append(magic);
  encoded_.append(reinterpret_cast<const char*>(&header), sizeof header);
  encoded_.append(text.text());
  encoded_.append(rest);
}

std::optional<Digest> Digest::decode(std::string encoded) {
  if (encoded.size() < header_size || !encoded.starts_with(magic)) return std::nullopt;
  Header header;
  std::memcpy(&header, encoded.data() + magic.size(), sizeof header);
  if (header.envelope_end > header.body_structure_end ||
      header.body_structure_end > encoded.size() - header_size) {
    return std::nullopt;
  }
  Digest digest;
  digest.encoded_ = std::move(encoded);
  digest.header_bytes_ = header.header_bytes;
  digest.envelope_end_ = header.envelope_end;
  digest.body_structure_end_ = header.body_structure_end;
  return digest;
}

std::string_view Digest::piece(std::size_t begin, std::size_t end) const {
  return std::string_view(encoded_).substr(header_size + begin, end - begin);
}

std::optional<mail::Structure> Digest::structure() const {
  return mail::decode_structure(std::string_view(encoded_).substr(header_size + body_structure_end_));
}

Task<std::vector<store::Result<Digest>>> digests_of(store::Mailstore& mailstore,
                                                    std::vector<store::BodyId> bodies) {
  std::vector<store::Result<Digest>> digests;
  digests.reserve(bodies.size());
  std::vector<std::size_t> unknown;
  auto cached = co_await mailstore.cached(bodies);
  for (std::size_t i = 0; i < bodies.size(); ++i) {
    std::optional<Digest> known;
    if (i < cached.size() && cached[i]) known = Digest::decode(*std::move(cached[i]));
    if (!known) unknown.push_back(i);
    if (known) {
      digests.emplace_back(*std::move(known));
    } else {
      digests.emplace_back(std::unexpect);  // until it is made, below
    }
  }
  for (std::size_t begin = 0; begin < unknown.size(); begin += open_together) {
    const auto together = std::span(unknown).subspan(begin, std::min(open_together, unknown.size() - begin));
    std::vector<store::BodyId> opened;
    for (const std::size_t i : together) opened.push_back(bodies[i]);
    const auto readers = co_await mailstore.bodies(std::move(opened));
    for (std::size_t n = 0; n < together.size(); ++n) {
      auto& digest = digests[together[n]];
      if (readers[n]) {
        digest = co_await make_digest(mailstore, bodies[together[n]], **readers[n]);
      } else {
        digest = std::unexpected(readers[n].error());
      }
    }
  }
  co_return digests;
}

}  // namespace pillarbox::imapd
