#include "mail/structure.h"

namespace pillarbox::mail {

PartIndex Structure::find(std::span<const std::uint32_t> numbers) const {
  PartIndex part = 0;
  bool is_message = true;  // whether `part` stands for a message, not for the body part that has this number
  for (const std::uint32_t number : numbers) {
    if (!is_message && parts[part].kind == Part::Kind::message) {
      part = first_child(part);
      is_message = true;
    }
    if (parts[part].kind == Part::Kind::multipart) {
      PartIndex child = first_child(part);
      for (std::uint32_t i = 1; i < number && child != none; ++i) child = next_sibling(child);
      if (child == none || number == 0) return none;
      part = child;
    } else if (!is_message || number != 1) {
      return none;
    }
    is_message = false;
  }
  return part;
}

}  // namespace pillarbox::mail
