#include "store/store.h"

namespace pillarbox::store {

Task<std::vector<std::expected<std::unique_ptr<BodyReader>, Error>>> Store::bodies(
    std::vector<BodyId> bodies) {
  std::vector<std::expected<std::unique_ptr<BodyReader>, Error>> readers;
  readers.reserve(bodies.size());
  for (const BodyId one : bodies) readers.push_back(co_await body(one));
  co_return readers;
}

}  // namespace pillarbox::store
