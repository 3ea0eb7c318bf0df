// Reads the MIME structure of a message while it streams by.
#pragma once

#include <memory>
#include <string_view>

#include "mail/structure.h"

namespace pillarbox::mail {

// Feed it a message in chunks of any size, then finish(). The result doesn't depend on how the message was
// cut. Time is linear in the input, memory bounded by mail/limits.h; no input is an error. Lines end in CRLF
// or bare LF.
class StructureReader {
 public:
  StructureReader();
  ~StructureReader();
  StructureReader(StructureReader&&) noexcept;
  StructureReader& operator=(StructureReader&&) noexcept;

  void feed(std::string_view chunk);

  // Ends the message and gives its structure. Requires: called once, and no feed() after it.
  Structure finish();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

// The structure of a message that is all in memory.
Structure read_structure(std::string_view message);

}  // namespace pillarbox::mail
