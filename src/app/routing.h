// The joints between folders that don't know each other: users for the router, the router for SMTP sessions.
#pragma once

#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "accounts/accounts.h"
#include "net/worker_pool.h"
#include "route/router.h"
#include "smtpd/services.h"
#include "tables/tables.h"

namespace pillarbox::app {

class AccountUsers final : public route::Users {
 public:
  AccountUsers(const tables::Tables& tables, accounts::Accounts& accounts)
      : tables_(tables), accounts_(accounts) {}

  std::expected<std::optional<route::LocalUser>, tables::Unavailable> find(std::string_view table,
                                                                           std::string_view login) override {
    // Accounts don't tell an unreadable table from one without that user, a sender must be told.
    if (auto lines = tables_.get(table).lines(); !lines) return std::unexpected(std::move(lines).error());
    auto user = accounts_.find(table, login);
    if (!user) return std::nullopt;
    return route::LocalUser{std::move(user->login), user->uid, user->gid, std::move(user->home),
                            std::move(user->extra)};
  }

 private:
  const tables::Tables& tables_;
  accounts::Accounts& accounts_;
};

class PoolBackground final : public route::Background {
 public:
  explicit PoolBackground(net::WorkerPool& pool) : pool_(pool) {}
  bool run(std::function<void()> work) override { return pool_.submit(std::move(work)); }

 private:
  net::WorkerPool& pool_;
};

class RouterRouting final : public smtpd::Routing {
 public:
  explicit RouterRouting(const route::Router& router) : router_(router) {}

  Task<route::Decision> resolve(route::EnvelopeContext envelope, mail::Address recipient) const override {
    return router_.resolve(std::move(envelope), std::move(recipient));
  }

 private:
  const route::Router& router_;
};

}  // namespace pillarbox::app
