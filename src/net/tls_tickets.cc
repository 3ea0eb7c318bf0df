#include "net/tls_tickets.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <string>

#include "base/try.h"
#include "crypto/random.h"
#include "crypto/secret.h"

namespace pillarbox::net {

using Clock = std::chrono::steady_clock;

struct TicketKey {
  static constexpr std::size_t name_bytes = 16;  // OpenSSL's, beside each ticket
  std::string name = crypto::random_bytes(name_bytes);
  std::string cipher = crypto::random_bytes(32);
  std::string mac = crypto::random_bytes(32);
  Clock::time_point made = Clock::now();
};

namespace {

constexpr std::chrono::hours rotation{12};

int keys_index() {
  static const int index = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return index;
}

bool set_up(const TicketKey& key, unsigned char* iv, EVP_CIPHER_CTX* cipher, EVP_MAC_CTX* mac,
            int encrypting) {
  std::array<OSSL_PARAM, 3> parameters = {
      OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, const_cast<char*>(key.mac.data()),
                                        key.mac.size()),
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, const_cast<char*>("sha256"), 0),
      OSSL_PARAM_construct_end()};
  const auto* cipher_key = reinterpret_cast<const unsigned char*>(key.cipher.data());
  return EVP_CipherInit_ex(cipher, EVP_aes_256_cbc(), nullptr, cipher_key, iv, encrypting) == 1 &&
         EVP_MAC_CTX_set_params(mac, parameters.data()) == 1;
}

// Answers as SSL_CTX_set_tlsext_ticket_key_evp_cb(3) asks: -1 error, 0 full handshake, 1 go on, 2 and a new
// ticket.
int on_ticket(SSL* ssl, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher, EVP_MAC_CTX* mac,
              int encrypting) {
  auto* keys = static_cast<TicketKeys*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), keys_index()));
  if (encrypting == 1) {
    const auto key = keys->current();
    const std::string fresh_iv = crypto::random_bytes(16);
    std::ranges::copy(key->name, name);
    std::ranges::copy(fresh_iv, iv);
    return set_up(*key, iv, cipher, mac, encrypting) ? 1 : -1;
  }
  const auto key = keys->find({reinterpret_cast<const char*>(name), TicketKey::name_bytes});
  if (!key) return 0;
  if (!set_up(*key, iv, cipher, mac, encrypting)) return -1;
  // TLS 1.3's tickets are for one use: each resumption needs a new one (RFC 8446 appendix C.4).
  return SSL_version(ssl) >= TLS1_3_VERSION || key != keys->current() ? 2 : 1;
}

}  // namespace

TicketKeys::TicketKeys() : current_(std::make_shared<const TicketKey>()) {}
TicketKeys::~TicketKeys() = default;

void TicketKeys::serve(SSL_CTX* context) {
  ASSERT(SSL_CTX_set_ex_data(context, keys_index(), this) == 1);
  ASSERT(SSL_CTX_set_tlsext_ticket_key_evp_cb(context, on_ticket) == 1);
}

std::shared_ptr<const TicketKey> TicketKeys::current() {
  const std::scoped_lock lock(mutex_);
  rotate();
  return current_;
}

std::shared_ptr<const TicketKey> TicketKeys::find(std::string_view name) {
  const std::scoped_lock lock(mutex_);
  rotate();
  if (name == current_->name) return current_;
  if (previous_ && name == previous_->name) return previous_;
  return nullptr;
}

void TicketKeys::rotate() {
  const auto age = Clock::now() - current_->made;
  if (age < rotation) return;
  previous_ = age < 2 * rotation ? current_ : nullptr;
  current_ = std::make_shared<const TicketKey>();
}

}  // namespace pillarbox::net
