#include "mail/structure_reader.h"

#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "mail/limits.h"

namespace pillarbox::mail {
namespace {

std::string crlf(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '\n') result += '\r';
    result += c;
  }
  return result;
}

// The tree in one line: "multipart/mixed(text/plain[hello]1 …)"; leaves with their bodies and their line
// ends.
std::string show(const Structure& structure, std::string_view message, PartIndex index = 0) {
  const Part& part = structure.parts[index];
  std::string shown = part.content_type.type + "/" + part.content_type.subtype;
  if (part.kind == Part::Kind::leaf) {
    return shown + fmt::format("[{}]{}", message.substr(part.body_start, part.body_size()), part.body_lines);
  }
  shown += "(";
  for (auto child = structure.first_child(index); child != none; child = structure.next_sibling(child)) {
    shown += (shown.ends_with('(') ? "" : " ") + show(structure, message, child);
  }
  return shown + ")";
}

std::string tree_of(std::string_view message) { return show(read_structure(message), message); }

constexpr std::string_view mixed = "Content-Type: multipart/mixed; boundary=x\n\n";

TEST(StructureReader, FindsThePartsAndTheirBodies) {
  const struct {
    std::string message;
    std::string_view tree;
  } cases[] = {
      {"", "text/plain[]0"},
      {"Subject: x", "text/plain[]0"},
      {"Subject: x\n\nhello\n", "text/plain[hello\r\n]1"},
      {"\nhello", "text/plain[hello]0"},
      // The line end before a delimiter is the delimiter's.
      {std::string(mixed) + "pre\n--x\n\na\n--x\n\nb\n\n--x--\nepi\n",
       "multipart/mixed(text/plain[a]0 text/plain[b\r\n]1)"},
      {std::string(mixed) + "--x\n\n--x\n\n\n--x--", "multipart/mixed(text/plain[]0 text/plain[]0)"},
      {std::string(mixed) + "nothing\n", "multipart/mixed()"},
      {std::string(mixed) + "--x\n\na\n", "multipart/mixed(text/plain[a\r\n]1)"},
      {std::string(mixed) + "--x--\n--x\n\na\n", "multipart/mixed()"},
      // Delimiters: what follows the boundary doesn't matter (RFC 2046 §5.1.1).
      {std::string(mixed) + "--x \t\n\na\n--xyz\n\nb\n--x-\n\nc\n --x\n-x\n--\n",
       "multipart/mixed(text/plain[a]0 text/plain[b]0 text/plain[c\r\n --x\r\n-x\r\n--\r\n]4)"},
      {"Content-Type: multipart/mixed; boundary=\"a b \"\n\n--a b\n\nc\n--a b--\n",
       "multipart/mixed(text/plain[c]0)"},
      {"Content-Type: multipart/mixed\n\n--\n\na\n", "multipart/mixed()"},
      {"Content-Type: multipart/mixed; boundary=\"\"\n\n--\n\na\n", "multipart/mixed()"},
      {"Content-Type: multipart/mixed; boundary*=us-ascii''a%20b\n\n--a b\n\nc\n",
       "multipart/mixed(text/plain[c\r\n]1)"},
      // Nesting: the outer delimiter ends what is open inside; longer boundaries win over their prefixes.
      {std::string(mixed) +
           "--x\nContent-Type: multipart/alternative; boundary=xy\n\n--xy\n\na\n--xy\n\nb\n--x\n\nc\n--x--\n",
       "multipart/mixed(multipart/alternative(text/plain[a]0 text/plain[b]0) text/plain[c]0)"},
      {std::string(mixed) +
           "--x\nContent-Type: multipart/alternative; boundary=x\n\n--x\n\na\n--x--\n--x\n\nb\n--x--\n",
       "multipart/mixed(multipart/alternative(text/plain[a]0) text/plain[b]0)"},
      // A delimiter ends a header too.
      {std::string(mixed) + "--x\nContent-Type: text/html\n--x\n\na\n",
       "multipart/mixed(text/html[]0 text/plain[a\r\n]1)"},
      // Messages.
      {std::string(mixed) + "--x\nContent-Type: message/rfc822\n\nSubject: s\n\na\n--x--\n",
       "multipart/mixed(message/rfc822(text/plain[a]0))"},
      {"Content-Type: message/rfc822\n\nContent-Type: Message/Global\n\nContent-Type: text/html\n\na\n",
       "message/rfc822(Message/Global(text/html[a\r\n]1))"},
      {"Content-Type: multipart/digest; boundary=x\n\n--x\n\nSubject: a\n\nb\n--x\nContent-Type: "
       "text/plain\n\nc\n--x--\n",
       "multipart/digest(message/rfc822(text/plain[b]0) text/plain[c]0)"},
      {std::string(mixed) + "--x\nContent-Type: message/rfc822\n--x--\n",
       "multipart/mixed(message/rfc822(text/plain[]0))"},
      // A type that is none.
      {"Content-Type: /\n\na", "text/plain[a]0"},
      {"Content-Type: text/html\nContent-Type: text/plain\n\na", "text/html[a]0"},
  };
  for (const auto& c : cases) {
    const std::string message = crlf(c.message);
    EXPECT_EQ(tree_of(message), c.tree) << c.message;
    for (const std::size_t step : {1, 2, 3, 5}) {
      StructureReader reader;
      for (std::size_t at = 0; at < message.size(); at += step)
        reader.feed(std::string_view(message).substr(at, step));
      EXPECT_EQ(reader.finish(), read_structure(message)) << c.message << " in steps of " << step;
    }
  }
}

TEST(StructureReader, TakesBareLineFeedsToo) {
  EXPECT_EQ(tree_of(std::string(mixed) + "--x\n\na\n\n--x\n\nb\n--x--\n"),
            "multipart/mixed(text/plain[a\n]1 text/plain[b]0)");
}

TEST(StructureReader, KnowsWhereEverythingLies) {
  const std::string message = crlf(
      "Subject: s\nContent-Type: multipart/mixed; boundary=x\n\n--x\nContent-ID: <1>\n\none\n--x\n"
      "Content-Type: message/rfc822\n\nSubject: in\n\ntwo\nthree\n--x--\nepi\n");
  const Structure structure = read_structure(message);
  ASSERT_EQ(structure.parts.size(), 4u);
  const auto text = [&](std::uint64_t begin, std::uint64_t end) {
    return message.substr(begin, end - begin);
  };
  const Part& first = structure.parts[1];
  EXPECT_EQ(text(first.header_start, first.body_start), "Content-ID: <1>\r\n\r\n");
  EXPECT_EQ(text(first.body_start, first.body_end), "one");
  const Part& enclosed = structure.parts[2];
  EXPECT_EQ(text(enclosed.body_start, enclosed.body_end), "Subject: in\r\n\r\ntwo\r\nthree");
  EXPECT_EQ(enclosed.body_lines, 3u);
  const Part& inner = structure.parts[3];
  EXPECT_EQ(text(inner.header_start, inner.body_start), "Subject: in\r\n\r\n");
  EXPECT_EQ(text(inner.body_start, inner.body_end), "two\r\nthree");
  EXPECT_EQ(inner.body_lines, 1u);
  EXPECT_EQ(inner.parent, 2u);
  EXPECT_EQ(structure.root().body_end, message.size());
  EXPECT_EQ(structure.envelope().subject, "s");
  EXPECT_EQ(structure.envelopes[inner.envelope].subject, "in");
  EXPECT_EQ(enclosed.envelope, none);
}

TEST(StructureReader, ReadsWhatAPartSaysOfItself) {
  const Structure structure = read_structure(
      "Content-Type: Image/PNG; Name=a.png\r\nContent-Transfer-Encoding: Base64 (really)\r\n"
      "Content-ID:  <1@x> \r\nContent-Description: a\r\n  b\r\nContent-MD5: abc==\r\n"
      "Content-Location: http://example.org/\r\n a/b\r\nContent-Language: de, en-US (x), fr\r\n"
      "Content-Disposition: ATTACHMENT; filename=b.png\r\nContent-Disposition: inline\r\n\r\n");
  const Part& part = structure.root();
  EXPECT_TRUE(part.content_type.is("image", "png"));
  EXPECT_EQ(raw_parameter(part.content_type.parameters, "name"), "a.png");
  EXPECT_EQ(part.encoding, "Base64");
  EXPECT_EQ(part.id, "<1@x>");
  EXPECT_EQ(part.description, "a  b");
  EXPECT_EQ(part.md5, "abc==");
  EXPECT_EQ(part.location, "http://example.org/a/b");
  EXPECT_EQ(part.languages, (std::vector<std::string>{"de", "en-US", "fr"}));
  ASSERT_TRUE(part.disposition);
  EXPECT_EQ(part.disposition->type, "ATTACHMENT");

  const Part bare = read_structure("\r\n").root();
  EXPECT_EQ(bare.encoding, "7bit");
  EXPECT_TRUE(bare.content_type.is("text", "plain"));
  EXPECT_FALSE(bare.id || bare.description || bare.md5 || bare.location || bare.disposition);
}

TEST(StructureReader, BeyondTheDepthThereIsAnOpaqueLeaf) {
  std::string message;
  for (std::size_t i = 0; i < 2 * limits::mime_depth; ++i) {
    message += fmt::format("Content-Type: multipart/mixed; boundary=b{0:03}\r\n\r\n--b{0:03}\r\n", i);
  }
  const Structure structure = read_structure(message);
  EXPECT_EQ(structure.parts.size(), limits::mime_depth);
  EXPECT_EQ(structure.parts.back().kind, Part::Kind::leaf);
  EXPECT_TRUE(structure.parts.back().content_type.is("application", "octet-stream"));
  EXPECT_EQ(structure.parts.back().body_end, message.size());
  EXPECT_EQ(decode_structure(encode(structure)), structure);

  std::string messages;
  for (std::size_t i = 0; i < 2 * limits::mime_depth; ++i) messages += "Content-Type: message/rfc822\r\n\r\n";
  EXPECT_EQ(read_structure(messages).parts.size(), limits::mime_depth);
}

TEST(StructureReader, BeyondTheNumberOfPartsTheLastOneTakesTheRest) {
  std::string message = crlf(mixed);
  for (std::size_t i = 0; i < limits::mime_parts + 100; ++i) message += "--x\r\n\r\na\r\n";
  message += "--x--\r\n";
  const Structure structure = read_structure(message);
  EXPECT_EQ(structure.parts.size(), limits::mime_parts);
  EXPECT_EQ(structure.parts.back().body_end, message.size());
  EXPECT_EQ(decode_structure(encode(structure)), structure);
}

TEST(StructureReader, BeyondTheMemoryToo) {
  std::string header = crlf("Content-Type: multipart/mixed; boundary=x\nTo: ");
  for (int i = 0; i < 9'000; ++i) header += "a,";
  header += "\r\n\r\n";
  std::string message = header + "--x\r\n";
  for (int i = 0; i < 100; ++i) message += "Content-Type: message/rfc822\r\n\r\n" + header + "--x\r\n";
  const Structure structure = read_structure(message);
  EXPECT_LT(structure.parts.size(), 50u);
  EXPECT_TRUE(structure.parts.back().content_type.is("application", "octet-stream"));
}

TEST(StructureReader, AHeaderBeyondTheLimitIsReadUpToIt) {
  std::string message =
      "Subject: kept\r\nX: " + std::string(limits::header_block, 'x') + "\r\nTo: a@b\r\n\r\nbody";
  const Structure structure = read_structure(message);
  EXPECT_EQ(structure.envelope().subject, "kept");
  EXPECT_TRUE(structure.envelope().to.empty());
  EXPECT_EQ(message.substr(structure.root().body_start), "body");
}

TEST(Structure, FindsPartsByTheirNumbers) {
  // RFC 3501 §6.4.5's example, shortened: 1, 2, 3, 4 are parts; 3 is a message, 4.2 holds one with a
  // multipart.
  const std::string message = crlf(
      "Content-Type: multipart/mixed; boundary=a\n\n--a\n\n1\n--a\nContent-Type: image/gif\n\n2\n--a\n"
      "Content-Type: message/rfc822\n\nSubject: three\n\n3.1\n--a\nContent-Type: multipart/mixed; "
      "boundary=b\n\n"
      "--b\nContent-Type: image/gif\n\n4.1\n--b\nContent-Type: message/rfc822\n\n"
      "Content-Type: multipart/alternative; boundary=c\n\n--c\n\n4.2.1\n--c\nContent-Type: "
      "text/html\n\n4.2.2\n"
      "--c--\n--b--\n--a--\n");
  const Structure structure = read_structure(message);
  const auto body = [&](std::vector<std::uint32_t> numbers) -> std::string {
    const PartIndex index = structure.find(numbers);
    if (index == none) return "none";
    const Part& part = structure.parts[index];
    return part.kind == Part::Kind::leaf ? message.substr(part.body_start, part.body_size())
                                         : part.content_type.type;
  };
  EXPECT_EQ(body({}), "multipart");
  EXPECT_EQ(body({1}), "1");
  EXPECT_EQ(body({2}), "2");
  EXPECT_EQ(body({3}), "message");
  EXPECT_EQ(body({3, 1}), "3.1");
  EXPECT_EQ(body({4}), "multipart");
  EXPECT_EQ(body({4, 1}), "4.1");
  EXPECT_EQ(body({4, 2}), "message");
  EXPECT_EQ(body({4, 2, 1}), "4.2.1");
  EXPECT_EQ(body({4, 2, 2}), "4.2.2");
  for (const auto& numbers : std::vector<std::vector<std::uint32_t>>{
           {0}, {5}, {1, 1}, {2, 1}, {3, 2}, {3, 1, 1}, {4, 3}, {4, 2, 3}, {4, 2, 1, 1}, {4'000'000'000}}) {
    EXPECT_EQ(body(numbers), "none") << testing::PrintToString(numbers);
  }
  const Structure single = read_structure("\r\nx");
  EXPECT_EQ(single.find(std::vector<std::uint32_t>{1}), 0u);
  EXPECT_EQ(single.find(std::vector<std::uint32_t>{2}), none);
  EXPECT_EQ(single.find(std::vector<std::uint32_t>{1, 1}), none);
  const Structure wrapped = read_structure("Content-Type: message/rfc822\r\n\r\n\r\nx");
  EXPECT_EQ(wrapped.find(std::vector<std::uint32_t>{1}), 0u);
  EXPECT_EQ(wrapped.find(std::vector<std::uint32_t>{1, 1}), 1u);
}

}  // namespace
}  // namespace pillarbox::mail
