// What routing must ask outside of this process' memory, and what may take its time to answer: the system's
// users, their .forward files, and files that aliases include. Answers are remembered for a second, so that a
// burst of mail asks once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "accounts/lru_map.h"
#include "base/clock.h"
#include "route/decision.h"
#include "tables/alias_target.h"
#include "tables/forward_file.h"
#include "tables/system_users.h"
#include "tables/table.h"

namespace pillarbox::route {

// Reads a user's .forward, with whatever rights that needs. May be used from any thread, and may block.
class Forwards {
 public:
  virtual ~Forwards() = default;
  virtual std::expected<tables::ForwardFile, tables::Unavailable> read(const LocalUser& user) = 0;
};

// With this process' own rights. A user whose list gives no uid is the server's own.
class OwnForwards final : public Forwards {
 public:
  std::expected<tables::ForwardFile, tables::Unavailable> read(const LocalUser& user) override;
};

// Threads for what blocks.
class Background {
 public:
  virtual ~Background() = default;
  // Runs `work` on another thread, soon; false, and nothing happens, if too much is waiting already.
  virtual bool run(std::function<void()> work) = 0;
};

struct Question {
  enum class Kind : std::uint8_t { user, forward, included };
  Kind kind = Kind::user;
  std::string name;  // a login; "" with `forward`; a path
  LocalUser user;    // whose .forward

  std::string key() const;
};

struct Answer {
  std::optional<tables::Unavailable> failure;         // it can't be found out now
  std::optional<LocalUser> user;                      // of Kind::user; nothing if there is no such user
  std::shared_ptr<const tables::TargetList> targets;  // shared with the memory; null: no .forward to follow
};

// May be used from any thread. Must outlive all work that was given to a Background with it.
class Outside {
 public:
  // `clock` outlives this.
  Outside(std::unique_ptr<tables::SystemUsers> users, std::unique_ptr<Forwards> forwards, const Clock& clock);

  // What was answered within the last second.
  std::optional<Answer> recall(const Question& question);
  // Finds out. Blocks.
  Answer ask(const Question& question);

 private:
  struct Memory {
    Answer answer;
    Time when;
    std::string complaint;  // what was logged about it last
  };

  Answer ask_for_user(const std::string& login);
  Answer ask_for_forward(const LocalUser& user, std::string& complaint);
  Answer ask_for_included(const std::string& path, std::string& complaint);

  const std::unique_ptr<tables::SystemUsers> users_;
  const std::unique_ptr<Forwards> forwards_;
  const Clock& clock_;
  std::mutex mutex_;
  accounts::LruMap<std::string, Memory> memory_;
};

// What is known while one recipient is followed: an answer, once given, stays the same to the end.
class Knowledge {
 public:
  enum class Waiting : std::uint8_t { allowed, forbidden };
  Knowledge(Outside& outside, Waiting waiting) : outside_(outside), waiting_(waiting) {}

  // nullptr if that would mean to wait and waiting is forbidden: then it is in open().
  const Answer* get(const Question& question);
  const std::vector<Question>& open() const { return open_; }
  // Takes on what was found out about the open questions, in their order; none are open then.
  void learn(std::vector<Answer> answers);

 private:
  Outside& outside_;
  Waiting waiting_;
  std::map<std::string, Answer> known_;
  std::vector<Question> open_;
};

}  // namespace pillarbox::route
