#include "imapd/special_use.h"

namespace pillarbox::imapd {

namespace uses = imap::special_uses;

std::optional<store::SpecialUse> special_use_of(imap::SpecialUses wanted) {
  if (wanted.empty()) return store::SpecialUse::none;
  if (wanted == uses::archive) return store::SpecialUse::archive;
  if (wanted == uses::drafts) return store::SpecialUse::drafts;
  if (wanted == uses::junk) return store::SpecialUse::junk;
  if (wanted == uses::sent) return store::SpecialUse::sent;
  if (wanted == uses::trash) return store::SpecialUse::trash;
  return std::nullopt;
}

imap::SpecialUses uses_of(store::SpecialUse use) {
  switch (use) {
    case store::SpecialUse::none: return {};
    case store::SpecialUse::all: return uses::all;
    case store::SpecialUse::archive: return uses::archive;
    case store::SpecialUse::drafts: return uses::drafts;
    case store::SpecialUse::flagged: return uses::flagged;
    case store::SpecialUse::junk: return uses::junk;
    case store::SpecialUse::sent: return uses::sent;
    case store::SpecialUse::trash: return uses::trash;
  }
  return {};
}

}  // namespace pillarbox::imapd
