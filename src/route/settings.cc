#include "route/settings.h"

namespace pillarbox::route {

Settings settings_of(const config::Configuration& configuration) {
  Settings settings;
  for (const config::FieldTable& table : setting_tables) config::apply(configuration, table, settings);
  return settings;
}

}  // namespace pillarbox::route
