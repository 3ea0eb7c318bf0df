#include "config/field.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"

namespace pillarbox::config {
namespace {

struct Suffix {
  std::string_view text;
  std::uint64_t factor;
};

constexpr std::array<Suffix, 4> byte_suffixes = {
    {{"T", 1ull << 40}, {"G", 1ull << 30}, {"M", 1 << 20}, {"K", 1 << 10}}};
constexpr std::array<Suffix, 5> time_suffixes = {
    {{"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}}};

constexpr std::string_view wanted(Unit unit) {
  switch (unit) {
    case Unit::count: return "a number";
    case Unit::bytes: return "a size such as 65536, 64K, 50M or 2G";
    case Unit::time: return "a time such as 30s, 5m, 4h or 5d";
    case Unit::yes_no: return "yes or no";
    case Unit::text: return "a text that isn't empty";
  }
  return "";
}

std::optional<std::uint64_t> multiplied(std::uint64_t a, std::uint64_t b) {
  std::uint64_t product = 0;
  if (__builtin_mul_overflow(a, b, &product)) return std::nullopt;
  return product;
}

// One "5d" from the front of `text`.
std::optional<std::uint64_t> take_time_part(std::string_view& text) {
  const auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto number = parse_decimal(text.substr(0, digits));
  text.remove_prefix(digits);
  const auto letters = std::min(text.find_first_of("0123456789"), text.size());
  const std::string_view unit = text.substr(0, letters);
  text.remove_prefix(letters);
  const auto suffix = std::ranges::find_if(time_suffixes, [&](const Suffix& s) { return s.text == unit; });
  if (!number || suffix == time_suffixes.end()) return std::nullopt;
  return multiplied(*number, suffix->factor);
}

std::optional<std::uint64_t> parse_time(std::string_view text) {
  std::uint64_t total = 0;
  do {
    const auto part = take_time_part(text);
    if (!part || __builtin_add_overflow(total, *part, &total)) return std::nullopt;
  } while (!text.empty());
  return total;
}

std::optional<std::uint64_t> parse_bytes(std::string_view text) {
  std::uint64_t factor = 1;
  for (const Suffix& suffix : byte_suffixes) {
    if (!text.empty() && ascii_upper(text.back()) == suffix.text[0]) {
      factor = suffix.factor;
      text.remove_suffix(1);
      break;
    }
  }
  const auto number = parse_decimal(text);
  return number ? multiplied(*number, factor) : std::nullopt;
}

std::string show_time(std::uint64_t value) {
  if (value == 0) return "0s";
  std::string text;
  for (const Suffix& suffix : time_suffixes) {
    if (value < suffix.factor) continue;
    text += fmt::format("{}{}", value / suffix.factor, suffix.text);
    value %= suffix.factor;
  }
  return text;
}

}  // namespace

std::expected<std::uint64_t, std::string> parse_quantity(Unit unit, std::string_view text) {
  const auto value = unit == Unit::time    ? parse_time(text)
                     : unit == Unit::bytes ? parse_bytes(text)
                                           : parse_decimal(text);
  if (!value) return std::unexpected(std::string(wanted(unit)));
  return *value;
}

std::string show_quantity(Unit unit, std::uint64_t value) {
  if (unit == Unit::time) return show_time(value);
  if (unit == Unit::bytes && value > 0) {
    for (const Suffix& suffix : byte_suffixes) {
      if (value % suffix.factor == 0) return fmt::format("{}{}", value / suffix.factor, suffix.text);
    }
  }
  return fmt::format("{}", value);
}

std::string statement_of(const FieldTable& table, const Field& field) {
  std::string name(field.name);
  std::ranges::replace(name, '_', '-');
  return fmt::format("{} {}", table.word, name);
}

namespace detail {

std::expected<std::uint64_t, std::string> quantity_of(const Field& field, std::string_view text,
                                                      std::uint64_t highest) {
  const auto value = TRY(parse_quantity(field.unit, text));
  const std::uint64_t most = std::min(field.most, highest);
  if (value >= field.least && value <= most) return value;
  const std::string_view what = field.unit == Unit::count   ? "a number"
                                : field.unit == Unit::bytes ? "a size"
                                                            : "a time";
  return std::unexpected(fmt::format("{} from {} to {}", what, show_quantity(field.unit, field.least),
                                     show_quantity(field.unit, most)));
}

std::expected<bool, std::string> yes_no_of(std::string_view text) {
  if (text == "yes") return true;
  if (text == "no") return false;
  return std::unexpected(std::string(wanted(Unit::yes_no)));
}

void set_all(const Configuration& configuration, const FieldTable& table, void* settings) {
  for (const Setting& setting : configuration.settings) {
    if (setting.word != table.word) continue;
    const auto field = std::ranges::find(table.fields, setting.field, &Field::name);
    if (field == table.fields.end()) continue;  // another table with the same word has it
    const auto done = field->set(*field, settings, setting.value);
    ASSERT(done.has_value());
  }
}

std::vector<std::string> differences(const FieldTable& table, const void* one, const void* other) {
  std::vector<std::string> statements;
  for (const Field& field : table.fields) {
    if (field.show(field, one) != field.show(field, other)) statements.push_back(statement_of(table, field));
  }
  return statements;
}

}  // namespace detail
}  // namespace pillarbox::config
