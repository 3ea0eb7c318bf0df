// From text to Configuration. Pure but for the files and interfaces it asks its Host for.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/configuration.h"
#include "config/diagnostic.h"
#include "config/field.h"
#include "config/host.h"

namespace pillarbox::config {

struct Parsed {
  Configuration configuration;  // to be used only if ok()
  std::vector<Diagnostic> diagnostics;

  bool ok() const;
  std::string text() const { return render(diagnostics, configuration.sources); }
};

// Reads the file at `path`, and what it includes, to its end: every mistake is reported, not only the first.
// With the checks that need nothing but the text: names that are defined, options that fit together, open
// relays (config/check.h). `settings` are the tables of those who own settings.
Parsed parse(const std::string& path, Host& host, std::span<const FieldTable> settings);

}  // namespace pillarbox::config
