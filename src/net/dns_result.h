// From libunbound's result to our answer. Inside net only.
#pragma once

#include <unbound.h>

#include "dns/resolver.h"

namespace pillarbox::net {

// Pure.
dns::RawAnswer answer_of(const ub_result& result);

}  // namespace pillarbox::net
