// The text of a body part in UTF-8, from its raw bytes.
#pragma once

#include <string>
#include <string_view>

#include "mail/charset.h"
#include "mail/structure.h"
#include "mail/transfer.h"

namespace pillarbox::mail {

// Undoes the transfer encoding and the character set of one part. What it gives doesn't depend on how the
// body was cut.
class PartTextDecoder {
 public:
  explicit PartTextDecoder(const Part& part);

  // The text of the next bytes of the body; a view into a buffer that the next call reuses.
  std::string_view feed(std::string_view body);
  std::string_view finish();

 private:
  TransferDecoder transfer_;
  CharsetDecoder charset_;
  std::string bytes_;
  std::string text_;
};

// The same for a body that is all in memory.
std::string part_text(const Part& part, std::string_view body);

}  // namespace pillarbox::mail
