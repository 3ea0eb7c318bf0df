#include "config/check.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>

#include "base/text.h"
#include "config/limits.h"

namespace pillarbox::config {
namespace {

constexpr auto soon = std::chrono::days(14);  // a certificate that ends sooner should have been renewed

std::string date(Time time) {
  const std::chrono::year_month_day day(std::chrono::floor<std::chrono::days>(time));
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(day.year()), static_cast<unsigned>(day.month()),
                     static_cast<unsigned>(day.day()));
}

class MachineCheck {
 public:
  MachineCheck(const Configuration& configuration, CheckHost& host)
      : configuration_(configuration), host_(host) {}

  void check_pki(const Pki& pki);
  void check_ca(const Ca& ca);
  void check_ports(const Listener& listener);
  std::vector<Diagnostic> take() { return std::move(found_); }

 private:
  Diagnostic& add(const Position& position, std::string message, std::string expected = "") {
    return found_.emplace_back(Diagnostic{.position = position,
                                          .length = configuration_.sources.word_length(position),
                                          .message = std::move(message),
                                          .expected = std::move(expected)});
  }
  void check_dates(const Pki& pki, const CertificateFacts& facts);
  void check_names(const Pki& pki, const CertificateFacts& facts);

  const Configuration& configuration_;
  CheckHost& host_;
  std::vector<Diagnostic> found_;
};

// RFC 6125 §6.4.3: "*" stands for the first label.
bool is_name_of(std::string_view certificate_name, std::string_view host) {
  if (equals_ignoring_case(certificate_name, host)) return true;
  const auto dot = host.find('.');
  return certificate_name.starts_with("*.") && dot != std::string_view::npos &&
         equals_ignoring_case(certificate_name.substr(1), host.substr(dot));
}

void MachineCheck::check_dates(const Pki& pki, const CertificateFacts& facts) {
  const Time now = host_.now();
  if (now < facts.not_before) {
    add(pki.certificate.position,
        fmt::format("this certificate isn't valid before {}", date(facts.not_before)));
  } else if (now > facts.not_after) {
    add(pki.certificate.position, fmt::format("this certificate has expired on {}", date(facts.not_after)),
        "a certificate that is valid today");
  } else if (facts.not_after - now < soon) {
    add(pki.certificate.position, fmt::format("this certificate expires soon, on {}", date(facts.not_after)))
        .kind = Diagnostic::Kind::warning;
  }
}

void MachineCheck::check_names(const Pki& pki, const CertificateFacts& facts) {
  // A name without a dot is a label, as in: pki "main" cert …; so says smtpd.conf(5)'s usage.
  if (!pki.name.contains('.')) return;
  if (std::ranges::any_of(facts.names, [&](const auto& name) { return is_name_of(name, pki.name); })) return;
  Diagnostic& found = add(pki.certificate.position, fmt::format("this certificate isn't for {}", pki.name));
  found.kind = Diagnostic::Kind::warning;
  found.notes.push_back(facts.names.empty() ? "it has no names"
                                            : fmt::format("it is for {}", fmt::join(facts.names, ", ")));
}

void MachineCheck::check_pki(const Pki& pki) {
  const auto facts = host_.certificate(pki.certificate.text, pki.key.text);
  if (!facts) {
    // The reason names the file it is about.
    const bool is_key = facts.error().contains(pki.key.text) && !facts.error().contains(pki.certificate.text);
    add(is_key ? pki.key.position : pki.certificate.position, facts.error());
    return;
  }
  if (!facts->matches_key) {
    add(pki.key.position, "this key isn't the certificate's",
        fmt::format("the key that belongs to {}", pki.certificate.text));
  }
  check_dates(pki, *facts);
  check_names(pki, *facts);
}

void MachineCheck::check_ca(const Ca& ca) {
  const auto text = host_.read_file(ca.certificate.text, limits::file_bytes);
  if (!text)
    add(ca.certificate.position, fmt::format("can't read {}: {}", ca.certificate.text, text.error()));
}

void MachineCheck::check_ports(const Listener& listener) {
  for (const IpAddress& address : listener.addresses) {
    const auto why = host_.why_not_bind(address, listener.port);
    if (!why) continue;
    Diagnostic& found = add(listener.on.position, fmt::format("can't listen on port {} of {}: {}",
                                                              listener.port, address.text(), *why));
    // `all` means what there is: a machine may have no IPv6.
    if (listener.on.text == "all" && address.family == IpAddress::Family::ipv6)
      found.kind = Diagnostic::Kind::warning;
  }
}

}  // namespace

std::vector<Diagnostic> check_machine(const Configuration& configuration, CheckHost& host, Ports ports) {
  MachineCheck check(configuration, host);
  for (const Pki& pki : configuration.pkis) check.check_pki(pki);
  for (const Ca& ca : configuration.cas) check.check_ca(ca);
  if (ports == Ports::check) {
    for (const Listener& listener : configuration.listeners) check.check_ports(listener);
  }
  return check.take();
}

}  // namespace pillarbox::config
