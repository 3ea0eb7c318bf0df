// How the tests of this folder and of those above await a task that never waits for anything.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <optional>
#include <utility>

#include "base/task.h"
#include "base/try.h"

namespace pillarbox::dns::testing {

template <class T>
T run(Task<T> task) {
  boost::asio::io_context context(1);
  std::optional<T> result;
  boost::asio::co_spawn(context, std::move(task), [&result](const std::exception_ptr& failure, T value) {
    if (failure) std::rethrow_exception(failure);
    result = std::move(value);
  });
  context.run();
  ASSERT(result.has_value());
  return std::move(*result);
}

}  // namespace pillarbox::dns::testing
