// What FETCH tells of a message's structure, ready to be sent, and where its parts lie: made once from the
// message, then kept in the store's cache.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/task.h"
#include "mail/structure.h"
#include "store/mailstore.h"

namespace pillarbox::imapd {

class Digest {
 public:
  explicit Digest(const mail::Structure& structure);

  // What encoded() gave once; nothing for any other bytes, and for those of another version.
  static std::optional<Digest> decode(std::string encoded);
  const std::string& encoded() const { return encoded_; }

  std::uint64_t header_bytes() const { return header_bytes_; }  // the empty line included
  std::string_view envelope() const { return piece(0, envelope_end_); }
  std::string_view body_structure() const { return piece(envelope_end_, body_structure_end_); }
  // Nothing if the cache gave back damaged bytes.
  std::optional<mail::Structure> structure() const;

 private:
  Digest() = default;
  std::string_view piece(std::size_t begin, std::size_t end) const;

  // Header (see digest.cc), then the texts of ENVELOPE and BODYSTRUCTURE, then mail::encode()'s bytes.
  std::string encoded_;
  std::uint64_t header_bytes_ = 0;
  std::size_t envelope_end_ = 0;  // offsets behind the header
  std::size_t body_structure_end_ = 0;
};

// The digests of `bodies`, from the cache or else by reading the messages, one answer for each.
Task<std::vector<store::Result<Digest>>> digests_of(store::Mailstore& mailstore,
                                                    std::vector<store::BodyId> bodies);

}  // namespace pillarbox::imapd
