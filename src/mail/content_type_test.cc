#include "mail/content_type.h"

#include <optional>

#include <gtest/gtest.h>

#include "mail/limits.h"

namespace pillarbox::mail {
namespace {

std::string show(const std::optional<ContentType>& type) {
  if (!type) return "none";
  std::string shown = type->type + "/" + type->subtype;
  for (const Parameter& each : type->parameters) shown += "; " + each.name + "=[" + each.value + "]";
  return shown;
}

TEST(ContentType, ReadsTypeAndParametersAsImapPassesThemOn) {
  const struct {
    std::string_view value, shown;
  } cases[] = {
      {" text/plain; charset=utf-8\r\n", "text/plain; charset=[utf-8]"},
      {"TEXT/HTML; Charset=\"UTF-8\"; format=flowed", "TEXT/HTML; Charset=[UTF-8]; format=[flowed]"},
      {"multipart/mixed;\r\n boundary=\"a\r\n b\"", "multipart/mixed; boundary=[a b]"},
      {"text/plain; name=\"a\\\"b\\\\c\"", "text/plain; name=[a\"b\\c]"},
      {"text (c) / (d) plain (e) ; a (f) = (g) b (h)", "text/plain; a=[b]"},
      {"foo", "foo/"},
      {"", "none"},
      {"/plain", "none"},
      // RFC 2231: continuations joined, what is encoded left so.
      {"a/b; u*1=d; u*0=\"c \"", "a/b; u=[c d]"},
      {"a/b; t*=us-ascii'en'a%20b; x=y", "a/b; x=[y]; t*=[us-ascii'en'a%20b]"},
      {"a/b; t*0*=utf-8''%41; t*1=\"b c\"; t*2*=%43", "a/b; t*=[utf-8''%41b%20c%43]"},
      {"a/b; t*0=a; t*1*=%20b", "a/b; t*=[''a%20b]"},
      {"a/b; t*0*=plain", "a/b; t*=[''plain]"},
      {"a/b; n*10=c; n*2=b; n*1=a", "a/b; n=[abc]"},
      // What mailers write.
      {"multipart/mixed boundary=\"x\"", "multipart/mixed; boundary=[x]"},
      {"a/b; c=d e=f", "a/b; c=[d]; e=[f]"},
      {"a/b; name=my file.txt; c=d", "a/b; name=[my file.txt]; c=[d]"},
      {"a/b; name=report(1).pdf", "a/b; name=[report(1).pdf]"},
      {"a/b; name==?utf-8?q?a?= =?utf-8?q?b?=", "a/b; name=[=?utf-8?q?a?= =?utf-8?q?b?=]"},
      {"a/b;; ; =c; d; e=; f=g", "a/b; f=[g]"},
      {"a/b; c=\"open; d=e", "a/b; c=[open; d=e]"},
      {"a/b; c=d; C=e", "a/b; c=[d]; C=[e]"},
  };
  for (const auto& c : cases) EXPECT_EQ(show(parse_content_type(c.value)), c.shown) << c.value;
}

TEST(ContentType, IsComparedWithoutCase) {
  EXPECT_TRUE(parse_content_type("TEXT/Plain")->is("text", "plain"));
  EXPECT_FALSE(parse_content_type("TEXT/Plain")->is("text", "html"));
}

TEST(ContentType, DecodesParameters) {
  const struct {
    std::string_view value, name;
  } cases[] = {
      {"a/b; name=plain.txt", "plain.txt"},
      {"a/b; name*=iso-8859-1'de'%FC.txt", "ü.txt"},
      {"a/b; name=fallback; name*=utf-8''%e2%82%ac.txt", "€.txt"},
      {"a/b; name*0*=utf-8''%e2%82; name*1*=%ac.txt", "€.txt"},
      {"a/b; name=\"=?iso-8859-1?q?=FC?=.txt\"", "ü.txt"},
      {"a/b; name=\"\xfc.txt\"", "ü.txt"},
      {"a/b; name*=nonsense''%c3%bc%", "ü%"},
      {"a/b; NAME=x", "x"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(parameter(parse_content_type(c.value)->parameters, "name"), c.name) << c.value;
  }
  EXPECT_FALSE(parameter({}, "name"));
  // What a cache may hold, whoever damaged it.
  EXPECT_EQ(parameter({{.name = "name*", .value = "no quotes"}}, "name"), "no quotes");
}

TEST(ContentType, TakesNoMoreParametersThanTheLimit) {
  std::string many = "a/b";
  for (std::size_t i = 0; i < 2 * limits::parameters; ++i) many += "; p" + std::to_string(i) + "=x";
  EXPECT_EQ(parse_content_type(many)->parameters.size(), limits::parameters);
}

TEST(Disposition, ReadsTypeAndParameters) {
  const auto disposition = parse_disposition(" Attachment; filename=\"a b.txt\"; size=12");
  ASSERT_TRUE(disposition);
  EXPECT_EQ(disposition->type, "Attachment");
  EXPECT_EQ(parameter(disposition->parameters, "filename"), "a b.txt");
  EXPECT_EQ(raw_parameter(disposition->parameters, "SIZE"), "12");
  EXPECT_FALSE(parse_disposition("; filename=x"));
}

}  // namespace
}  // namespace pillarbox::mail
