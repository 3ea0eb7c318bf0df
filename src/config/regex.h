// Regular expressions of `regex` conditions: POSIX extended, as in smtpd.conf(5). Matching takes time linear
// in the text whatever the expression (RE2), since peers choose the text.
#pragma once

#include <cstddef>
#include <expected>
#include <memory>
#include <string>
#include <string_view>

namespace pillarbox::config {

class Regex {
 public:
  static constexpr std::size_t longest = 1'024;  // bytes of an expression

  // Letters match in either case: what is matched (domains, addresses, host names, logins) knows none. Or
  // what is wrong with the expression.
  static std::expected<Regex, std::string> compile(std::string_view expression);

  // Whether it matches anywhere in `text`, as grep -E does; ^ and $ stand for its ends. Bytes that aren't
  // UTF-8 count as one unknown character each.
  bool matches(std::string_view text) const;

  ~Regex();
  Regex(Regex&&) noexcept;
  Regex& operator=(Regex&&) noexcept;

 private:
  class Implementation;
  explicit Regex(std::unique_ptr<const Implementation> implementation);
  std::unique_ptr<const Implementation> implementation_;
};

// What all that an expression can match ends in: "@example.org" for `^.*@example\.org$`. Letters in lower
// case.
struct CertainEnding {
  std::string text;       // "" if nothing can be told
  bool is_whole = false;  // it is all of what can be matched: `^example\.org$`
};

// Pure, and careful: what it says is so. Requires: the expression compiles.
CertainEnding certain_ending(std::string_view expression);

}  // namespace pillarbox::config
