// Every IMAP command as a value. Names of mailboxes are UTF-8, INBOX is always "INBOX"; strings are the
// client's bytes without quotes or literal headers and never hold NUL; lists are bounded by limits.h. A new
// command is a struct here, a line in Command, a decoder of its own file and a row in decode.cc.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "proto/imap/date_time.h"
#include "proto/imap/fetch_items.h"
#include "proto/imap/flags.h"
#include "proto/imap/search_key.h"
#include "proto/imap/sequence_set.h"
#include "proto/imap/special_use.h"
#include "proto/imap/status_items.h"

namespace pillarbox::imap {

// What the numbers of a command are: plain COPY counts sequence numbers, UID COPY counts UIDs.
enum class Numbers : std::uint8_t { sequence, uid };

// ---- in any state

struct Capability {};
struct Noop {};
struct Logout {};
// RFC 2971. Empty for NIL and ().
struct ClientId {
  std::vector<std::pair<std::string, std::optional<std::string>>> fields;
};

// ---- before login

struct StartTls {};
// RFC 3501 §6.2.2, RFC 4959. The session goes on with CommandReader::expect_line().
struct Authenticate {
  std::string mechanism;                        // upper case
  std::optional<std::string> initial_response;  // decoded from base64; "=" is an empty one
};
struct Login {
  std::string user;
  std::string password;
};

// ---- after login

struct Enable {                           // RFC 5161
  std::vector<std::string> capabilities;  // upper case, at least one, known or not
};

enum class Access : std::uint8_t { read_write, read_only };
enum class Condstore : std::uint8_t { off, on };

struct Select {  // SELECT is read_write, EXAMINE read_only
  std::string mailbox;
  Access access = Access::read_write;
  Condstore condstore = Condstore::off;  // SELECT box (CONDSTORE), RFC 7162 §3.1.8
};

struct Create {
  std::string mailbox;  // may end in the hierarchy separator, RFC 3501 §6.3.3
  SpecialUses uses;     // (USE (\Drafts))
};
struct Delete {
  std::string mailbox;
};
struct Rename {
  std::string from;
  std::string to;
};
struct Subscribe {
  std::string mailbox;
};
struct Unsubscribe {
  std::string mailbox;
};

// RFC 3501 §6.3.8, RFC 5258, RFC 5819, RFC 6154. Match patterns with list_match.h, the reference put before
// each.
struct List {
  // LIST (SUBSCRIBED …): which mailboxes.
  struct Selection {
    bool subscribed = false;
    bool remote = false;  // there are none
    bool recursive_match = false;
    bool special_use = false;
    friend bool operator==(const Selection&, const Selection&) = default;
  };
  // RETURN (…): what is told about each.
  struct Returned {
    bool subscribed = false;
    bool children = false;
    bool special_use = false;
    StatusItems status;  // empty: no STATUS responses
    friend bool operator==(const Returned&, const Returned&) = default;
  };

  std::string reference;
  std::vector<std::string>
      patterns;  // at least one; may be "", which asks for the separator in the plain form
  Selection selection;
  Returned returned;
  // Whether any syntax of RFC 5258 was used. The plain form keeps the rules of RFC 3501 (`LIST "" ""`).
  bool extended = false;
};
struct Lsub {
  std::string reference;
  std::string pattern;
};
struct Namespace {};  // RFC 2342
struct Status {
  std::string mailbox;
  StatusItems items;
};

// APPEND up to its message, which isn't part of the value: CommandReader hands that out as it comes
// (Event::append).
struct Append {
  std::string mailbox;
  FlagList flags;
  std::optional<DateTime> internal_date;
};
struct Idle {};  // RFC 2177; the session goes on with CommandReader::expect_line() until DONE

// ---- with a mailbox selected

struct Check {};
struct Close {};
struct Unselect {};  // RFC 3691
struct Expunge {
  std::optional<SequenceSet> uids;  // UID EXPUNGE, RFC 4315
};

struct Search {
  // RETURN (…), RFC 4731. None set and `extended`: RETURN (), which means ALL; the decoder has set `all`
  // then.
  struct Returned {
    bool extended = false;  // answer with ESEARCH
    bool min = false;
    bool max = false;
    bool all = false;
    bool count = false;
    friend bool operator==(const Returned&, const Returned&) = default;
  };

  Numbers numbers = Numbers::sequence;
  Returned returned;
  std::string charset;  // as given, or empty: then the strings are US-ASCII (take them as UTF-8)
  SearchKey key;        // an And if there were several
  bool uses_modseq =
      false;  // a MODSEQ key occurs somewhere: enables CONDSTORE, and MODSEQ goes into the answer
};

struct Fetch {
  Numbers numbers = Numbers::sequence;
  SequenceSet messages;
  FetchItems items;                   // UID FETCH has uid set here already; CHANGEDSINCE has modseq set
  std::vector<BodySection> sections;  // in the client's order
  std::optional<std::uint64_t> changed_since;  // RFC 7162 §3.1.4.1
};

struct Store {
  enum class Mode : std::uint8_t { replace, add, remove };
  enum class Answer : std::uint8_t { flags, silent };

  Numbers numbers = Numbers::sequence;
  SequenceSet messages;
  Mode mode = Mode::replace;
  Answer answer = Answer::flags;
  FlagList flags;
  std::optional<std::uint64_t> unchanged_since;  // RFC 7162 §3.1.3
};

struct Copy {
  Numbers numbers = Numbers::sequence;
  SequenceSet messages;
  std::string mailbox;
};
struct Move {  // RFC 6851
  Numbers numbers = Numbers::sequence;
  SequenceSet messages;
  std::string mailbox;
};

using Command =
    std::variant<Capability, Noop, Logout, ClientId, StartTls, Authenticate, Login, Enable, Select, Create,
                 Delete, Rename, Subscribe, Unsubscribe, List, Lsub, Namespace, Status, Append, Idle, Check,
                 Close, Unselect, Expunge, Search, Fetch, Store, Copy, Move>;

}  // namespace pillarbox::imap
