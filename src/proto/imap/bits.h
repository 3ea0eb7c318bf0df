// A set of named bits: flags, items of FETCH and STATUS, special uses. Each kind is a type of its own.
#pragma once

#include <concepts>

namespace pillarbox::imap {

template <class Tag, std::unsigned_integral Rep>
struct Bits {
  Rep bits = 0;

  constexpr bool has(Bits other) const { return (bits & other.bits) == other.bits; }
  constexpr bool empty() const { return bits == 0; }
  constexpr Bits& operator|=(Bits other) { return *this = *this | other; }

  friend constexpr Bits operator|(Bits a, Bits b) { return {static_cast<Rep>(a.bits | b.bits)}; }
  friend constexpr bool operator==(Bits, Bits) = default;
};

}  // namespace pillarbox::imap
