#include "store/journal/body_files.h"

#include <fmt/format.h>
#include <sys/random.h>

#include <algorithm>
#include <cerrno>
#include <charconv>

#include "base/try.h"
#include "store/journal/bytes.h"
#include "store/limits.h"

namespace pillarbox::store::journal {
namespace {

constexpr std::string_view magic = "PBXBODYF";
constexpr std::string_view suffix = ".body";
// Numbers of one life of the store, at most.
constexpr std::uint64_t numbers = std::uint64_t{1} << 32;

std::uint64_t random_start() {
  std::uint64_t start = 0;
  // Should there be no randomness, a file of that name is met sooner, and the next number is tried.
  static_cast<void>(::getrandom(&start, sizeof start, 0));
  return start % (std::uint64_t{1} << 62);
}

std::optional<std::uint64_t> number_of(std::string_view name) {
  if (name.size() != 16 + suffix.size() || !name.ends_with(suffix)) return std::nullopt;
  std::uint64_t number = 0;
  const auto [stopped, error] = std::from_chars(name.data(), name.data() + 16, number, 16);
  if (error != std::errc{} || stopped != name.data() + 16) return std::nullopt;
  return number;
}

}  // namespace

std::string encode_body_footer(std::uint64_t size, std::string_view checksums) {
  std::string footer;
  ByteWriter out(footer);
  out.bytes(magic);
  out.u64(size);
  out.u64(checksum(checksums));
  out.u64(checksum(footer));
  return footer;
}

std::optional<BodyFooter> decode_body_footer(std::string_view bytes) {
  ByteReader in(bytes);
  if (in.bytes(magic.size()) != magic) return std::nullopt;
  BodyFooter footer;
  footer.size = in.u64();
  footer.checksums_checksum = in.u64();
  if (in.u64() != checksum(bytes.substr(0, body_footer_bytes - 8)) || !in.at_end()) return std::nullopt;
  return footer;
}

BodyFiles::BodyFiles(Disk& disk, std::string folder)
    : disk_(disk), folder_(std::move(folder)), first_number_(random_start()), next_number_(first_number_) {}

std::string BodyFiles::path(std::uint64_t number) const {
  return fmt::format("{}/{:016x}{}", folder_, number, suffix);
}

DiskResult<BodyFiles::Made> BodyFiles::make() {
  for (;;) {
    const std::uint64_t number = next_number_++;
    auto file = disk_.open(path(number), Access::create);
    if (file) return Made{number, std::move(*file)};
    if (file.error().code != EEXIST) return std::unexpected(file.error());
  }
}

DiskResult<BodyFiles::Opened> BodyFiles::open(std::uint64_t number) const {
  auto damaged = [&](const char* what) {
    return std::unexpected(DiskError{EBADMSG, fmt::format("{}: {}", path(number), what)});
  };
  Opened opened{.file = TRY(disk_.open(path(number), Access::read))};
  const std::uint64_t length = TRY(opened.file->size());
  if (length < body_footer_bytes) return damaged("too short");
  std::string bytes(body_footer_bytes, '\0');
  bytes.resize(TRY(opened.file->read(length - body_footer_bytes, bytes.data(), bytes.size())));
  const auto footer = decode_body_footer(bytes);
  if (!footer || footer->size > limits::body_bytes) return damaged("its footer is damaged");
  opened.size = footer->size;
  opened.checksums.resize(pieces_of(footer->size) * 8);
  if (length != footer->size + opened.checksums.size() + body_footer_bytes)
    return damaged("its length is wrong");
  const auto read = TRY(opened.file->read(footer->size, opened.checksums.data(), opened.checksums.size()));
  const bool is_whole =
      read == opened.checksums.size() && checksum(opened.checksums) == footer->checksums_checksum;
  if (!is_whole) return damaged("its checksums are damaged");
  return opened;
}

DiskResult<std::size_t> BodyFiles::remove_orphans(const std::vector<std::uint64_t>& used) {
  std::size_t removed = 0;
  for (const auto& name : TRY(disk_.list(folder_))) {
    const auto number = number_of(name);
    if (!number || std::ranges::binary_search(used, *number)) continue;
    if (*number >= first_number_ && *number - first_number_ < numbers) continue;  // perhaps being received
    TRY(disk_.remove(path(*number)));
    removed += 1;
  }
  return removed;
}

DiskResult<void> BodyFiles::remove(std::uint64_t number) { return disk_.remove(path(number)); }

}  // namespace pillarbox::store::journal
