// Whether everything that statements name is there. Private to this folder.
#pragma once

#include "config/statement.h"

namespace pillarbox::config {

// Called when all statements are known.
void check_names(Context& context);

}  // namespace pillarbox::config
