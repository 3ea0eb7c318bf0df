#include "app/load.h"

#include <utility>
#include <vector>

#include "accounts/settings.h"
#include "base/clock.h"
#include "config/unsupported.h"
#include "imapd/settings.h"
#include "net/settings.h"
#include "route/check_tables.h"
#include "route/settings.h"
#include "smtpd/settings.h"
#include "store/journal/settings.h"
#include "tables/system_users.h"
#include "tables/tables.h"

namespace pillarbox::app {

std::span<const config::FieldTable> all_settings() {
  static const std::vector<config::FieldTable> tables = [] {
    std::vector<config::FieldTable> all{smtpd::setting_table, imapd::setting_table, accounts::setting_table,
                                        net::setting_table};
    all.insert(all.end(), store::journal::setting_tables.begin(), store::journal::setting_tables.end());
    all.insert(all.end(), route::setting_tables.begin(), route::setting_tables.end());
    return all;
  }();
  return tables;
}

config::Parsed load_configuration(const std::string& path, Machine& machine) {
  config::Parsed parsed = config::parse(path, machine, all_settings());
  if (!parsed.ok()) return parsed;
  for (config::Diagnostic& found : config::find_unsupported(parsed.configuration))
    parsed.diagnostics.push_back(std::move(found));
  if (!parsed.ok()) return parsed;
  // What else is amiss with a table is `check`'s to tell, and no reason not to serve; an open relay is.
  const SystemClock clock;
  const tables::Tables tables(parsed.configuration.tables, clock);
  tables::NameServiceUsers system_users;
  for (config::Diagnostic& found : route::check_tables(parsed.configuration, tables, system_users)) {
    if (found.kind == config::Diagnostic::Kind::dangerous) parsed.diagnostics.push_back(std::move(found));
  }
  return parsed;
}

}  // namespace pillarbox::app
