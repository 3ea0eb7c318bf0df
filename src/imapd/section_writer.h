// Writes the sections of one message into a FETCH response: small ones copied, large ones piece by piece.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "imapd/digest.h"
#include "imapd/responses.h"
#include "imapd/section.h"
#include "proto/imap/fetch_response.h"
#include "store/mailstore.h"

namespace pillarbox::imapd {

class SectionWriter {
 public:
  // `digest` is needed for sections of parts; null otherwise. All outlive it.
  SectionWriter(store::Mailstore& mailstore, Responses& out, store::BodyId body, const Digest* digest)
      : mailstore_(mailstore), out_(out), body_(body), digest_(digest) {}

  // Reads what must be known before the first word of the response.
  Task<store::Result<store::Done>> open(const std::vector<imap::BodySection>& sections);

  // False: the message broke off in the middle of a literal. Requires: open() succeeded with this section
  // among them.
  Task<bool> write(imap::FetchResponse& response, const imap::BodySection& section);

 private:
  static constexpr std::size_t piece_bytes = 64 << 10;
  static constexpr std::size_t copied_up_to = 16 << 10;
  static constexpr std::size_t largest_header =
      1 << 20;  // of which fields are chosen; what is behind it, isn't

  // Finds the end of the header, if the digest doesn't say.
  Task<store::Result<store::Done>> read_header();
  std::optional<Octets> locate(const imap::BodySection& section) const;
  Task<bool> write_octets(imap::FetchResponse& response, const imap::BodySection& section, Octets octets);
  Task<bool> write_fields(imap::FetchResponse& response, const imap::BodySection& section, Octets header);

  store::Mailstore& mailstore_;
  Responses& out_;
  store::BodyId body_;
  const Digest* digest_;
  std::unique_ptr<store::BodyReader> reader_;
  std::optional<mail::Structure> structure_;
  std::uint64_t header_bytes_ = 0;
};

}  // namespace pillarbox::imapd
