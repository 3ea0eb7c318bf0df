// From the disk's and SQLite's errors to the store's.
#pragma once

#include <expected>
#include <type_traits>
#include <utility>

#include "store/journal/file.h"
#include "store/journal/sqlite.h"
#include "store/types.h"

namespace pillarbox::store::journal {

template <class T, class E>
std::expected<T, Error> as_store(std::expected<T, E> result) {
  if (!result) return std::unexpected(result.error().as_store_error());
  if constexpr (std::is_void_v<T>) {
    return {};
  } else {
    return std::move(*result);
  }
}

}  // namespace pillarbox::store::journal
