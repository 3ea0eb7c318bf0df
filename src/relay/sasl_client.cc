#include "relay/sasl_client.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "base/try.h"
#include "crypto/digest.h"
#include "crypto/secret.h"
#include "relay/limits.h"

namespace pillarbox::relay {
namespace {

using crypto::Digest;
using Answer = std::expected<std::string, std::string>;

class Plain final : public SaslClient {
 public:
  explicit Plain(Credentials credentials) : credentials_(std::move(credentials)) {}
  std::string_view mechanism() const override { return "PLAIN"; }
  std::optional<std::string> first() override {
    using namespace std::string_literals;
    return "\0"s + credentials_.user + "\0"s + credentials_.password;
  }
  // Some ask although they have the answer already.
  Answer answer(std::string_view) override { return *first(); }

 private:
  Credentials credentials_;
};

class Login final : public SaslClient {
 public:
  explicit Login(Credentials credentials) : credentials_(std::move(credentials)) {}
  std::string_view mechanism() const override { return "LOGIN"; }
  // The challenges' texts differ from server to server: their order doesn't.
  Answer answer(std::string_view) override {
    switch (asked_++) {
      case 0: return credentials_.user;
      case 1: return credentials_.password;
      default: return std::unexpected("LOGIN: asked for more than a user and a password");
    }
  }

 private:
  Credentials credentials_;
  unsigned asked_ = 0;
};

class CramMd5 final : public SaslClient {
 public:
  explicit CramMd5(Credentials credentials) : credentials_(std::move(credentials)) {}
  std::string_view mechanism() const override { return "CRAM-MD5"; }
  Answer answer(std::string_view challenge) override {
    if (is_answered_) return std::unexpected("CRAM-MD5: asked twice");
    is_answered_ = true;
    return credentials_.user + " " + to_hex(crypto::hmac(Digest::md5, credentials_.password, challenge));
  }

 private:
  Credentials credentials_;
  bool is_answered_ = false;
};

// RFC 5802 §5.1: "," and "=" in names.
std::string saslname(std::string_view name) {
  std::string result;
  for (const char c : name) {
    if (c == ',') {
      result += "=2C";
    } else if (c == '=') {
      result += "=3D";
    } else {
      result += c;
    }
  }
  return result;
}

// The value of "x=…" at the front of `text`, which is taken off with its comma.
std::optional<std::string_view> take_attribute(std::string_view& text, char name) {
  if (text.size() < 2 || text[0] != name || text[1] != '=') return std::nullopt;
  const auto comma = text.find(',');
  const std::string_view value = text.substr(2, comma == std::string_view::npos ? comma : comma - 2);
  text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
  return value;
}

class Scram final : public SaslClient {
 public:
  Scram(Digest digest, Credentials credentials, std::string nonce)
      : digest_(digest),
        credentials_(std::move(credentials)),
        nonce_(std::move(nonce)),
        first_bare_(fmt::format("n={},r={}", saslname(credentials_.user), nonce_)) {}

  std::string_view mechanism() const override {
    return digest_ == Digest::sha256 ? "SCRAM-SHA-256" : "SCRAM-SHA-1";
  }
  std::optional<std::string> first() override { return "n,," + first_bare_; }

  Answer answer(std::string_view challenge) override {
    switch (round_++) {
      case 0: return prove(challenge);
      case 1: return verify(challenge);
      default: return std::unexpected(failure("goes on after its end"));
    }
  }
  bool is_satisfied() const override { return is_satisfied_; }

 private:
  std::string failure(std::string_view what) const {
    return fmt::format("{}: the server's message {}", mechanism(), what);
  }

  // RFC 5802 §3: to the server-first-message, the client-final-message.
  Answer prove(std::string_view challenge) {
    std::string_view rest = challenge;
    const auto nonce = take_attribute(rest, 'r');
    const auto salt_text = take_attribute(rest, 's');
    const auto count_text = take_attribute(rest, 'i');
    if (!nonce || !salt_text || !count_text) return std::unexpected(failure("is malformed"));
    if (!nonce->starts_with(nonce_) || nonce->size() == nonce_.size()) {
      return std::unexpected(failure("doesn't answer ours"));
    }
    const auto salt = base64_decode(*salt_text);
    const auto count = parse_decimal(*count_text);
    if (!salt || salt->empty() || !count) return std::unexpected(failure("is malformed"));
    if (*count < limits::least_iterations) return std::unexpected(failure("asks for too few iterations"));
    if (*count > limits::most_iterations) return std::unexpected(failure("asks for too many iterations"));

    std::string salted = crypto::pbkdf2(digest_, credentials_.password, *salt, static_cast<unsigned>(*count));
    const crypto::Wiper wiper(salted);
    const std::string without_proof = fmt::format("c=biws,r={}", *nonce);
    const std::string message = fmt::format("{},{},{}", first_bare_, challenge, without_proof);
    const std::string client_key = crypto::hmac(digest_, salted, "Client Key");
    std::string proof = crypto::hmac(digest_, crypto::hash(digest_, client_key), message);
    for (std::size_t i = 0; i < proof.size(); ++i) {
      proof[i] = static_cast<char>(proof[i] ^ client_key[i]);
    }
    server_signature_ = crypto::hmac(digest_, crypto::hmac(digest_, salted, "Server Key"), message);
    return fmt::format("{},p={}", without_proof, base64_encode(proof));
  }

  // The server-final-message: that it knows our password too.
  Answer verify(std::string_view challenge) {
    if (take_attribute(challenge, 'e')) return std::unexpected(failure("refuses the login"));
    const auto verifier = take_attribute(challenge, 'v');
    const auto signature = verifier ? base64_decode(*verifier) : std::nullopt;
    is_satisfied_ = signature && crypto::equals_in_constant_time(*signature, server_signature_);
    if (!is_satisfied_) return std::unexpected(failure("doesn't prove that it knows us"));
    return "";
  }

  const Digest digest_;
  const Credentials credentials_;
  const std::string nonce_;
  const std::string first_bare_;
  std::string server_signature_;
  unsigned round_ = 0;
  bool is_satisfied_ = false;
};

struct Mechanism {
  std::string_view name;
  bool hides_password;
  std::unique_ptr<SaslClient> (*make)(Credentials, std::string nonce);
};

// In the order in which they are tried: what gives away least comes first.
constexpr Mechanism mechanisms[] = {
    {"SCRAM-SHA-256", true,
     [](Credentials c, std::string nonce) -> std::unique_ptr<SaslClient> {
       return std::make_unique<Scram>(Digest::sha256, std::move(c), std::move(nonce));
     }},
    {"SCRAM-SHA-1", true,
     [](Credentials c, std::string nonce) -> std::unique_ptr<SaslClient> {
       return std::make_unique<Scram>(Digest::sha1, std::move(c), std::move(nonce));
     }},
    {"CRAM-MD5", true,
     [](Credentials c, std::string) -> std::unique_ptr<SaslClient> {
       return std::make_unique<CramMd5>(std::move(c));
     }},
    {"PLAIN", false,
     [](Credentials c, std::string) -> std::unique_ptr<SaslClient> {
       return std::make_unique<Plain>(std::move(c));
     }},
    {"LOGIN", false,
     [](Credentials c, std::string) -> std::unique_ptr<SaslClient> {
       return std::make_unique<Login>(std::move(c));
     }},
};

}  // namespace

std::unique_ptr<SaslClient> make_sasl_client(std::string_view mechanism, Credentials credentials,
                                             std::string nonce) {
  const auto found = std::ranges::find(mechanisms, mechanism, &Mechanism::name);
  return found == std::end(mechanisms) ? nullptr : found->make(std::move(credentials), std::move(nonce));
}

std::vector<std::string_view> mechanisms_to_try(const std::vector<std::string>& offered, Secrecy secrecy) {
  std::vector<std::string_view> result;
  for (const Mechanism& mechanism : mechanisms) {
    if (secrecy == Secrecy::in_the_clear && !mechanism.hides_password) continue;
    if (std::ranges::find(offered, mechanism.name) != offered.end()) result.push_back(mechanism.name);
  }
  return result;
}

}  // namespace pillarbox::relay
