#include "net/tls_files.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <system_error>

#include "base/descriptor.h"
#include "base/try.h"
#include "crypto/secret.h"
#include "net/limits.h"
#include "net/tls.h"

namespace pillarbox::net {
namespace {

struct PemFile {
  std::string text;
  bool is_readable_by_others = false;
};

std::expected<PemFile, std::string> read_pem(const std::string& path) {
  const auto failed = [&path](const std::string& reason) { return std::unexpected(path + ": " + reason); };
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  struct stat status{};
  if (!file.is_open() || ::fstat(file.get(), &status) != 0) {
    return failed(std::generic_category().message(errno));
  }
  if (!S_ISREG(status.st_mode)) return failed("not a file");
  PemFile pem{.is_readable_by_others = (status.st_mode & S_IROTH) != 0};
  pem.text.resize(limits::pem_bytes + 1);
  std::size_t size = 0;
  while (size < pem.text.size()) {
    const auto got = ::read(file.get(), pem.text.data() + size, pem.text.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failed(std::generic_category().message(errno));
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  pem.text.resize(size);
  if (size > limits::pem_bytes) return failed("larger than 1 MiB");
  return pem;
}

}  // namespace

std::expected<TlsFiles, std::string> read_tls_files(const std::string& certificate, const std::string& key) {
  TlsFiles files;
  const PemFile certificate_file = TRY(read_pem(certificate));
  auto chain = crypto::read_certificates(certificate_file.text);
  if (!chain) return std::unexpected(certificate + ": " + chain.error());
  files.chain = std::move(*chain);

  PemFile key_file = TRY(read_pem(key));
  const crypto::Wiper wiper(key_file.text);
  auto private_key = crypto::read_private_key(key_file.text);
  if (!private_key) return std::unexpected(key + ": " + private_key.error());
  files.key = std::move(*private_key);
  files.key_is_readable_by_others = key_file.is_readable_by_others;
  return files;
}

std::expected<CertificateCheck, std::string> check_certificate(const std::string& certificate,
                                                               const std::string& key) {
  const TlsFiles files = TRY(read_tls_files(certificate, key));
  return CertificateCheck{.facts = crypto::facts_of(*files.chain.front()),
                          .matches_key = crypto::belong_together(*files.chain.front(), *files.key),
                          .key_is_readable_by_others = files.key_is_readable_by_others};
}

}  // namespace pillarbox::net
