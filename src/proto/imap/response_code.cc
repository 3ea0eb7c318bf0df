#include "proto/imap/response_code.h"

#include "base/try.h"
#include "proto/imap/output.h"
#include "proto/imap/response.h"
#include "proto/imap/strings.h"

namespace pillarbox::imap::codes {
namespace {

std::string with_number(std::string_view name, std::uint64_t number) {
  Output out;
  out.put(name);
  out.put(' ');
  out.put_number(number);
  return std::string(out.text());
}

std::string with_uids(std::string_view name, std::uint32_t uid_validity, const NumberSet& uids) {
  Output out;
  out.put(name);
  out.put(' ');
  out.put_number(uid_validity);
  out.put(' ');
  write_number_set(out, uids);
  return std::string(out.text());
}

// The numbers in their order; runs that go up by one become ranges.
void write_in_order(Output& out, std::span<const std::uint32_t> numbers) {
  for (std::size_t i = 0; i < numbers.size();) {
    std::size_t end = i + 1;
    while (end < numbers.size() && numbers[end] == numbers[end - 1] + 1) ++end;
    if (i > 0) out.put(',');
    out.put_number(numbers[i]);
    if (end - i > 1) {
      out.put(':');
      out.put_number(numbers[end - 1]);
    }
    i = end;
  }
}

}  // namespace

std::string uid_next(std::uint32_t uid) { return with_number("UIDNEXT", uid); }
std::string uid_validity(std::uint32_t uid_validity) { return with_number("UIDVALIDITY", uid_validity); }
std::string unseen(std::uint32_t sequence_number) { return with_number("UNSEEN", sequence_number); }
std::string highest_modseq(std::uint64_t modseq) { return with_number("HIGHESTMODSEQ", modseq); }

std::string modified(const NumberSet& messages) {
  Output out;
  out.put("MODIFIED ");
  write_number_set(out, messages);
  return std::string(out.text());
}

std::string append_uid(std::uint32_t uid_validity, const NumberSet& uids) {
  return with_uids("APPENDUID", uid_validity, uids);
}

std::string append_uid(std::uint32_t uid_validity, std::uint32_t uid) {
  NumberSet uids;
  uids.add(uid);
  return append_uid(uid_validity, uids);
}

std::string copy_uid(std::uint32_t uid_validity, std::span<const std::uint32_t> from,
                     std::span<const std::uint32_t> to) {
  ASSERT(from.size() == to.size() && !from.empty());
  Output out;
  out.put("COPYUID ");
  out.put_number(uid_validity);
  out.put(' ');
  write_in_order(out, from);
  out.put(' ');
  write_in_order(out, to);
  return std::string(out.text());
}

std::string bad_charset(std::span<const std::string_view> supported) {
  Output out;
  out.put("BADCHARSET");
  for (std::size_t i = 0; i < supported.size(); ++i) {
    out.put(i == 0 ? " (" : " ");
    write_astring(out, supported[i]);
  }
  if (!supported.empty()) out.put(')');
  return std::string(out.text());
}

std::string capability(std::span<const std::string_view> capabilities) {
  std::string code = "CAPABILITY";
  for (const std::string_view name : capabilities) {
    code += ' ';
    code += name;
  }
  return code;
}

std::string permanent_flags(std::span<const std::string_view> flags) {
  std::string code = "PERMANENTFLAGS (";
  for (std::size_t i = 0; i < flags.size(); ++i) {
    if (i > 0) code += ' ';
    code += flags[i];
  }
  return code + ')';
}

}  // namespace pillarbox::imap::codes
