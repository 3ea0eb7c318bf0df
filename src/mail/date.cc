#include "mail/date.h"

#include <fmt/format.h>

#include <array>

#include "base/text.h"
#include "mail/lexer.h"

namespace pillarbox::mail {
namespace {

using std::chrono::minutes;

constexpr std::array<std::string_view, 12> months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::array<std::string_view, 7> weekdays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

struct Zone {
  std::string_view name;
  int hours;
};
// RFC 5322 §4.3. All other names, the military ones too, say nothing and count as -0000.
constexpr Zone zones[] = {{"EST", -5}, {"EDT", -4}, {"CST", -6}, {"CDT", -5},
                          {"MST", -7}, {"MDT", -6}, {"PST", -8}, {"PDT", -7}};

class DateReader {
 public:
  explicit DateReader(std::string_view value) : lexer_(value) {}

  std::optional<Date> read() {
    skip_weekday();
    const auto day = take_number(1, 2);
    const auto month = take_month();
    const auto year = take_year();
    const auto hour = take_number(1, 2);
    if (!day || !month || !year || !hour || !take_separator()) return std::nullopt;
    const auto minute = take_number(1, 2);
    std::optional<unsigned> second = 0;
    if (take_separator()) {
      second = take_number(1, 2);
      skip_fraction();
    }
    if (!minute || !second || *hour > 23 || *minute > 59 || *second > 60)
      return std::nullopt;  // 60: a leap second
    const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(*year)),
                                           std::chrono::month(*month), std::chrono::day(*day)};
    if (!date.ok()) return std::nullopt;
    const auto offset = take_zone();
    if (!offset) return std::nullopt;
    const auto local = std::chrono::sys_days(date) + std::chrono::hours(*hour) + minutes(*minute) +
                       std::chrono::seconds(*second);
    return Date{.time = local - *offset, .offset = *offset};
  }

 private:
  void skip_weekday() {
    lexer_.skip_cfws();
    lexer_.take_while(is_ascii_alpha);
    lexer_.skip_cfws();
    if (lexer_.take('.')) lexer_.skip_cfws();
    lexer_.take(',');
  }

  std::optional<unsigned> take_number(std::size_t fewest, std::size_t most) {
    lexer_.skip_cfws();
    const std::string_view digits = lexer_.take_while(is_ascii_digit);
    if (digits.size() < fewest || digits.size() > most) return std::nullopt;
    return static_cast<unsigned>(*parse_decimal(digits));
  }

  std::optional<unsigned> take_month() {
    lexer_.skip_cfws();
    lexer_.take('-');
    if (is_ascii_digit(lexer_.peek())) return take_number(1, 2);
    const std::string_view name = lexer_.take_while(is_ascii_alpha);
    lexer_.take('-');
    for (unsigned i = 0; i < months.size(); ++i) {
      // "June" and "Sept" too, but nothing shorter than three letters.
      if (name.size() >= 3 && name.size() <= 9 && equals_ignoring_case(name.substr(0, 3), months[i]))
        return i + 1;
    }
    return std::nullopt;
  }

  std::optional<unsigned> take_year() {
    lexer_.skip_cfws();
    const std::size_t before = lexer_.rest().size();
    const auto year = take_number(2, 4);
    if (!year) return std::nullopt;
    const std::size_t digits = before - lexer_.rest().size();
    if (digits == 2) return *year < 50 ? *year + 2000 : *year + 1900;  // RFC 5322 §4.3
    if (digits == 3) return *year + 1900;
    return *year >= 1900 ? year : std::nullopt;
  }

  bool take_separator() {
    lexer_.skip_cfws();
    return lexer_.take(':');
  }

  void skip_fraction() {
    if (lexer_.take('.')) lexer_.take_while(is_ascii_digit);
  }

  // A missing zone, as an unknown one, counts as -0000.
  std::optional<minutes> take_zone() {
    lexer_.skip_cfws();
    if (lexer_.is_at_end()) return minutes(0);
    const char sign = lexer_.peek();
    if (sign == '+' || sign == '-') {
      lexer_.skip(1);
      const std::string_view digits = lexer_.take_while(is_ascii_digit);
      if (digits.size() != 4) return std::nullopt;
      const auto value = static_cast<int>(*parse_decimal(digits));
      if (value % 100 > 59) return std::nullopt;
      const minutes offset(value / 100 * 60 + value % 100);
      return sign == '-' ? -offset : offset;
    }
    if (!is_ascii_alpha(sign)) return std::nullopt;
    const std::string_view name = lexer_.take_while(is_ascii_alpha);
    for (const Zone& zone : zones) {
      if (equals_ignoring_case(name, zone.name)) return std::chrono::hours(zone.hours);
    }
    return minutes(0);
  }

  Lexer lexer_;
};

}  // namespace

std::optional<Date> parse_date(std::string_view value) { return DateReader(value).read(); }

std::string format_date(Time time, minutes offset) {
  const auto local = std::chrono::floor<std::chrono::seconds>(time) + offset;
  const auto days = std::chrono::floor<std::chrono::days>(local);
  const std::chrono::year_month_day date(days);
  const std::chrono::hh_mm_ss clock(local - days);
  const auto zone = std::chrono::abs(offset).count();
  return fmt::format("{}, {} {} {:04} {:02}:{:02}:{:02} {}{:02}{:02}",
                     weekdays[std::chrono::weekday(days).c_encoding()], static_cast<unsigned>(date.day()),
                     months[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                     offset.count() < 0 ? '-' : '+', zone / 60, zone % 60);
}

}  // namespace pillarbox::mail
