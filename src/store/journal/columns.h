// A mailbox's messages as the index and snapshots keep them: packed columns of up to Chunk::capacity
// messages, what never changes apart from flags and modseqs. Each column is its least value (8 bytes), a
// width (1 byte: 0, 1, 2, 4, 8) and the differences from the least in that width. Pure.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/types.h"
#include "store/view_editor.h"

namespace pillarbox::store::journal {

// Requires: at most Chunk::capacity messages, at least one, ascending by uid.
std::string pack_fixed(const std::vector<Message>& messages);
std::string pack_changing(const std::vector<Message>& messages);

// Both halves of a chunk; nothing when they aren't what pack_… writes, or don't belong together.
struct UnpackedChunk {
  std::shared_ptr<FixedColumns> fixed;
  std::shared_ptr<ChangingColumns> changing;
  std::size_t count = 0;

  Message at(std::size_t i) const;
};
std::optional<UnpackedChunk> unpack(std::string_view fixed, std::string_view changing);
std::optional<std::vector<Message>> unpack_messages(std::string_view fixed, std::string_view changing);

}  // namespace pillarbox::store::journal
