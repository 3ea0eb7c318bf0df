// TRY and ASSERT, the house's two macros (docs/adr/0003).
#pragma once

#include <expected>
#include <utility>

// Unwraps an expected or returns its error from the enclosing plain function. Not for coroutines: there write
// `if (!x) co_return …` (docs/adr/0001).
#define TRY(expression)                                                                 \
  ({                                                                                    \
    auto&& try_result_ = (expression);                                                  \
    if (!try_result_) [[unlikely]]                                                      \
      return std::unexpected(std::forward<decltype(try_result_)>(try_result_).error()); \
    *std::forward<decltype(try_result_)>(try_result_);                                  \
  })

// A bug if false: always checked, in release builds too; says where and aborts.
#define ASSERT(condition) \
  ((condition) ? static_cast<void>(0) : ::pillarbox::assertion_failed(#condition, __FILE__, __LINE__))

namespace pillarbox {

[[noreturn]] void assertion_failed(const char* condition, const char* file, int line) noexcept;

}  // namespace pillarbox
