// The match rules: which one decides about an envelope. Private to this folder.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "config/configuration.h"
#include "mail/address.h"
#include "route/decision.h"
#include "route/lists.h"
#include "tables/address_list.h"
#include "tables/domain_list.h"
#include "tables/keys.h"
#include "tables/network_list.h"
#include "tables/regex_list.h"
#include "tables/value_list.h"

namespace pillarbox::route {

// Who asks: a session, or an alias of ours that leads elsewhere. What an alias names was written by the
// admin, so it is as good as local and logged in.
enum class Origin : std::uint8_t { session, alias };

class RuleList {
 public:
  RuleList(const config::Configuration& configuration, tables::Tables& tables);

  // The first rule that matches; nullptr if none does.
  std::expected<const config::Rule*, tables::Unavailable> find(const EnvelopeContext& envelope,
                                                               const mail::Address& recipient, Origin origin,
                                                               Freshness freshness) const;

  // Whether `rule`, which matched, may relay this: always for our own users and machines; for strangers only
  // what it lists itself, in a list that deserves the name.
  bool may_relay(const config::Rule& rule, const EnvelopeContext& envelope, const mail::Address& recipient,
                 Origin origin) const;

  // Whether a local part alone names a user of ours under this domain: it is local, or the rule lists it.
  bool is_ours(const config::Rule& rule, std::string_view domain) const;
  bool is_local(std::string_view domain) const { return local_domains_.contains(domain); }

 private:
  struct Question {
    const EnvelopeContext& envelope;
    const mail::Address& recipient;
    Origin origin;
    Freshness freshness;
  };
  // One condition; several pointers are only set as its kind needs.
  struct Condition {
    enum class Kind : std::uint8_t {
      any,
      local,
      auth,
      socket,
      local_or_auth,
      src,
      rdns,
      mail_from,
      for_local,
      domain,
      rcpt_to,
      tag,
      helo,
      tls
    };
    Kind kind = Kind::any;
    bool is_negated = false;
    const List<tables::NetworkList>* networks = nullptr;
    const List<tables::DomainList>* domains = nullptr;
    const List<tables::AddressList>* addresses = nullptr;
    const List<tables::LoginList>* logins = nullptr;
    const List<tables::ValueList>* values = nullptr;
    const List<tables::RegexList>* expressions = nullptr;  // behind `regex`: in the place of all others
  };
  struct Compiled {
    const config::Rule* rule;
    std::vector<Condition> conditions;
  };
  using Truth = std::expected<bool, tables::Unavailable>;

  // Sets what `operand` is looked up in; false if it is of another kind.
  bool compile_regex(Condition& condition, const std::optional<config::Operand>& operand);
  Condition compile(const config::From& from);
  Condition compile(const config::For& to);
  Condition compile(const config::Condition& condition);
  Truth matches(const Compiled& compiled, const Question& question) const;
  Truth holds(const Condition& condition, const Question& question) const;
  Truth matches_regex(const Condition& condition, const Question& question) const;
  bool vouches(const Condition& condition, const Question& question) const;

  std::vector<config::Rule> rules_;
  std::vector<Compiled> compiled_;
  tables::StringSet local_domains_;
  Lists<tables::NetworkList> networks_;
  Lists<tables::DomainList> domains_;
  Lists<tables::AddressList> addresses_;
  Lists<tables::LoginList> logins_;
  Lists<tables::ValueList> values_;
  Lists<tables::RegexList> expressions_;
};

}  // namespace pillarbox::route
