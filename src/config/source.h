// The files a configuration was read from, and places in them: every node and every mistake points back to
// its text.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pillarbox::config {

// A place in a configuration's text. Lines and columns count from 1; a column is a byte of the line.
struct Position {
  std::uint32_t file = 0;  // index into Sources
  std::uint32_t line = 0;  // 0: nowhere (a default, a value made by the program)
  std::uint32_t column = 0;

  friend auto operator<=>(const Position&, const Position&) = default;
};

// The text of every file read, kept so that a mistake found late can still show its line.
class Sources {
 public:
  std::uint32_t add(std::string name, std::string text);

  std::size_t size() const { return files_.size(); }
  const std::string& name(std::uint32_t file) const { return files_[file].name; }
  std::string_view text(std::uint32_t file) const { return files_[file].text; }
  // Without its line end.
  std::string_view line(const Position& position) const;
  // How many bytes the word at `position` takes there, with its quotes or brackets; at least 1.
  std::uint32_t word_length(const Position& position) const;
  // "pillarbox.conf:12:5".
  std::string place(const Position& position) const;

 private:
  struct File {
    std::string name;
    std::string text;
    std::vector<std::size_t> line_starts;
  };
  std::vector<File> files_;
};

}  // namespace pillarbox::config
