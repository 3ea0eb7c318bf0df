// Decimal numbers, two digits at a time from a table.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace pillarbox::imap {

inline constexpr std::size_t max_digits = 20;  // of 2^64 - 1

namespace digits_detail {

inline constexpr std::array<char, 200> pairs = [] {
  std::array<char, 200> table{};
  for (std::size_t i = 0; i < 100; ++i) {
    table[2 * i] = static_cast<char>('0' + i / 10);
    table[2 * i + 1] = static_cast<char>('0' + i % 10);
  }
  return table;
}();

inline void write_pair(char* at, std::uint64_t number) { std::memcpy(at, pairs.data() + 2 * number, 2); }

constexpr unsigned count(std::uint64_t number) {
  unsigned digits = 1;
  for (;;) {
    if (number < 10) return digits;
    if (number < 100) return digits + 1;
    if (number < 1000) return digits + 2;
    if (number < 10000) return digits + 3;
    number /= 10000;
    digits += 4;
  }
}

}  // namespace digits_detail

// Writes `number` at `at`, which has room for max_digits, and returns where it ends.
inline char* write_digits(char* at, std::uint64_t number) {
  char* const end = at + digits_detail::count(number);
  char* place = end;
  while (number >= 100) {
    place -= 2;
    digits_detail::write_pair(place, number % 100);
    number /= 100;
  }
  if (number >= 10) {
    digits_detail::write_pair(place - 2, number);
  } else {
    *(place - 1) = static_cast<char>('0' + number);
  }
  return end;
}

// Writes exactly two digits. Requires: number < 100.
inline char* write_two_digits(char* at, unsigned number) {
  digits_detail::write_pair(at, number);
  return at + 2;
}

}  // namespace pillarbox::imap
