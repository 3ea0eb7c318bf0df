#include "tables/table.h"

#include <algorithm>

#include "base/log.h"
#include "base/text.h"
#include "tables/berkeley_db.h"
#include "tables/limits.h"

namespace pillarbox::tables {

std::shared_ptr<const Lines> split_lines(std::string source, std::string text) {
  auto result = std::make_shared<Lines>();
  result->source = std::move(source);
  result->text = std::move(text);
  result->lines.reserve(static_cast<std::size_t>(std::ranges::count(result->text, '\n')) + 1);
  std::string_view rest = result->text;
  if (rest.starts_with("\xEF\xBB\xBF")) rest.remove_prefix(3);  // a byte order mark
  for (std::uint32_t number = 1; !rest.empty(); ++number) {
    const auto end = rest.find('\n');
    std::string_view whole = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    if (whole.ends_with('\r')) whole.remove_suffix(1);
    const std::string_view line = trim(whole);
    if (line.empty() || line.front() == '#') continue;
    if (line.size() > limits::line) {
      result->errors.push_back({number, "longer than 64 KiB: the line is ignored"});
    } else if (line.contains('\0')) {
      result->errors.push_back({number, "a NUL byte: the line is ignored"});
    } else {
      result->lines.push_back({.number = number, .is_indented = line.data() != whole.data(), .text = line});
    }
  }
  return result;
}

std::expected<std::shared_ptr<const Lines>, std::string> split_database(std::string source,
                                                                        std::string bytes) {
  auto result = std::make_shared<Lines>();
  result->source = std::move(source);
  result->text = std::move(bytes);
  const auto pairs = read_berkeley_db(result->text, result->pieces);
  if (!pairs) return std::unexpected(std::string(describe(pairs.error())));
  result->lines.reserve(pairs->size());
  std::uint32_t number = 0;
  for (const auto& [key, value] : *pairs) {
    ++number;
    if (std::max(key.size(), value.size()) > limits::line) {
      result->errors.push_back({number, "longer than 64 KiB: the entry is ignored"});
    } else if (key.contains('\0') || value.contains('\0')) {
      result->errors.push_back({number, "a NUL byte: the entry is ignored"});
    } else {
      result->lines.push_back({.number = number, .text = key, .value = value});
    }
  }
  return result;
}

void report(const Lines& lines, const std::vector<LineError>& errors) {
  for (std::size_t i = 0; i < std::min(errors.size(), limits::reported_errors); ++i) {
    log::warning("tables", "{}:{}: {}", lines.source, errors[i].line, errors[i].message);
  }
  if (errors.size() > limits::reported_errors) {
    log::warning("tables", "{}: … and {} more lines", lines.source, errors.size() - limits::reported_errors);
  }
}

}  // namespace pillarbox::tables
