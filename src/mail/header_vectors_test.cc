// The lists of tests/vectors/headers: each a field value and what another project's reader makes of it. Where
// that reading and the RFC (or IMAP, which shows names and ids as they are) disagree, the case stands in a
// table of exceptions with the reason, and what we read instead is looked at in the tests beside the code.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <fstream>
#include <functional>
#include <map>
#include <optional>
#include <sstream>
#include <utility>

#include "base/text.h"
#include "mail/address_list.h"
#include "mail/content_type.h"
#include "mail/date.h"
#include "mail/encoded_word.h"
#include "mail/header.h"
#include "mail/message_id.h"
#include "mail/received.h"

namespace pillarbox::mail {
namespace {

namespace json = boost::json;

using Exceptions = std::map<std::size_t, std::string_view>;

json::value load(std::string_view name) {
  std::ifstream file(fmt::format("{}/tests/vectors/headers/{}.json", PILLARBOX_SOURCE_DIR, name));
  std::stringstream text;
  text << file.rdbuf();
  return json::parse(text.str());
}

// The vectors go on behind the end of the value; what a header reader takes for the value counts.
std::string value_of(const json::value& header) {
  const std::string block = "X:" + std::string(header.as_string());
  return std::string(HeaderReader(block).next().value().value);
}

// Attributes come in the order of a hash table there.
json::value in_order(json::value expected) {
  if (auto* object = expected.if_object(); object != nullptr && object->contains("attributes")) {
    if (auto* attributes = object->at("attributes").if_array()) {
      std::ranges::sort(*attributes, {},
                        [](const json::value& pair) { return std::string(pair.at(0).as_string()); });
    }
  }
  // We keep IPv4 in IPv6's clothes as IPv4; and "GMT" isn't before GMT.
  auto* object = expected.if_object();
  const auto member = [&](std::string_view name) {
    return object != nullptr ? object->if_contains(name) : nullptr;
  };
  if (auto* ip = member("from_ip"); ip != nullptr && ip->is_string()) {
    *ip = parse_ip(std::string_view(ip->get_string())).value().text();
  }
  if (auto* date = member("date"); date != nullptr && date->is_object() && date->at("tz_hour") == 0) {
    date->at("tz_before_gmt") = false;
  }
  return expected;
}

// A member that is null and one that isn't there are the same.
json::value without_nulls(json::value value) {
  auto* object = value.if_object();
  if (object == nullptr) return value;
  json::object result;
  for (auto& [name, member] : *object) {
    if (!member.is_null()) result.emplace(name, std::move(member));
  }
  return result;
}

// Runs every case of a list; `read` gives what we make of a value, in the form of the vectors.
void expect_list(std::string_view name, std::size_t size, const Exceptions& exceptions,
                 const std::function<json::value(std::string_view)>& read) {
  const json::value list = load(name);
  ASSERT_EQ(list.as_array().size(), size);
  for (std::size_t i = 0; i < size; ++i) {
    const json::value expected = without_nulls(in_order(list.at(i).at("expected")));
    const json::value result = without_nulls(read(value_of(list.at(i).at("header"))));
    if (exceptions.contains(i)) {
      EXPECT_NE(result, expected) << name << " " << i << " needs no exception";
    } else {
      EXPECT_EQ(result, expected) << name << " " << i << ": " << list.at(i).at("header");
    }
  }
}

json::value text_or_null(std::string_view text) { return text.empty() ? json::value() : json::value(text); }

json::value group(json::value name, json::array addresses) {
  return json::object{{"name", std::move(name)}, {"addresses", std::move(addresses)}};
}

// {"List": […]}, or {"Group": […]} once there is a group, with those outside in groups without a name.
json::value read_addresses(std::string_view value) {
  json::array all, groups, open;
  json::value open_name;
  bool has_groups = false;
  const auto close = [&](bool is_group) {
    if (is_group || !open.empty()) groups.push_back(group(open_name, std::exchange(open, {})));
    open_name = nullptr;
  };
  for (const HeaderAddress& address : parse_address_list(value)) {
    if (address.kind == HeaderAddress::Kind::group_start) {
      close(false);
      open_name = text_or_null(decoded_name(address));
      has_groups = true;
    } else if (address.kind == HeaderAddress::Kind::group_end) {
      close(true);
    } else {
      const json::object entry{{"name", text_or_null(decoded_name(address))},
                               {"address", text_or_null(address.address())}};
      all.push_back(entry);
      open.push_back(entry);
    }
  }
  close(false);
  return has_groups ? json::value{{"Group", groups}} : json::value{{"List", all}};
}

TEST(HeaderVectors, Addresses) {
  constexpr std::string_view comment =
      "a comment isn't part of a display name that is there (RFC 5322 §3.4, §3.2.5)";
  const Exceptions exceptions = {
      {8, comment},
      {9, comment},
      {10, comment},
      {11, comment},
      {13, "blanks around dots and the route aren't part of an address (RFC 5322 §4.4)"},
      {14, "neither is a comment"},
      {22, comment},
      {56, comment},
  };
  expect_list("address", 60, exceptions, read_addresses);
}

TEST(HeaderVectors, MessageIds) {
  expect_list("id", 11, {}, [](std::string_view value) -> json::value {
    const auto ids = parse_message_ids(value);
    return ids.empty() ? json::value() : json::value_from(ids);
  });
}

TEST(HeaderVectors, Lists) {
  expect_list("list", 7, {},
              [](std::string_view value) { return json::value_from(decode_phrase_list(value)); });
}

TEST(HeaderVectors, Texts) {
  constexpr std::string_view glued =
      "a blank that isn't there isn't shown (RFC 2047 §6.2 only takes blanks away)";
  const Exceptions exceptions = {{21, glued}, {22, glued}, {27, glued}, {28, glued}};
  expect_list("unstructured", 30, exceptions,
              [](std::string_view value) { return json::value(decode_text(value)); });
}

json::value date_value(const std::optional<Date>& date) {
  if (!date) return nullptr;
  const auto local = date->time + date->offset;
  const auto days = std::chrono::floor<std::chrono::days>(local);
  const std::chrono::year_month_day day(days);
  const std::chrono::hh_mm_ss clock(local - days);
  const auto zone = std::chrono::abs(date->offset).count();
  return json::object{{"year", static_cast<int>(day.year())},
                      {"month", static_cast<unsigned>(day.month())},
                      {"day", static_cast<unsigned>(day.day())},
                      {"hour", clock.hours().count()},
                      {"minute", clock.minutes().count()},
                      {"second", clock.seconds().count()},
                      {"tz_before_gmt", date->offset.count() < 0},
                      {"tz_hour", zone / 60},
                      {"tz_minute", zone % 60}};
}

TEST(HeaderVectors, Dates) {
  const Exceptions exceptions = {{12, "a time has colons (RFC 5322 §3.3)"}};
  expect_list("date", 40, exceptions, [](std::string_view value) {
    // One of them is the value of a Received field.
    return date_value(value.starts_with("by ") ? parse_received(value).date : parse_date(value));
  });
}

// The vectors show the language of RFC 2231 as an attribute of its own, and words in lower case.
json::value read_content_type(std::string_view value) {
  const auto type = parse_content_type(value);
  if (!type) return nullptr;
  std::map<std::string, std::string> attributes;
  for (const Parameter& each : type->parameters) {
    std::string name = to_ascii_lower(each.name);
    if (name.ends_with('*')) {
      name.pop_back();
      const auto parts = split(each.value, '\'');
      if (!parts[1].empty()) attributes.emplace(name + "-language", parts[1]);
    }
    attributes.emplace(name, parameter(type->parameters, name).value());
  }
  json::array list;
  for (const auto& [name, attribute] : attributes) list.push_back(json::array{name, attribute});
  return json::object{{"c_type", to_ascii_lower(type->type)},
                      {"c_subtype", text_or_null(to_ascii_lower(type->subtype))},
                      {"attributes", list.empty() ? json::value() : json::value(list)}};
}

TEST(HeaderVectors, ContentTypes) {
  const Exceptions exceptions = {
      {31, "only the first piece names the character set (RFC 2231 §4.1)"},
      {34,
       "white space between encoded words isn't shown (RFC 2047 §6.2), here as little as without the quotes"},
      {61, "RFC 2231 §7 has no such names"},
  };
  expect_list("content_type", 103, exceptions, read_content_type);
}

// What of the result the vectors have a place for. They know addresses and names, some protocols and "1.2" as
// TLSv1_2.
json::value host_value(std::string_view text) {
  if (text.empty()) return nullptr;
  const auto ip = parse_ip(text);
  return ip ? json::value{{"IpAddr", ip->text()}} : json::value{{"Name", text}};
}

json::value protocol_value(const std::string& with) {
  constexpr std::string_view known[] = {"SMTP", "ESMTP", "ESMTPA", "ESMTPS", "ESMTPSA",
                                        "LMTP", "LMTPA", "HTTP",   "IMAP",   "POP3"};
  if (with == "LOCAL") return "Local";
  return std::ranges::find(known, with) != std::end(known) ? json::value(with) : json::value();
}

json::value tls_value(std::string version) {
  if (version.empty()) return nullptr;
  version[1] = '_';
  return json::value("TLSv" + version);
}

json::value greeting_value(std::string greeting) {
  if (greeting.empty()) return nullptr;
  return json::value(greeting.substr(0, 1) + to_ascii_lower(greeting.substr(1)));
}

json::value read_received(std::string_view value) {
  const Received received = parse_received(value);
  return json::object{{"from", host_value(received.from)},
                      {"from_ip", received.from_ip ? json::value(received.from_ip->text()) : json::value()},
                      {"from_iprev", text_or_null(received.from_host)},
                      {"by", host_value(received.by)},
                      {"for_", text_or_null(received.recipient)},
                      {"with", protocol_value(received.with)},
                      {"tls_version", tls_value(received.tls_version)},
                      {"tls_cipher", text_or_null(received.tls_cipher)},
                      {"id", text_or_null(received.id)},
                      {"ident", text_or_null(received.ident)},
                      {"helo", host_value(received.helo)},
                      {"helo_cmd", greeting_value(received.greeting)},
                      {"via", text_or_null(received.via)},
                      {"date", date_value(received.date)}};
}

TEST(HeaderVectors, Received) {
  constexpr std::string_view slash = "a slash doesn't end a word";
  constexpr std::string_view zone = "PST and PDT are -0800 and -0700 (RFC 5322 §4.3)";
  constexpr std::string_view year = "a year of two digits below 50 is after 2000 (RFC 5322 §4.3)";
  constexpr std::string_view asctime = "not a date of RFC 5322 §3.3";
  const Exceptions exceptions = {
      {6, slash},
      {13, asctime},
      {28, slash},
      {29, slash},
      {30, slash},
      {39, slash},
      {65, "the sender isn't the account"},
      {67, zone},
      {89, year},
      {90, year},
      {116, slash},
      {117, asctime},
      {118, asctime},
      {123, "the first by clause counts"},
      {125, slash},
      {128, year},
      {138, "an underscore before the date"},
      {144, "the second is 55, its fraction no part of RFC 5322 §3.3"},
      {151, asctime},
      {153, "the for clause says something"},
      {154, "so does the cipher"},
      {163, zone},
      {171, "a user id isn't where the message came from"},
  };
  expect_list("received", 181, exceptions, read_received);
}

}  // namespace
}  // namespace pillarbox::mail
