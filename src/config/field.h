// A setting is declared once: a member of the owner's Settings struct, and a row of its table with the name
// and a sentence. From that come the statement, its checks, its place in docs/reference/settings.md.
//
//   struct Settings { std::uint64_t max_message_bytes = 50 << 20; std::chrono::seconds command_timeout{300};
//   }; inline constexpr config::Field fields[] = {   // smtpd/settings.h
//       config::size<&Settings::max_message_bytes>("max_message_size", "Largest message accepted."),
//       config::field<&Settings::command_timeout>("command_timeout", "Longest wait for a
//       command.").at_most(3600),
//   };
//   inline constexpr auto setting_table = config::table<Settings>("smtp", fields);
//
// The statement is the table's word, then the field's name with "-" for "_": `smtp max-message-size 50M`.
// Later, `config::settings<Settings>(configuration, setting_table)` is the struct with what was configured.
#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <expected>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/try.h"
#include "config/configuration.h"

namespace pillarbox::config {

enum class Unit : std::uint8_t {
  count,   // 1000
  bytes,   // 65536, 64K, 50M, 2G
  time,    // 500ms, 30s, 5m, 4h, 5d, 1h30m
  yes_no,  // yes, no
  text,    // a word or "quoted"
};

// The value that a unit's text stands for: bytes, milliseconds, or a plain number. The error says what was
// expected.
std::expected<std::uint64_t, std::string> parse_quantity(Unit unit, std::string_view text);
// The shortest text that parses back to it: 52428800 bytes is "50M".
std::string show_quantity(Unit unit, std::uint64_t value);

struct Field {
  std::string_view name;
  std::string_view sentence;
  Unit unit;
  std::uint64_t least = 1;  // in milliseconds for times
  std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
  std::string_view also;  // how smtpd.conf(5) writes it, behind the table's word: "limit max-rcpt"

  // Puts what `text` says into the Settings behind the pointer; or what would fit: "a number from 1 to
  // 65535".
  std::expected<void, std::string> (*set)(const Field&, void* settings, std::string_view text);
  // Only whether it would fit.
  std::expected<void, std::string> (*check)(const Field&, std::string_view text);
  std::string (*show)(const Field&, const void* settings);

  // 0 never means unlimited: whoever gives 0 a meaning of its own says at_least(0).
  consteval Field at_least(std::uint64_t value) const {
    Field copy = *this;
    copy.least = value;
    return copy;
  }
  consteval Field at_most(std::uint64_t value) const {
    Field copy = *this;
    copy.most = value;
    return copy;
  }
  consteval Field also_as(std::string_view words) const {
    Field copy = *this;
    copy.also = words;
    return copy;
  }
};

struct FieldTable {
  std::string_view word;
  std::span<const Field> fields;
  const void* type;      // which Settings struct: compared, never read
  const void* defaults;  // a Settings as it is without configuration
};

// How the statement begins: "smtp max-message-size".
std::string statement_of(const FieldTable& table, const Field& field);

namespace detail {

template <class T>
struct MemberOf;
template <class S, class M>
struct MemberOf<M S::*> {
  using Settings = S;
  using Member = M;
};

template <class T>
inline constexpr char type_mark = 0;
template <class Settings>
inline const Settings default_settings{};

template <class T>
concept Duration = requires { typename T::period; };

template <class T>
consteval Unit unit_of() {
  if constexpr (std::same_as<T, bool>)
    return Unit::yes_no;
  else if constexpr (Duration<T>)
    return Unit::time;
  else if constexpr (std::unsigned_integral<T>)
    return Unit::count;
  else
    static_assert(std::same_as<T, std::string>,
                  "a setting is a bool, an unsigned number, a duration or a string");
  return Unit::text;
}

// The quantity of `text` if it lies between field.least and field.most, which `highest` may lower.
std::expected<std::uint64_t, std::string> quantity_of(const Field& field, std::string_view text,
                                                      std::uint64_t highest);
std::expected<bool, std::string> yes_no_of(std::string_view text);

template <auto Member>
std::expected<void, std::string> set(const Field& field, void* settings, std::string_view text) {
  using Settings = typename MemberOf<decltype(Member)>::Settings;
  using T = typename MemberOf<decltype(Member)>::Member;
  T& member = static_cast<Settings*>(settings)->*Member;
  if constexpr (std::same_as<T, bool>) {
    member = TRY(yes_no_of(text));
  } else if constexpr (Duration<T>) {
    const auto value = TRY(quantity_of(field, text, std::numeric_limits<std::int64_t>::max() / 1'000'000));
    member = std::chrono::duration_cast<T>(std::chrono::milliseconds(value));
  } else if constexpr (std::unsigned_integral<T>) {
    member = static_cast<T>(TRY(quantity_of(field, text, std::numeric_limits<T>::max())));
  } else {
    if (text.empty() && field.least > 0) return std::unexpected("a text that isn't empty");
    member = std::string(text);
  }
  return {};
}

template <auto Member>
std::expected<void, std::string> check(const Field& field, std::string_view text) {
  typename MemberOf<decltype(Member)>::Settings scratch;
  return set<Member>(field, &scratch, text);
}

template <auto Member>
std::string show(const Field& field, const void* settings) {
  using Settings = typename MemberOf<decltype(Member)>::Settings;
  using T = typename MemberOf<decltype(Member)>::Member;
  const T& member = static_cast<const Settings*>(settings)->*Member;
  if constexpr (std::same_as<T, bool>) {
    return member ? "yes" : "no";
  } else if constexpr (Duration<T>) {
    const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(member).count();
    return show_quantity(field.unit, static_cast<std::uint64_t>(milliseconds));
  } else if constexpr (std::unsigned_integral<T>) {
    return show_quantity(field.unit, member);
  } else {
    return member;
  }
}

void set_all(const Configuration& configuration, const FieldTable& table, void* settings);
std::vector<std::string> differences(const FieldTable& table, const void* one, const void* other);

}  // namespace detail

// A row for a count, a time, a yes/no or a text, by the member's type.
template <auto Member>
consteval Field field(std::string_view name, std::string_view sentence) {
  if (name.empty() || sentence.empty()) throw "a setting needs a name and a sentence";
  using T = typename detail::MemberOf<decltype(Member)>::Member;
  Field row{};
  row.name = name;
  row.sentence = sentence;
  row.unit = detail::unit_of<T>();
  row.set = &detail::set<Member>;
  row.check = &detail::check<Member>;
  row.show = &detail::show<Member>;
  return row;
}

// A row for a number of bytes.
template <auto Member>
consteval Field size(std::string_view name, std::string_view sentence) {
  Field row = field<Member>(name, sentence);
  if (row.unit != Unit::count) throw "a size is an unsigned number";
  row.unit = Unit::bytes;
  return row;
}

template <class Settings>
constexpr FieldTable table(std::string_view word, std::span<const Field> fields) {
  return {word, fields, &detail::type_mark<Settings>, &detail::default_settings<Settings>};
}

// Puts what the configuration says into `settings`. Requires: parse() was given this table and found no
// mistake; Settings is the struct that the table was made for.
template <class Settings>
void apply(const Configuration& configuration, const FieldTable& table, Settings& settings) {
  ASSERT(table.type == &detail::type_mark<Settings>);
  detail::set_all(configuration, table, &settings);
}

// The defaults, with what the configuration says in their place. Requires: as apply().
template <class Settings>
Settings settings(const Configuration& configuration, const FieldTable& table) {
  Settings result;
  apply(configuration, table, result);
  return result;
}

// The statements of those that differ, without their values: "store segment-size". Requires: Settings as
// above.
template <class Settings>
std::vector<std::string> differences(const FieldTable& table, const Settings& one, const Settings& other) {
  ASSERT(table.type == &detail::type_mark<Settings>);
  return detail::differences(table, &one, &other);
}

// docs/reference/settings.md: every setting with its statement, default, range and sentence.
std::string describe(std::span<const FieldTable> tables);

}  // namespace pillarbox::config
