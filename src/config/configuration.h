// A configuration as it was understood: macros and includes resolved, interfaces looked up, nothing opened
// yet. Every node keeps the place it was read from. What the statements mean: docs/manual/configuration.md.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/ip.h"
#include "config/action.h"
#include "config/filter.h"
#include "config/listener.h"
#include "config/options.h"
#include "config/rule.h"
#include "config/source.h"
#include "config/word.h"

namespace pillarbox::config {

// `table NAME [KIND:]PATH` or `table NAME { … }`.
struct Table {
  enum class Kind : std::uint8_t {
    inline_list,
    inline_map,
    file,
    db,      // a Berkeley DB file, as makemap makes it
    passwd,  // a file of passwd(5)'s form: credentials and userinfo in one
  };
  Position position;
  std::string name;
  Kind kind = Kind::file;
  std::string path;                                          // not of inline tables
  std::vector<std::pair<std::string, std::string>> entries;  // inline: a list's values stand in `first`

  bool is_inline() const { return kind == Kind::inline_list || kind == Kind::inline_map; }
};

// `pki NAME cert PATH key PATH`, in one statement or several. NAME is a host name or "*", the fallback.
struct Pki {
  Position position;
  std::string name;
  Word certificate;
  Word key;
};

// `ca NAME cert PATH`.
struct Ca {
  Position position;
  std::string name;
  Word certificate;
};

// `domain NAME`: a domain that is ours.
struct Domain {
  Position position;
  std::string name;  // lower case
};

// `resolver "ADDRESS[:PORT]"`.
struct ResolverServer {
  Position position;
  IpAddress address;
  std::uint16_t port = 53;
};

// A setting as written: config/field.h turns it into a member of the owner's Settings.
struct Setting {
  Position position;
  Position value_position;
  std::string word;   // the statement's first word: "smtp"
  std::string field;  // as declared: "max_recipients"
  std::string value;
};

struct Configuration {
  Sources sources;
  std::string hostname;  // the server's name: `hostname NAME`, else the system's
  std::vector<Table> tables;
  std::vector<Pki> pkis;
  std::vector<Ca> cas;
  std::vector<Listener> listeners;
  std::vector<Action> actions;
  std::vector<MdaWrapper> wrappers;
  std::vector<Rule> rules;
  std::vector<Process> processes;
  std::vector<Filter> filters;
  std::vector<Domain> domains;
  std::vector<ResolverServer> resolvers;
  std::vector<Setting> settings;
  Options options;

  // By name, exactly; nullptr if there is none.
  const Table* table(std::string_view name) const;
  const Pki* pki(std::string_view name) const;
  const Ca* ca(std::string_view name) const;
  const Action* action(std::string_view name) const;
  const MdaWrapper* wrapper(std::string_view name) const;
  const Process* process(std::string_view name) const;
  const Filter* filter(std::string_view name) const;
};

}  // namespace pillarbox::config
