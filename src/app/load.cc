#include "app/load.h"

#include <vector>

#include "accounts/settings.h"
#include "imapd/settings.h"
#include "net/settings.h"
#include "route/settings.h"
#include "smtpd/settings.h"
#include "store/journal/settings.h"

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
  return config::parse(path, machine, all_settings());
}

}  // namespace pillarbox::app
