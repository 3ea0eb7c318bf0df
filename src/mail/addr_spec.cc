// The strict reader of RFC 5322 §3.4.1 with §4.4: what may stand in a header field as an address, and what
// may not.
#include "base/text.h"
#include "mail/address_list.h"
#include "mail/lexer.h"

namespace pillarbox::mail {
namespace {

class AddrSpec {
 public:
  explicit AddrSpec(std::string_view text) : text_(text) {}

  bool is_valid() {
    return take_cfws() && take_local_part() && take('@') && take_domain() && at_ == text_.size();
  }

 private:
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool is_at(char c) const { return at_ < text_.size() && text_[at_] == c; }

  bool take(char c) {
    if (!is_at(c)) return false;
    ++at_;
    return true;
  }

  // FWS, with the obsolete form of several folds (RFC 5322 §4.2): a line end must be followed by a blank.
  bool take_fws() {
    while (at_ < text_.size() && is_header_space(text_[at_])) {
      if (is_at(' ') || is_at('\t')) {
        ++at_;
      } else if (text_.substr(at_).starts_with("\r\n ") || text_.substr(at_).starts_with("\r\n\t")) {
        at_ += 3;
      } else {
        return false;
      }
    }
    return true;
  }

  bool take_cfws() {
    if (!take_fws()) return false;
    while (is_at('(')) {
      if (!take_comment() || !take_fws()) return false;
    }
    return true;
  }

  bool take_comment() {
    std::size_t depth = 0;
    do {
      if (!take_fws() || at_ == text_.size()) return false;
      if (is_at('\\')) {
        if (!take_quoted_pair()) return false;
        continue;
      }
      if (is_at('(')) ++depth;
      if (is_at(')')) --depth;
      if (is_at('\0')) return false;
      ++at_;
    } while (depth > 0);
    return true;
  }

  // With §4.1's obsolete forms: any ASCII character.
  bool take_quoted_pair() {
    ++at_;
    if (at_ == text_.size() || is_non_ascii(text_[at_])) return false;
    ++at_;
    return true;
  }

  bool take_quoted_string() {
    ++at_;
    while (!is_at('"')) {
      if (!take_fws() || at_ == text_.size()) return false;
      if (is_at('"')) break;
      if (is_at('\\')) {
        if (!take_quoted_pair()) return false;
        continue;
      }
      if (is_at('\0')) return false;
      ++at_;
    }
    ++at_;
    return true;
  }

  bool take_atom() {
    const std::size_t start = at_;
    while (at_ < text_.size() && is_atext(text_[at_])) ++at_;
    return at_ > start;
  }

  bool take_local_part() {
    do {
      if (!take_cfws() || !(is_at('"') ? take_quoted_string() : take_atom()) || !take_cfws()) return false;
    } while (take('.'));
    return true;
  }

  bool take_domain() {
    if (!take_cfws()) return false;
    if (is_at('[')) return take_literal() && take_cfws();
    do {
      if (!take_cfws()) return false;
      const std::size_t start = at_;
      if (!take_atom() || text_[start] == '-' || text_[at_ - 1] == '-') return false;  // RFC 1035 §2.3.1
      if (!take_cfws()) return false;
    } while (take('.'));
    return true;
  }

  bool take_literal() {
    ++at_;
    while (!is_at(']')) {
      if (!take_fws() || at_ == text_.size() || is_at('[') || is_at('\0')) return false;
      if (is_at(']')) break;
      if (is_at('\\')) {
        if (!take_quoted_pair()) return false;
        continue;
      }
      ++at_;
    }
    ++at_;
    return true;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

bool is_header_address(std::string_view addr_spec) {
  return is_utf8(addr_spec) && AddrSpec(addr_spec).is_valid();
}

}  // namespace pillarbox::mail
