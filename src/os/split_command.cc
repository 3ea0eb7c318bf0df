#include <fmt/format.h>

#include "os/command.h"

namespace pillarbox::os {
namespace {

// What means something to a shell that a command here must not.
constexpr std::string_view shell_only = "|&;<>()$`*?[]#~\n";
constexpr std::size_t most_words = 256;

class Splitter {
 public:
  explicit Splitter(std::string_view text) : text_(text) {}

  std::expected<std::vector<std::string>, std::string> split() {
    while (at_ < text_.size()) {
      if (!take(text_[at_])) return std::unexpected(error_);
    }
    end_word();
    if (words_.empty()) return std::unexpected("the command is empty");
    if (words_.size() > most_words) return std::unexpected("the command has too many words");
    return std::move(words_);
  }

 private:
  bool take(char c) {
    ++at_;
    if (c == ' ' || c == '\t') {
      end_word();
      return true;
    }
    is_in_word_ = true;
    if (c == '\'') return take_quoted('\'');
    if (c == '"') return take_quoted('"');
    if (c == '\\') return take_escaped();
    if (shell_only.contains(c)) {
      error_ = fmt::format(
          "'{}' would need a shell, and none is run; quote it if it is meant as it stands, or write a script",
          c == '\n' ? std::string("line break") : std::string(1, c));
      return false;
    }
    word_ += c;
    return true;
  }

  bool take_quoted(char quote) {
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == quote) {
        ++at_;
        return true;
      }
      const bool is_escape = quote == '"' && c == '\\' && at_ + 1 < text_.size() &&
                             (text_[at_ + 1] == '"' || text_[at_ + 1] == '\\');
      if (is_escape) ++at_;
      word_ += text_[at_];
    }
    error_ = "a quotation mark has no partner";
    return false;
  }

  bool take_escaped() {
    if (at_ == text_.size()) {
      error_ = "nothing follows the last backslash";
      return false;
    }
    word_ += text_[at_++];
    return true;
  }

  void end_word() {
    if (is_in_word_) words_.push_back(std::move(word_));
    word_.clear();
    is_in_word_ = false;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  bool is_in_word_ = false;
  std::string word_;
  std::vector<std::string> words_;
  std::string error_;
};

}  // namespace

std::expected<std::vector<std::string>, std::string> split_command(std::string_view command) {
  return Splitter(command).split();
}

}  // namespace pillarbox::os
