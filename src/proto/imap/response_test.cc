#include "proto/imap/response.h"

#include <gtest/gtest.h>

#include <functional>

#include "proto/imap/response_code.h"
#include "proto/imap/strings.h"

namespace pillarbox::imap {
namespace {

std::string written(const std::function<void(Output&)>& write) {
  Output out;
  write(out);
  return std::string(out.text());
}

TEST(Strings, AreQuotedWhereTheyCanBe) {
  struct Case {
    std::string_view text, string, astring, phrase;
  };
  using namespace std::string_view_literals;
  const Case cases[] = {
      {"", "\"\"", "\"\"", "\"\""},
      {"abc", "\"abc\"", "abc", "\"abc\""},
      {"a b", "\"a b\"", "\"a b\"", "\"a b\""},
      {"a]b", "\"a]b\"", "a]b", "\"a]b\""},
      {"NIL", "\"NIL\"", "\"NIL\"", "\"NIL\""},
      {"nil", "\"nil\"", "\"nil\"", "\"nil\""},
      {"a%", "\"a%\"", "\"a%\"", "\"a%\""},
      {"a\"b\\", "\"a\\\"b\\\\\"", "\"a\\\"b\\\\\"", "{4}\r\na\"b\\"},
      {"\xc3\xa4", "{2}\r\n\xc3\xa4", "{2}\r\n\xc3\xa4", "{2}\r\n\xc3\xa4"},
      {"a\r\nb", "{4}\r\na\r\nb", "{4}\r\na\r\nb", "{3}\r\na b"},
      {"a \t b", "\"a \t b\"", "\"a \t b\"", "{3}\r\na b"},
      {"a\0b"sv,
       "{5}\r\na\xEF\xBF\xBD"
       "b",
       "{5}\r\na\xEF\xBF\xBD"
       "b",
       "{5}\r\na\xEF\xBF\xBD"
       "b"},
      {"\x01\x7f", "\"\x01\x7f\"", "\"\x01\x7f\"", "\"\x01\x7f\""},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(written([&](Output& out) { write_string(out, c.text); }), c.string);
    EXPECT_EQ(written([&](Output& out) { write_astring(out, c.text); }), c.astring);
    EXPECT_EQ(written([&](Output& out) { write_phrase(out, c.text); }), c.phrase);
  }
  EXPECT_EQ(written([](Output& out) { write_nstring(out, std::nullopt); }), "NIL");
  EXPECT_EQ(written([](Output& out) { write_mailbox(out, "\u00e4 &"); }), "\"&AOQ- &-\"");
}

TEST(Responses, OfStatus) {
  const auto status = [](std::string_view tag, Condition condition, std::string_view code,
                         std::string_view text) {
    return written([&](Output& out) { write_status(out, tag, condition, code, text); });
  };
  EXPECT_EQ(status("a1", Condition::ok, codes::none, "Done"), "a1 OK Done\r\n");
  EXPECT_EQ(status("*", Condition::no, codes::try_create, "No such mailbox"),
            "* NO [TRYCREATE] No such mailbox\r\n");
  EXPECT_EQ(status("*", Condition::bye, codes::none, ""), "* BYE -\r\n");
  EXPECT_EQ(status("a", Condition::bad, codes::none, "x\r\na OK \xe4\x01"), "a BAD x??a OK ??\r\n");
  EXPECT_EQ(written([](Output& out) { write_continuation(out, "OK"); }), "+ OK\r\n");
  EXPECT_EQ(written([](Output& out) { write_continuation(out, ""); }), "+ \r\n");
}

TEST(Responses, OfCodes) {
  const std::string_view flags[] = {"\\Seen", "$Junk", "\\*"};
  const std::string_view charsets[] = {"UTF-8", "US-ASCII"};
  const std::uint32_t from[] = {304, 319, 320};
  const std::uint32_t to[] = {3956, 3957, 3958};
  const std::uint32_t unsorted[] = {5, 3, 4};
  EXPECT_EQ(codes::uid_next(4392), "UIDNEXT 4392");
  EXPECT_EQ(codes::uid_validity(3857529045), "UIDVALIDITY 3857529045");
  EXPECT_EQ(codes::unseen(12), "UNSEEN 12");
  EXPECT_EQ(codes::highest_modseq(715194045007), "HIGHESTMODSEQ 715194045007");
  EXPECT_EQ(codes::modified(NumberSet({{7, 7}, {9, 10}})), "MODIFIED 7,9:10");
  EXPECT_EQ(codes::append_uid(38505, 3955), "APPENDUID 38505 3955");
  EXPECT_EQ(codes::copy_uid(38505, from, to), "COPYUID 38505 304,319:320 3956:3958");
  EXPECT_EQ(codes::copy_uid(1, unsorted, from), "COPYUID 1 5,3:4 304,319:320");
  EXPECT_EQ(codes::bad_charset(charsets), "BADCHARSET (UTF-8 US-ASCII)");
  EXPECT_EQ(codes::bad_charset({}), "BADCHARSET");
  EXPECT_EQ(codes::permanent_flags(flags), "PERMANENTFLAGS (\\Seen $Junk \\*)");
  EXPECT_EQ(codes::permanent_flags({}), "PERMANENTFLAGS ()");
  EXPECT_EQ(codes::capability(charsets), "CAPABILITY UTF-8 US-ASCII");
}

TEST(Responses, OfWhatTheServerIs) {
  const std::string_view names[] = {"IMAP4rev1", "IDLE"};
  const std::pair<std::string_view, std::string_view> fields[] = {{"name", "Pillarbox"},
                                                                  {"version", "\"1\""}};
  EXPECT_EQ(written([&](Output& out) { write_capability(out, names); }), "* CAPABILITY IMAP4rev1 IDLE\r\n");
  EXPECT_EQ(written([&](Output& out) { write_enabled(out, {}); }), "* ENABLED\r\n");
  EXPECT_EQ(written([&](Output& out) { write_id(out, fields); }),
            "* ID (\"name\" \"Pillarbox\" \"version\" \"\\\"1\\\"\")\r\n");
  EXPECT_EQ(written([&](Output& out) { write_id(out, {}); }), "* ID NIL\r\n");
  EXPECT_EQ(written([&](Output& out) { write_personal_namespace(out, '/'); }),
            "* NAMESPACE ((\"\" \"/\")) NIL NIL\r\n");
}

TEST(Responses, OfMailboxes) {
  EXPECT_EQ(written([](Output& out) { write_list(out, ListKind::list, {}, '/', "INBOX"); }),
            "* LIST () \"/\" INBOX\r\n");
  ListAttributes attributes;
  attributes.non_existent = attributes.has_children = attributes.subscribed = true;
  attributes.uses = special_uses::drafts;
  EXPECT_EQ(written([&](Output& out) {
              write_list(out, ListKind::list, attributes, '\\', "\u00e4/b c", ChildInfo::subscribed);
            }),
            "* LIST (\\NonExistent \\Noselect \\HasChildren \\Subscribed \\Drafts) \"\\\\\" \"&AOQ-/b c\" "
            "(CHILDINFO (\"SUBSCRIBED\"))\r\n");
  EXPECT_EQ(written([](Output& out) {
              write_list(out, ListKind::lsub,
                         {.no_inferiors = true, .no_select = true, .has_no_children = true}, '.', "nil");
            }),
            "* LSUB (\\Noselect \\NoInferiors \\HasNoChildren) \".\" \"nil\"\r\n");
  const StatusValues values{1, 2, 3, 4, 5, 6, 7};
  EXPECT_EQ(written([&](Output& out) {
              write_mailbox_status(out, "x", status_items::messages | status_items::size, values);
            }),
            "* STATUS x (MESSAGES 1 SIZE 7)\r\n");
  EXPECT_EQ(written([&](Output& out) { write_mailbox_status(out, "x", StatusItems{127}, values); }),
            "* STATUS x (MESSAGES 1 RECENT 2 UIDNEXT 3 UIDVALIDITY 4 UNSEEN 5 HIGHESTMODSEQ 6 SIZE 7)\r\n");
  EXPECT_EQ(written([&](Output& out) { write_mailbox_status(out, "x", {}, values); }), "* STATUS x ()\r\n");
}

TEST(Responses, OfTheSelectedMailbox) {
  const std::string keywords[] = {"$Junk", "x"};
  EXPECT_EQ(written([](Output& out) { write_exists(out, 23); }), "* 23 EXISTS\r\n");
  EXPECT_EQ(written([](Output& out) { write_recent(out, 0); }), "* 0 RECENT\r\n");
  EXPECT_EQ(written([](Output& out) { write_expunge(out, 44); }), "* 44 EXPUNGE\r\n");
  EXPECT_EQ(written([&](Output& out) { write_flags(out, keywords); }),
            "* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft $Junk x)\r\n");
}

TEST(Responses, OfSearching) {
  const std::uint32_t found[] = {2, 84, 882};
  const NumberSet all({{2, 2}, {10, 15}});
  EXPECT_EQ(written([&](Output& out) { write_search(out, found, std::nullopt); }), "* SEARCH 2 84 882\r\n");
  EXPECT_EQ(written([&](Output& out) { write_search(out, found, 917); }),
            "* SEARCH 2 84 882 (MODSEQ 917)\r\n");
  EXPECT_EQ(written([&](Output& out) { write_search(out, {}, 917); }), "* SEARCH\r\n");
  EXPECT_EQ(written([&](Output& out) {
              write_esearch(out, "a\"1", Numbers::uid,
                            {.min = 2, .max = 15, .count = 7, .all = &all, .modseq = 9});
            }),
            "* ESEARCH (TAG \"a\\\"1\") UID MIN 2 MAX 15 ALL 2,10:15 COUNT 7 MODSEQ 9\r\n");
  const NumberSet none;
  EXPECT_EQ(
      written([&](Output& out) { write_esearch(out, "a", Numbers::sequence, {.count = 0, .all = &none}); }),
      "* ESEARCH (TAG \"a\") COUNT 0\r\n");
}

TEST(Digits, AgreeWithTheLibrary) {
  for (const std::uint64_t power : {1ull, 10ull, 100ull, 1000ull, 10000ull, 100000ull, 1000000000ull,
                                    10000000000ull, 1000000000000000000ull, 10000000000000000000ull}) {
    for (const std::uint64_t number : {power - 1, power, power + 1, power * 9}) {
      EXPECT_EQ(written([&](Output& out) { out.put_number(number); }), std::to_string(number));
    }
  }
  EXPECT_EQ(written([](Output& out) { out.put_number(UINT64_MAX); }), std::to_string(UINT64_MAX));
}

}  // namespace
}  // namespace pillarbox::imap
