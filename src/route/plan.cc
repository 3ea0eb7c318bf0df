#include "route/plan.h"

namespace pillarbox::route {
namespace {

// Whether what a delivery does depends on the address, by a format specifier of smtpd.conf(5).
bool names_address(const std::string& text) { return text.contains("%{dest") || text.contains("%{rcpt"); }

struct Describe {
  LocalPlan& plan;

  void operator()(const config::MailboxMethod&) const { plan.kind = LocalPlan::Kind::mailbox; }
  void operator()(const config::ForwardOnlyMethod&) const { plan.kind = LocalPlan::Kind::forward_only; }
  void operator()(const config::ExpandOnlyMethod&) const { plan.kind = LocalPlan::Kind::expand_only; }
  void operator()(const config::MboxMethod&) const { plan.kind = LocalPlan::Kind::delivery; }
  void operator()(const config::MaildirMethod& maildir) const {
    plan.kind = LocalPlan::Kind::delivery;
    plan.is_by_address = names_address(maildir.path.text);
  }
  void operator()(const config::MdaMethod& mda) const {
    plan.kind = LocalPlan::Kind::delivery;
    plan.is_by_address = names_address(mda.command.text);
  }
  void operator()(const config::LmtpMethod& lmtp) const {
    plan.kind = LocalPlan::Kind::delivery;
    plan.needs_no_user = lmtp.gives_address;
    plan.is_by_address = lmtp.gives_address;
  }
};

}  // namespace

LocalPlan plan_of(const config::Action& action, const config::LocalAction& method,
                  Lists<tables::AliasMap>& alias_maps) {
  LocalPlan plan{.name = action.name, .users = {}, .run_as = "", .ttl = method.ttl};
  std::visit(Describe{plan}, method.method);
  if (method.userbase) plan.users = method.userbase->name;
  if (method.user) plan.run_as = method.user->text;
  if (method.virtual_aliases) plan.virtual_aliases = &alias_maps.named(method.virtual_aliases->name);
  if (method.aliases) plan.aliases = &alias_maps.named(method.aliases->name);
  return plan;
}

RelayPlan plan_of(const config::Action& action, const config::RelayAction& method) {
  return {.name = action.name, .ttl = method.ttl, .rewrites_sender = method.srs.has_value()};
}

}  // namespace pillarbox::route
