// Certificate and key files as they are read before a context is made of them. Inside net only.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "crypto/certificate.h"

namespace pillarbox::net {

struct TlsFiles {
  std::vector<crypto::X509Ptr> chain;  // at least one
  crypto::KeyPtr key;
  bool key_is_readable_by_others = false;
};

// The error begins with the file's name.
std::expected<TlsFiles, std::string> read_tls_files(const std::string& certificate, const std::string& key);

}  // namespace pillarbox::net
