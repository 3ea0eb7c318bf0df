#include "proto/imap/decode.h"

#include <gtest/gtest.h>

#include <string>

#include "base/text.h"
#include "proto/imap/describe_test.h"

namespace pillarbox::imap {
namespace {

std::string error_name(SyntaxError error) { return "error " + std::string(answer_of(error).text); }

// A command's line through reader and decoder, as text.
std::string decoded(const std::string& line) {
  CommandReader reader(limits::after_login);
  std::string_view bytes = line;
  for (;;) {
    const auto step = reader.feed(bytes);
    bytes.remove_prefix(step.consumed);
    RawCommand raw;
    if (const auto* read = std::get_if<event::CommandRead>(&step.event)) {
      raw = read->command;
    } else if (const auto* message = std::get_if<event::MessageAnnounced>(&step.event)) {
      raw = message->command;
    } else if (std::holds_alternative<event::Continue>(step.event)) {
      continue;
    } else {
      return "no command";
    }
    const auto command = decode(raw);
    return command ? describe(*command) : error_name(command.error());
  }
}

struct Case {
  std::string line;  // without tag and line end
  std::string_view expected;
};

void expect_decoded(const std::vector<Case>& cases) {
  for (const Case& c : cases) EXPECT_EQ(decoded("a " + c.line + "\r\n"), c.expected) << c.line;
}

void expect_error(SyntaxError error, const std::vector<std::string>& lines) {
  for (const std::string& line : lines) EXPECT_EQ(decoded("a " + line + "\r\n"), error_name(error)) << line;
}

TEST(Decode, BareCommands) {
  expect_decoded({
      {"CAPABILITY", "Capability"},
      {"noop", "Noop"},
      {"Logout", "Logout"},
      {"STARTTLS", "StartTls"},
      {"NAMESPACE", "Namespace"},
      {"IDLE", "Idle"},
      {"CHECK", "Check"},
      {"CLOSE", "Close"},
      {"UNSELECT", "Unselect"},
      {"EXPUNGE", "Expunge"},
      {"NOOP ", "Noop"},  // forgiven
  });
  expect_error(SyntaxError::unexpected_argument,
               {"NOOP x", "CAPABILITY  x", "EXPUNGE 1", "LOGOUT (", "CHECK {1+}\r\nx"});
  expect_error(SyntaxError::unknown_command, {"FOO", "NOOPS", "NOO", "X-FOO bar"});
  expect_error(SyntaxError::uid_not_allowed, {"UID NOOP", "UID SELECT x", "UID APPEND x", "UID CLOSE"});
}

TEST(Decode, Login) {
  expect_decoded({
      {"LOGIN alice secret", "Login alice secret"},
      {R"(LOGIN "al\"i\\ce" "")", "Login al\"i\\ce "},
      {"LOGIN {5+}\r\nalice {6}\r\ns\r\n cr", "Login alice s\\x0d\\x0a cr"},
      {"LOGIN a]b \"p\xc3\xa4ss\"", "Login a]b p\u00e4ss"},
      {"login {0+}\r\n \"\"", "Login  "},
  });
  expect_error(SyntaxError::missing_argument, {"LOGIN", "LOGIN alice", "LOGIN "});
  expect_error(SyntaxError::expected_string, {"LOGIN a \"b", "LOGIN a \"b\\c\"", "LOGIN  a b", "LOGIN a (b)",
                                              "LOGIN a \"x\ry\"", "LOGIN a %", "LOGIN a {1}x", "LOGIN a {1"});
  expect_error(SyntaxError::nul_in_string,
               {std::string("LOGIN a {1+}\r\n\0", 15), std::string("LOGIN a \"\0\"", 11)});
  expect_error(SyntaxError::unexpected_argument,
               {"LOGIN a b c", "LOGIN a b{1+}\r\nx", "LOGIN a p\xc3\xa4ss"});
  expect_error(SyntaxError::expected_space, {"LOGIN a(b c"});
}

TEST(Decode, Authenticate) {
  expect_decoded({
      {"AUTHENTICATE plain", "Authenticate PLAIN"},
      {"AUTHENTICATE PLAIN =", "Authenticate PLAIN ir="},
      {"AUTHENTICATE SCRAM-SHA-256 AGEAYg==", "Authenticate SCRAM-SHA-256 ir=\\x00a\\x00b"},
  });
  expect_error(SyntaxError::bad_base64,
               {"AUTHENTICATE PLAIN AGEAYg", "AUTHENTICATE PLAIN ==", "AUTHENTICATE PLAIN A-B="});
  expect_error(SyntaxError::expected_atom,
               {"AUTHENTICATE ", "AUTHENTICATE \"PLAIN\"", "AUTHENTICATE PLAIN {4+}\r\nAGEA"});
}

TEST(Decode, ExtensionCommands) {
  expect_decoded({
      {"ENABLE condstore X-foo", "Enable CONDSTORE X-FOO"},
      {"ID NIL", "ClientId"},
      {"ID ()", "ClientId"},
      {R"(ID ("name" "x y" "version" NIL))", "ClientId name=x y version"},
      {"ID (name foo)", "ClientId name=foo"},
  });
  expect_error(SyntaxError::missing_argument, {"ENABLE", "ID"});
  expect_error(SyntaxError::expected_parenthesis, {"ID x", "ID (\"a\" NIL"});
  expect_error(SyntaxError::expected_string, {"ID (\"a\" NIL  \"b\" NIL)"});
}

TEST(Decode, MailboxNames) {
  expect_decoded({
      {"DELETE inBOX", "Delete INBOX"},
      {"DELETE \"INbox\"", "Delete INBOX"},
      {"DELETE {5+}\r\ninbox", "Delete INBOX"},
      {"DELETE inbox/x", "Delete inbox/x"},
      {"DELETE Entw&APw-rfe", "Delete Entw\u00fcrfe"},
      {"DELETE \"a b&-c\"", "Delete a b&c"},
      {"DELETE NIL", "Delete NIL"},
      {"DELETE \"\"", "Delete "},
      {"RENAME a {1+}\r\nb", "Rename a b"},
      {"SUBSCRIBE a", "Subscribe a"},
      {"UNSUBSCRIBE a", "Unsubscribe a"},
      {"CREATE a/", "Create a/"},
      {"CREATE a (USE (\\Drafts \\sent))", "Create a use=\\Drafts,\\Sent"},
      {"CREATE a (USE ())", "Create a"},
  });
  expect_error(SyntaxError::bad_mailbox_name, {"DELETE a&b", "DELETE \"\xc3\xa4\"", "DELETE &AEE-",
                                               "DELETE \"a\tb\"", "DELETE " + std::string(1025, 'a')});
  expect_error(SyntaxError::expected_string, {"DELETE %", "CREATE (x)"});
  expect_error(SyntaxError::unexpected_argument, {"DELETE a*", "SUBSCRIBE a%"});
  expect_error(SyntaxError::bad_special_use, {"CREATE a (USE (\\Foo))"});
  expect_error(SyntaxError::bad_modifier, {"CREATE a (FOO)", "CREATE a (USE (Drafts))"});
  expect_error(SyntaxError::missing_argument, {"DELETE", "RENAME a", "CREATE"});
}

TEST(Decode, Select) {
  expect_decoded({
      {"SELECT inbox", "Select INBOX"},
      {"EXAMINE x", "Examine x"},
      {"SELECT x (condstore)", "Select x condstore"},
      {"EXAMINE x (CONDSTORE CONDSTORE)", "Examine x condstore"},
  });
  expect_error(SyntaxError::bad_modifier, {"SELECT x ()", "SELECT x (FOO)", "SELECT x (CONDSTOREX)"});
  expect_error(SyntaxError::expected_parenthesis, {"SELECT x y", "SELECT x (CONDSTORE"});
}

TEST(Decode, Status) {
  expect_decoded({
      {"STATUS x (MESSAGES)", "Status x MESSAGES"},
      {"STATUS x (size recent Uidnext UIDVALIDITY UNSEEN HIGHESTMODSEQ MESSAGES)",
       "Status x MESSAGES,RECENT,UIDNEXT,UIDVALIDITY,UNSEEN,HIGHESTMODSEQ,SIZE"},
  });
  expect_error(SyntaxError::bad_status_item,
               {"STATUS x ()", "STATUS x (FOO)", "STATUS x (MESSAGES  RECENT)"});
  expect_error(SyntaxError::expected_parenthesis, {"STATUS x MESSAGES", "STATUS x (MESSAGES"});
}

TEST(Decode, List) {
  expect_decoded({
      {R"(LIST "" "")", "List [][]"},
      {"LIST \"\" *", "List [][*]"},
      {"LIST foo/ %.&AOQ-", "List [foo/][%.\u00e4]"},
      {"LIST \"\" {1+}\r\n*", "List [][*]"},
      {"LIST \"\" (a \"b c\" %)", "List [][a][b c][%] extended"},
      {"LIST () \"\" %", "List [][%] extended"},
      {"LIST (SUBSCRIBED remote recursivematch SPECIAL-USE) \"\" %",
       "List [][%] extended subscribed remote recursive special"},
      {"LIST \"\" % RETURN ()", "List [][%] extended"},
      {"LIST \"\" % RETURN (SUBSCRIBED CHILDREN SPECIAL-USE STATUS (MESSAGES UNSEEN))",
       "List [][%] extended ret-subscribed ret-children ret-special status=MESSAGES,UNSEEN"},
      {"LSUB \"\" *", "Lsub [][*]"},
  });
  expect_error(SyntaxError::bad_list_option,
               {"LIST (FOO) \"\" %", "LIST (RECURSIVEMATCH) \"\" %", "LIST (REMOTE RECURSIVEMATCH) \"\" %",
                "LIST \"\" % RETURN (FOO)", "LIST (SUBSCRIBED  REMOTE) \"\" %"});
  expect_error(SyntaxError::bad_mailbox_name, {"LIST \"\" &", "LIST &AO \"\"", "LIST \"\" &*-"});
  expect_error(SyntaxError::expected_parenthesis,
               {"LIST \"\" % RETURN x", "LIST \"\" (a", "LIST (SUBSCRIBED"});
  expect_error(SyntaxError::unexpected_argument, {"LIST \"\" % FOO", "LSUB \"\" % RETURN ()"});
  expect_error(SyntaxError::expected_string, {"LIST \"\" ()"});
}

TEST(Decode, Append) {
  expect_decoded({
      {"APPEND x {3}", "Append x ()"},
      {"APPEND x {3+}", "Append x ()"},
      {"APPEND {1+}\r\nx {3}", "Append x ()"},
      {"APPEND x (\\Seen $Junk) {3}", "Append x (\\Seen $Junk)"},
      {"APPEND x \" 1-Feb-1994 21:52:25 -0800\" {3}", "Append x () 760168345-480"},
      {"APPEND inbox () \"17-Jul-1996 02:44:25 -0700\" {3}", "Append INBOX () 837596665-420"},
  });
  expect_error(SyntaxError::missing_argument, {"APPEND x", "APPEND x (\\Seen)"});
  expect_error(SyntaxError::bad_append,
               {"APPEND x \\Seen {3}", "APPEND x ~{3}", "APPEND x y {3}", "APPEND x "});
  expect_error(SyntaxError::bad_date, {"APPEND x \"yesterday\" {3}", "APPEND x \"1-Feb-1994\" {3}"});
  expect_error(SyntaxError::bad_flag, {"APPEND x (\\Recent) {3}"});
}

TEST(Decode, Fetch) {
  expect_decoded({
      {"FETCH 1 FLAGS", "Fetch 1 FLAGS"},
      {"FETCH 2:4,6:* (uid FLAGS)", "Fetch 2:4,6:* UID,FLAGS"},
      {"UID FETCH 1:* FLAGS", "Fetch uid 1:* UID,FLAGS"},
      {"FETCH 1 ALL", "Fetch 1 FLAGS,INTERNALDATE,RFC822.SIZE,ENVELOPE"},
      {"FETCH 1 fast", "Fetch 1 FLAGS,INTERNALDATE,RFC822.SIZE"},
      {"FETCH 1 FULL", "Fetch 1 FLAGS,INTERNALDATE,RFC822.SIZE,ENVELOPE,BODY"},
      {"FETCH 1 (BODY BODYSTRUCTURE MODSEQ)", "Fetch 1 MODSEQ,BODY,BODYSTRUCTURE"},
      {"FETCH 1 BODY[]", "Fetch 1 sections= BODY[]"},
      {"FETCH 1 BODY.PEEK[]<0.100>", "Fetch 1 sections= PEEK:BODY[]<0>100"},
      {"FETCH 1 (BODY[HEADER] BODY[1.2.TEXT] BODY[3.MIME] BODY[4.HEADER] BODY[1])",
       "Fetch 1 sections= BODY[HEADER] BODY[1.2.TEXT] BODY[3.MIME] BODY[4.HEADER] BODY[1]"},
      {"FETCH 1 BODY.PEEK[HEADER.FIELDS (From \"To\" {2+}\r\nCc)]",
       "Fetch 1 sections= PEEK:BODY[HEADER.FIELDS (From To Cc)]"},
      {"FETCH 1 BODY[2.header.fields.not (X-Foo)]<5.4294967295>",
       "Fetch 1 sections= BODY[2.HEADER.FIELDS.NOT (X-Foo)]<5>4294967295"},
      {"FETCH 1 (RFC822 RFC822.HEADER RFC822.SIZE RFC822.TEXT)",
       "Fetch 1 RFC822.SIZE sections= RFC822 PEEK:RFC822.HEADER RFC822.TEXT"},
      {"FETCH 1 FLAGS (CHANGEDSINCE 12345)", "Fetch 1 FLAGS,MODSEQ since=12345"},
      {"UID FETCH 1 (FLAGS) (changedsince 9223372036854775807)",
       "Fetch uid 1 UID,FLAGS,MODSEQ since=9223372036854775807"},
      {"FETCH 1 (FLAGS) ", "Fetch 1 FLAGS"},
  });
  expect_error(
      SyntaxError::bad_fetch_item,
      {"FETCH 1 FOO", "FETCH 1 ()", "FETCH 1 (ALL)", "FETCH 1 (FLAGS  UID)", "FETCH 1 (FLAGS FAST)",
       "FETCH 1 BODYS[]", "FETCH 1 RFC822[]", "FETCH 1 ALLX", "FETCH 1 BODY.PEEK", "FETCH 1 ( FLAGS)"});
  expect_error(
      SyntaxError::bad_section,
      {"FETCH 1 BODY[FOO]", "FETCH 1 BODY[MIME]", "FETCH 1 BODY[1.]", "FETCH 1 BODY[0]", "FETCH 1 BODY[1..2]",
       "FETCH 1 BODY[.1]", "FETCH 1 BODY[1 ]", "FETCH 1 BODY[", "FETCH 1 BODY[]<1>", "FETCH 1 BODY[]<1.2",
       "FETCH 1 BODY[4294967296]", "FETCH 1 BODY[1a]", "FETCH 1 BODY[HEADER (X)]", "FETCH 1 BODY[1-2]"});
  expect_error(SyntaxError::bad_number,
               {"FETCH 1 BODY[]<1.0>", "FETCH 1 BODY[]<>", "FETCH 1 BODY[]<4294967296.1>",
                "FETCH 1 FLAGS (CHANGEDSINCE 9223372036854775808)"});
  expect_error(SyntaxError::bad_sequence_set, {"FETCH x FLAGS", "FETCH 0 FLAGS", "FETCH 1, FLAGS"});
  expect_error(SyntaxError::missing_argument, {"FETCH", "FETCH 1", "FETCH "});
  expect_error(SyntaxError::expected_parenthesis,
               {"FETCH 1 (FLAGS", "FETCH 1 FLAGS UID", "FETCH 1 FLAGS (CHANGEDSINCE 1"});
  expect_error(SyntaxError::bad_modifier, {"FETCH 1 FLAGS ()", "FETCH 1 FLAGS (VANISHED)"});
}

TEST(Decode, Store) {
  expect_decoded({
      {"STORE 1 FLAGS (\\Seen)", "Store 1 = (\\Seen)"},
      {"STORE 1 +FLAGS \\Deleted", "Store 1 + (\\Deleted)"},
      {"STORE 1:* -flags.silent (\\draft $x $X y)", "Store 1:* - silent (\\Draft $x y)"},
      {"UID STORE 1 FLAGS.SILENT ()", "Store uid 1 = silent ()"},
      {"STORE 1 +FLAGS \\Answered \\Flagged foo", "Store 1 + (\\Answered \\Flagged foo)"},
      {"STORE 1 (UNCHANGEDSINCE 0) +FLAGS.SILENT (a)", "Store 1 + silent unchanged=0 (a)"},
  });
  expect_error(SyntaxError::bad_flag, {"STORE 1 FLAGS (\\Recent)", "STORE 1 FLAGS (\\Foo)",
                                       "STORE 1 FLAGS (\\*)", "STORE 1 FLAGS ( a)", "STORE 1 FLAGS (a  b)",
                                       "STORE 1 FLAGS \"a\"", "STORE 1 FLAGS (" + std::string(256, 'k') + ")",
                                       "STORE 1 FLAGS (\\)", "STORE 1 FLAGS \\Seen\\Draft"});
  expect_error(SyntaxError::bad_modifier,
               {"STORE 1 FLAG (a)", "STORE 1 ++FLAGS (a)", "STORE 1 (FOO 1) FLAGS (a)"});
  expect_error(SyntaxError::missing_argument, {"STORE 1 FLAGS", "STORE 1"});
}

TEST(Decode, CopyMoveAndUidExpunge) {
  expect_decoded({
      {"COPY 2:4 meeting", "Copy 2:4 meeting"},
      {"UID COPY 1 inbox", "Copy uid 1 INBOX"},
      {"MOVE 1 x", "Move 1 x"},
      {"UID MOVE *:3 x", "Move uid 3:* x"},
      {"UID EXPUNGE 3000:3002", "Expunge 3000:3002"},
  });
  expect_error(SyntaxError::missing_argument, {"COPY 1", "UID EXPUNGE", "UID MOVE"});
}

TEST(Decode, Search) {
  expect_decoded({
      {"SEARCH ALL", "Search all"},
      {"UID SEARCH 1:3,5 uid *", "Search uid (1:3,5 uid:*)"},
      {"SEARCH UNSEEN DELETED", "Search (!\\Seen \\Deleted)"},
      {"SEARCH NEW", "Search (\\Recent !\\Seen)"},
      {"SEARCH OLD RECENT", "Search (!\\Recent \\Recent)"},
      {"SEARCH keyword $Junk UNKEYWORD y", "Search (kw:$Junk !kw:y)"},
      {R"(SEARCH FROM "Smith" NOT TO x CC "" BCC a SUBJECT {3+}
b c)",
       "Search (from:Smith not(to:x) cc: bcc:a subject:b c)"},
      {"SEARCH HEADER X-Foo bar", "Search x-foo:bar"},
      {"SEARCH BODY a TEXT b", "Search (body~a text~b)"},
      {"SEARCH SINCE 1-Feb-1994 BEFORE \"2-Feb-1994\" ON 3-Feb-1994",
       "Search (date>=1994-02-01 date<1994-02-02 date=1994-02-03)"},
      {"SEARCH SENTSINCE 1-Feb-1994 SENTBEFORE 2-Feb-1994 SENTON 3-Feb-1994",
       "Search (sent>=1994-02-01 sent<1994-02-02 sent=1994-02-03)"},
      {"SEARCH LARGER 10 SMALLER 4294967296", "Search (>10 <4294967296)"},
      {"SEARCH OR ALL SEEN", "Search or(all \\Seen)"},
      {"SEARCH OR OR 1 2 OR 3 4", "Search or(1 2 3 4)"},
      {"SEARCH OR 1 OR 2 NOT OR 3 4", "Search or(1 2 not(or(3 4)))"},
      {"SEARCH NOT NOT SEEN", "Search \\Seen"},
      {"SEARCH NOT (SEEN DRAFT)", "Search not((\\Seen \\Draft))"},
      {"SEARCH ((SEEN))", "Search \\Seen"},
      {"SEARCH CHARSET UTF-8 TEXT \"\xc3\xa4\"", "Search charset=UTF-8 text~\u00e4"},
      {"SEARCH RETURN () ALL", "Search ret(all) all"},
      {"SEARCH RETURN (MIN MAX COUNT) CHARSET US-ASCII ALL",
       "Search ret(min max count) charset=US-ASCII all"},
      {"SEARCH MODSEQ 5", "Search modseq>=5 +modseq"},
      {R"(SEARCH OR ALL MODSEQ "/flags/\\draft" all 620162338)", "Search or(all modseq>=620162338) +modseq"},
  });
  expect_error(SyntaxError::bad_search_key,
               {"SEARCH FOO", "SEARCH ALLX", "SEARCH ()", "SEARCH \"ALL\"", "SEARCH ALL  SEEN",
                "SEARCH NOT  SEEN", "SEARCH MODSEQ \"x\" all 1", "SEARCH MODSEQ \"/flags/x\" foo 1"});
  expect_error(SyntaxError::missing_argument,
               {"SEARCH", "SEARCH NOT", "SEARCH OR ALL", "SEARCH FROM", "SEARCH CHARSET", "SEARCH UID"});
  expect_error(SyntaxError::expected_parenthesis, {"SEARCH (ALL", "SEARCH RETURN ALL"});
  expect_error(SyntaxError::bad_date, {"SEARCH ON 31-Feb-2000", "SEARCH ON \"1-Feb-2000", "SEARCH SINCE x"});
  expect_error(SyntaxError::bad_return_option, {"SEARCH RETURN (FOO) ALL", "SEARCH RETURN (MIN  MAX) ALL"});
  expect_error(SyntaxError::bad_number,
               {"SEARCH LARGER x", "SEARCH SMALLER 99999999999999999999", "SEARCH MODSEQ x"});
}

std::string repeated(std::string_view text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

TEST(Decode, SearchIsBoundedInDepthAndSize) {
  EXPECT_TRUE(
      decoded("a SEARCH " + repeated("(", 50) + "ALL" + repeated(")", 50) + "\r\n").starts_with("Search"));
  // Chains are as long as a line allows.
  EXPECT_EQ(decoded("a SEARCH " + repeated("NOT ", 10000) + "ALL\r\n"), "Search all");
  EXPECT_TRUE(decoded("a SEARCH " + repeated("OR 1 ", 4000) + "2\r\n").starts_with("Search or(1 1"));
  EXPECT_TRUE(decoded("a SEARCH " + repeated("OR ", 3000) + repeated("1 ", 3000) + "2\r\n")
                  .starts_with("Search or(1"));
  expect_error(SyntaxError::search_too_deep,
               {"SEARCH " + repeated("(", 51) + "ALL" + repeated(")", 51), "SEARCH " + repeated("(", 60000),
                "SEARCH " + repeated("OR 1 NOT ", 51) + "2", "SEARCH " + repeated("NOT (", 51)});
  expect_error(SyntaxError::too_many_items,
               {"SEARCH" + repeated(" 1", 4097), "SEARCH " + repeated("OR 1 ", 4096) + "1"});
}

TEST(Decode, ListsAreBounded) {
  expect_error(SyntaxError::too_many_items,
               {"STORE 1 FLAGS (a" +
                    [] {
                      std::string flags;
                      for (int i = 0; i < 128; ++i) flags += " k" + std::to_string(i);
                      return flags;
                    }() +
                    ")",
                "LIST \"\" (a" + repeated(" a", 64) + ")", "ENABLE" + repeated(" A", 65),
                "ID (a b" + repeated(" a b", 30) + ")", "FETCH 1 (BODY[]" + repeated(" BODY[]", 256) + ")",
                "FETCH 1 BODY[1" + repeated(".1", 100) + "]",
                "FETCH 1 BODY[HEADER.FIELDS (a" + repeated(" a", 512) + ")]"});
}

}  // namespace
}  // namespace pillarbox::imap
