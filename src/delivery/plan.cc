#include "delivery/plan.h"

#include <fmt/format.h>

#include <utility>

#include "base/try.h"
#include "delivery/format.h"
#include "os/command.h"

namespace pillarbox::delivery {
namespace {

using Means = route::DeliveryDestination::Means;
using Error = std::unexpected<std::string>;
using Deed = decltype(os::DeliveryRequest::deed);

std::optional<mail::Address> address_of(const std::string& text) {
  const auto address = mail::parse_address(text);
  return address ? std::optional(*address) : std::nullopt;
}

class Planner {
 public:
  Planner(const Planning& planning, const Way& way, const Message& message)
      : planning_(planning), way_(way), message_(message) {}

  std::expected<os::DeliveryRequest, std::string> plan() {
    const config::Action* action = planning_.configuration.action(way_.destination.action);
    const auto* local = action == nullptr ? nullptr : std::get_if<config::LocalAction>(&action->method);
    if (local == nullptr) {
      return Error(fmt::format("the configuration has no local action {} any more", way_.destination.action));
    }
    os::DeliveryRequest request{.action = way_.destination.action, .owner = TRY(owner()), .deed = {}};
    owner_ = request.owner;
    values_ = values();
    request.deed = TRY(deed(*local));
    return request;
  }

 private:
  const route::LocalUser* user() const { return way_.destination.user ? &*way_.destination.user : nullptr; }

  std::expected<os::Owner, std::string> owner() const {
    const auto* rights = way_.destination.run_as ? &*way_.destination.run_as : user();
    if (rights == nullptr) return Error("nobody is known with whose rights it could be delivered");
    if (!rights->uid || !rights->gid) {
      return Error(fmt::format("the user list gives {} no uid and gid, and the action has no `user NAME`",
                               rights->login));
    }
    return os::Owner{.name = rights->login,
                     .uid = *rights->uid,
                     .gid = *rights->gid,
                     .home = user() != nullptr && !user()->home.empty() ? user()->home : rights->home};
  }

  FormatValues values() const {
    const auto recipient = address_of(way_.original);
    const auto destination = address_of(message_.recipient.address);
    FormatValues values{.sender = address_of(message_.envelope.reverse_path),
                        .recipient = recipient.value_or(mail::Address{}),
                        .destination = destination.value_or(mail::Address{}),
                        .username = user() != nullptr ? user()->login : owner_.name,
                        .directory = owner_.home,
                        .mda = std::nullopt};
    if (!recipient) values.recipient = values.destination;
    return values;
  }

  std::expected<Deed, std::string> deed(const config::LocalAction& action) {
    const auto& to = way_.destination;
    if (to.means == Means::file) return to_mbox(to.argument);
    // Format specifiers mean something in the configuration only, not in an alias.
    if (to.means == Means::command) return run(TRY(os::split_command(to.argument)));
    if (action.is<config::MboxMethod>()) {
      return to_mbox(fmt::format("{}/{}", planning_.settings.spool, owner_.name));
    }
    if (const auto* maildir = std::get_if<config::MaildirMethod>(&action.method)) return to_maildir(*maildir);
    if (const auto* mda = std::get_if<config::MdaMethod>(&action.method)) return run_mda(*mda, action);
    return Error(fmt::format("the action {} doesn't deliver into files or to commands any more", to.action));
  }

  std::expected<Deed, std::string> to_mbox(std::string path) const {
    const std::string& name = owner_.name;
    // The last component is the owner's name, from the system's user list or the admin's.
    if (name.contains('/') || name.starts_with('.')) return Error(name + " can't be the name of an mbox");
    return os::MboxRequest{.path = std::move(path),
                           .sender = message_.envelope.reverse_path,
                           .arrived = message_.envelope.accepted};
  }

  std::expected<Deed, std::string> to_maildir(const config::MaildirMethod& method) const {
    std::string path = method.path.text.empty() ? "~/Maildir" : method.path.text;
    if (path.starts_with("~/")) path.erase(0, 2);
    path = TRY(expand_format(path, values_, FormatUse::path));
    if (!path.starts_with('/')) {
      if (!owner_.home.starts_with('/')) {
        return Error(fmt::format("{} has no home folder for a Maildir to be in", values_.username));
      }
      path = path.empty() ? owner_.home : fmt::format("{}/{}", owner_.home, path);
    }
    while (path.size() > 1 && path.ends_with('/')) path.pop_back();
    return os::MaildirRequest{.path = std::move(path),
                              .folder = method.sorts_junk && message_.is_spam ? "Junk" : "",
                              .unique = message_.unique};
  }

  using Words = std::vector<std::string>;

  // Split first, expanded after: whatever a value holds, it stays within its word.
  std::expected<Words, std::string> expanded(const std::string& command) const {
    auto words = TRY(os::split_command(command));
    for (std::string& word : words) word = TRY(expand_format(word, values_, FormatUse::argument));
    return words;
  }

  Deed run(Words words) const {
    return os::CommandRequest{.arguments = std::move(words),
                              .environment = environment(),
                              .folder = owner_.home.empty() ? "/" : owner_.home,
                              .most_time = planning_.settings.command_time};
  }

  std::expected<Deed, std::string> run_mda(const config::MdaMethod& method,
                                           const config::LocalAction& action) const {
    auto command = TRY(expanded(method.command.text));
    if (!action.wrapper) return run(std::move(command));
    const config::MdaWrapper* wrapper = planning_.configuration.wrapper(action.wrapper->text);
    if (wrapper == nullptr) return Error("the configuration has no wrapper " + action.wrapper->text);
    // %{mda} stands for the words of the command, wherever it is a word of its own.
    Words words;
    for (const std::string& word : TRY(os::split_command(wrapper->command.text))) {
      if (word == "%{mda}") {
        words.insert(words.end(), command.begin(), command.end());
      } else {
        words.push_back(TRY(expand_format(word, values_, FormatUse::argument)));
      }
    }
    return run(std::move(words));
  }

  // As smtpd(8) and local(8) give it; nothing of our own environment.
  std::vector<std::string> environment() const {
    const auto& recipient = values_.recipient;
    return {
        "PATH=" + planning_.settings.command_path,
        "HOME=" + owner_.home,
        "USER=" + values_.username,
        "LOGNAME=" + values_.username,
        "SHELL=/bin/sh",
        "SENDER=" + message_.envelope.reverse_path,
        "RECIPIENT=" + message_.recipient.address,
        "ORIGINAL_RECIPIENT=" + recipient.to_string(),
        "LOCAL=" + recipient.local_part,
        "DOMAIN=" + recipient.domain,
        "EXTENSION=" + way_.destination.detail,
    };
  }

  const Planning& planning_;
  const Way& way_;
  const Message& message_;
  os::Owner owner_;
  FormatValues values_;
};

}  // namespace

std::expected<os::DeliveryRequest, std::string> plan(const Planning& planning, const Way& way,
                                                     const Message& message) {
  return Planner(planning, way, message).plan();
}

}  // namespace pillarbox::delivery
