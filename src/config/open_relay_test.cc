#include "config/open_relay.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "config/testing.h"

namespace pillarbox::config {
namespace {

constexpr const char* common = R"(
pki p cert /c key /k
table users { anna = secret }
table domains file:/etc/domains
table ours { example.org, "*.example.net" }
table everything { "*" }
table nets file:/etc/nets
table partners { 192.0.2.0/24 }
table halves { 0.0.0.0/1, 128.0.0.0/1 }
table expressions { "^example\.org$", "\.example\.net$" }
table loose { "^example\.org$", "example\.net" }
action inbox mailbox userbase <users>
action relay relay
)";

std::size_t open_relays(const std::string& text) {
  const Parsed parsed = testing::parse_text(common + text);
  std::size_t found = 0;
  for (const Diagnostic& diagnostic : parsed.diagnostics) {
    EXPECT_NE(diagnostic.kind, Diagnostic::Kind::mistake) << text << "\n" << parsed.text();
    if (diagnostic.kind == Diagnostic::Kind::dangerous) ++found;
  }
  return found;
}

// Each with a listener on port 25 that anybody reaches.
TEST(OpenRelay, IsSeen) {
  for (const auto* rules : {
           "match from any for any action relay",
           "match from any for any tls action relay",
           "match from any for any !tls action relay",
           "match from any for any !auth action relay",
           "match from any for any helo mail.example.org action relay",
           "match from any for any mail-from \"@example.org\" action relay",
           "match from any for any !mail-from \"@spam.example\" action relay",
           "match from mail-from \"boss@example.org\" for any action relay",
           "match !from mail-from \"@spam.example\" for any action relay",
           "match from any for domain \"*\" action relay",
           "match from any for domain \"*.com\" action relay",
           "match from any for domain \"mail.*\" action relay",
           "match from any for domain \"*example.org\" action relay",
           "match from any for domain { example.org, \"*.org\" } action relay",
           "match from any for domain <everything> action relay",
           "match from any !for domain example.org action relay",
           "match from any !for local action relay",
           "match from any for rcpt-to postmaster action relay",
           "match from any for rcpt-to \"x@*.com\" action relay",
           "match from any !for rcpt-to \"x@example.org\" action relay",
           "match from any rcpt-to \"root@*\" for any action relay",
           "match from any !rcpt-to \"x@example.org\" for any action relay",
           "match !from local for any action relay",
           "match !from socket for any action relay",
           "match !from auth for any action relay",
           "match !from src 10.0.0.0/8 for any action relay",
           "match !from src <nets> for any action relay",
           "match from src 0.0.0.0/0 for any action relay",
           "match from src ::/0 for any action relay",
           "match from src 2000::/3 for any action relay",
           "match from src <halves> for any action relay",
           "match from src { 64.0.0.0/8, 65.0.0.0/8 } for any action relay",
           "match from any tag MX for any action relay",
           "match from any !tag OTHER for any action relay",
           // A rule before it takes less than everything.
           "match from any for domain example.org action inbox\nmatch from any for any action relay",
           "match !from auth for domain example.org reject\nmatch from any for any action relay",
           "match from any !tls for any reject\nmatch from any for any action relay",
           "match from src <nets> for any reject\nmatch from any for any action relay",
           "match from any mail-from \"@spam.example\" for any reject\nmatch from any for any action relay",
           "match from any helo bad.example for any reject\nmatch from any for any action relay",
           "match from local for any action relay\nmatch from any for any action relay",
           "match from any tag OTHER for any reject\nmatch from any for any action relay",
           "match !from src <nets> !tls for any reject\nmatch !from auth for any action relay",
           // Refused for strangers here, but not for those that `src` leaves out.
           "match !from src <nets> for any reject\nmatch from any for any action relay",
           // Relays to what another list says: it isn't this rule's own, so it isn't proven to be meant.
           "match from any !for domain gmail.example reject\nmatch from any for any action relay",
           // Regular expressions that aren't tied to a domain's end take in what a stranger likes.
           "match from any for domain regex \"example\\.org\" action relay",
           "match from any for domain regex \"^example\\.org\" action relay",
           "match from any for domain regex \"example.org$\" action relay",
           "match from any for domain regex \"\\.org$\" action relay",
           "match from any for domain regex \"^example\\.org$|x\" action relay",
           "match from any for domain regex { \"^example\\.org$\", \".\" } action relay",
           "match from any for domain regex <loose> action relay",
           "match from any for rcpt-to regex \"^root@\" action relay",
           "match from any for rcpt-to regex \"example\\.org$\" action relay",
           "match from any rcpt-to regex \".*@.*\" for any action relay",
           "match from any !for domain regex \"^example\\.org$\" action relay",
           "match from src regex \"^192\\.0\\.2\\.\" for any action relay",
           "match from mail-from regex \"@example\\.org$\" for any action relay",
           "match from any helo regex \"^mail\\.example\\.org$\" for any action relay",
           "match from any tag regex \"^M\" for any action relay",
           "match from any !tag regex \"^O\" for any action relay",
           "match !from auth regex \"^a\" for any action relay",
           // A name in the DNS is whoever's has the address.
           "match from rdns for any action relay",
           "match from rdns \"mail.example.org\" for any action relay",
           "match from rdns regex \"\\.example\\.org$\" for any action relay",
           "match !from rdns for any action relay",
           "match from rdns for any reject\nmatch from any for any action relay",
           "match from rdns for any reject\nmatch !from rdns \"x.example\" for any action relay",
           "match from any for domain regex \"x\" reject\nmatch from any !for domain \"x\" action relay",
           // OpenSMTPD 5.
           "accept from any for any relay",
           "accept from ! local for any relay",
           "accept from ! source <nets> for any relay",
           "accept from any for ! domain example.org relay",
           "accept from any tagged ! OTHER for any relay backup mx.example.org",
           "accept from any for any relay via \"tls://smtp.example.net\"",
           "accept from any recipient root for any relay",
           "accept from any for domain \"*\" relay",
           "accept from any for any relay via smtp://192.0.2.1",
           "accept !from local for any relay",
           "accept sender \"@example.org\" from any for any relay",
       }) {
    EXPECT_GE(open_relays(std::string("listen on eth0 tls tag MX\nlisten on lo tag OTHER\n") + rules), 1u)
        << rules;
  }
}

TEST(OpenRelay, IsNotSeenWhereThereIsNone) {
  for (const auto* rules : {
           "match from local for any action relay",
           "match for any action relay",
           "match from socket for any action relay",
           "match from auth for any action relay",
           "match from auth anna for any action relay",
           "match from auth <users> for any action relay",
           "match from any auth for any action relay",
           "match from any auth anna for any action relay",
           "match from src 192.0.2.7 for any action relay",
           "match from src <nets> for any action relay",
           "match from src <partners> for any action relay",
           "match from src { 10.0.0.0/8, 192.168.0.0/16, fc00::/7, 64.0.0.0/8 } for any action relay",
           // A backup mail exchanger says for which domains.
           "match from any for domain example.org action relay",
           "match from any for domain \"*.example.org\" action relay",
           "match from any for domain <ours> action relay",
           "match from any for domain <domains> action relay",
           "match from any for local action relay",
           "match from any for rcpt-to \"x@example.org\" action relay",
           "match from any for rcpt-to \"@example.org\" action relay",
           "match from any rcpt-to \"x@example.org\" for any action relay",
           "match from any for domain \"*\" rcpt-to \"@example.org\" action relay",
           // Regular expressions that end behind a domain.
           "match from any for domain regex \"^example\\.org$\" action relay",
           "match from any for domain regex \"\\.example\\.org$\" action relay",
           "match from any for domain regex \"^(a|b)\\.example\\.org$\" action relay",
           "match from any for domain regex <expressions> action relay",
           "match from any for rcpt-to regex \"^[a-z]+@example\\.org$\" action relay",
           "match from any rcpt-to regex \"@(.*)\\.example\\.org$\" for any action relay",
           "match from any for domain regex \"x\" rcpt-to \"@example.org\" action relay",
           "match from auth regex \"^a\" for any action relay",
           "match from any auth regex \"^a\" for any action relay",
           "match from any tag regex \"^L\" for any action relay",
           "match from any !tag regex \"^(MX|SUBMISSION)$\" for any action relay",
           "match from rdns for any reject\nmatch !from rdns for any reject\n"
           "match from any for any action relay",
           "match from any for domain regex \"x\" reject\nmatch from any !for domain regex \"x\" reject\n"
           "match from any for any action relay",
           // Mail that ends here never goes on to where a stranger says.
           "action box maildir userbase <users>\nmatch from any for any action box",
           "action remote lmtp mx.example.org:24 userbase <users>\nmatch from any for any action remote",
           "action on forward-only userbase <users>\nmatch from any for any action on",
           "match from any for any action inbox",
           "match from any for any reject",
           // No stranger comes that far.
           "match from any tag LOCAL for any action relay",
           "match from any tag SUBMISSION for any action relay",
           "match !from auth for any reject\nmatch from any for any action relay",
           "match from any !auth for any reject\nmatch from any for any action relay",
           "match !from local !auth for any reject\nmatch from any for any action relay",
           "match from any for any action inbox\nmatch from any for any action relay",
           "match from any tls for any reject\nmatch from any !tls for any reject\nmatch from any for any "
           "action relay",
           "match from any for domain example.org action inbox\nmatch from any !for domain example.org "
           "reject\n"
           "match from any for any action relay",
           "match from src <nets> for any action inbox\nmatch !from src <nets> for any reject\n"
           "match from any for any action relay",
           "match from any helo a.example for any reject\nmatch from any !helo a.example for any reject\n"
           "match from any for any action relay",
           "match from any tag MX for any reject\nmatch from any for any action relay",
           "match from any for domain example.org tls reject\nmatch from any for domain example.org !tls "
           "action inbox\n"
           "match from any !for domain example.org !auth reject\nmatch from any for any action relay",
           // OpenSMTPD 5: without `from`, a rule is for local and for logged-in clients.
           "accept for any relay",
           "accept tagged MX for any relay via smtp://127.0.0.1:10028",
           "accept from local for any relay",
           "accept authenticated from any for any relay",
           "accept from any for any alias <users> deliver to mbox",
           "accept from any tagged ! MX tagged ! SUBMISSION for any relay",
           "accept from any for domain example.com relay backup mx2.example.com",
           "accept from <nets> for any relay",
           "reject from any for any\naccept from any for any relay",
       }) {
    EXPECT_EQ(open_relays(std::string("listen on eth0 tls tag MX\nlisten on lo tag LOCAL\n"
                                      "listen on eth0 port 587 tls auth <users> tag SUBMISSION\n") +
                          rules),
              0u)
        << rules;
  }
}

TEST(OpenRelay, DependsOnWhoCanReachTheListener) {
  struct Case {
    const char* listeners;
    bool is_open;
  };
  for (const auto& [listeners, is_open] : {
           Case{"", false},
           Case{"listen on lo", false},
           Case{"listen on 127.0.0.1", false},
           Case{"listen on \"/run/smtp.sock\"", false},
           Case{"listen on socket", false},
           Case{"listen on all tls auth <users>", false},
           Case{"listen on all submissions auth <users>", false},
           Case{"listen on all imaps auth <users>", false},
           Case{"listen on all", true},
           Case{"listen on eth0", true},
           Case{"listen on 10.1.2.3", true},  // a router may forward to it
           Case{"listen on all tls auth-optional <users>", true},
           Case{"listen on all submission auth-optional <users>", true},
           Case{"listen on lo proxy-v2", true},  // a proxy speaks for anybody
           Case{"listen on lo proxy <partners>", true},
           Case{"listen on \"/run/smtp.sock\" proxy <partners>", true},
       }) {
    EXPECT_EQ(open_relays(std::string(listeners) + "\nmatch from any for any action relay") == 1, is_open)
        << listeners;
  }
}

TEST(OpenRelay, KnowsListsThatAreNone) {
  for (const auto* broad : {"*", "*.com", "*example.org", "mail.*", "*.example.*", "*.org.", "a*.*"}) {
    EXPECT_TRUE(is_too_broad_domain(broad)) << broad;
  }
  for (const auto* narrow : {"example.org", "*.example.org", "mail*.example.org", "*.a.b.example", "com"}) {
    EXPECT_FALSE(is_too_broad_domain(narrow)) << narrow;
  }
  for (const auto* broad : {"user", "@*", "user@*.com"}) EXPECT_TRUE(is_too_broad_address(broad)) << broad;
  for (const auto* narrow : {"user@example.org", "@example.org", "user@*.example.org"}) {
    EXPECT_FALSE(is_too_broad_address(narrow)) << narrow;
  }
  for (const auto* broad : {"", ".*", "^.*$", "example\\.org", "\\.org$", "^org$", "^\\.org$", "^a\\.$",
                            "example\\.org$", "^x|y\\.example\\.org$"}) {
    EXPECT_TRUE(is_too_broad_domain_regex(broad)) << broad;
  }
  for (const auto* narrow : {"^example\\.org$", "\\.example\\.org$", "^.+\\.example\\.org$", "a\\.b\\.c$"}) {
    EXPECT_FALSE(is_too_broad_domain_regex(narrow)) << narrow;
  }
  for (const auto* broad : {"^root@", "@org$", "@.*example\\.org$", "@\\.example$", "example\\.org$"}) {
    EXPECT_TRUE(is_too_broad_address_regex(broad)) << broad;
  }
  for (const auto* narrow : {"@example\\.org$", "^root@example\\.org$", "@.*\\.example\\.org$"}) {
    EXPECT_FALSE(is_too_broad_address_regex(narrow)) << narrow;
  }
}

// Thirty conditions of which any may hold: no search through all of them comes to an end, and no proof means
// no.
TEST(OpenRelay, RefusesWhatItCannotProve) {
  std::string rules;
  for (int i = 0; i < 60; ++i) {
    rules += "match from any for any";
    for (int j = 0; j < 6; ++j) {
      const int variable = (i * 7 + j * 11 + i * j) % 40;
      rules += ((i + j) % 2 == 0 ? " helo h" : " !helo h") + std::to_string(variable) + ".example";
    }
    rules += " reject\n";
  }
  EXPECT_EQ(open_relays("listen on all\n" + rules + "match from any for any action relay"), 1u);
}

}  // namespace
}  // namespace pillarbox::config
