#include "imapd/copied.h"

#include <cstdint>
#include <vector>

#include "proto/imap/response_code.h"

namespace pillarbox::imapd {

namespace {

std::vector<std::uint32_t> values_of(const std::vector<store::Uid>& uids) {
  std::vector<std::uint32_t> values;
  values.reserve(uids.size());
  for (const store::Uid uid : uids) values.push_back(uid.value);
  return values;
}

}  // namespace

std::string copy_uid(const store::Copied& copied) {
  return imap::codes::copy_uid(copied.uid_validity.value, values_of(copied.from), values_of(copied.to));
}

}  // namespace pillarbox::imapd
