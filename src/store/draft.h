// A message that is being received: small ones in memory, large ones in a file of their own.
#pragma once

#include <cstdint>
#include <expected>
#include <string_view>

#include "base/task.h"
#include "store/types.h"

namespace pillarbox::store {

// Owned by whoever receives, then moved into a Batch. Leaves nothing behind unless its batch was committed.
class Draft {
 public:
  virtual ~Draft() = default;

  // Adds bytes at the end. Memory stays bounded (engine.md): past the store's limit for bodies in the journal
  // they go to a file. Error: disk_full or io; the draft is of no use then.
  virtual Task<std::expected<void, Error>> append(std::string_view bytes) = 0;

  virtual std::uint64_t size() const = 0;
};

}  // namespace pillarbox::store
