#include "config/proof.h"

#include <algorithm>
#include <optional>

namespace pillarbox::config {
namespace {

// "Not all of the conjunction" is a clause: at least one of its literals fails. What remains is the
// satisfiability of clauses, solved as Davis, Putnam, Logemann and Loveland did.
class Search {
 public:
  Search(std::vector<Conjunction> clauses, std::size_t variables, std::size_t most_steps)
      : clauses_(std::move(clauses)), values_(variables), steps_left_(most_steps) {}

  bool assign(unsigned variable, bool value) {
    auto& known = values_[variable];
    if (known && *known != value) return false;
    known = value;
    return true;
  }

  Proof solve() {
    std::vector<unsigned> assigned;
    const Proof result = propagate_and_branch(assigned);
    for (const unsigned variable : assigned) values_[variable].reset();
    return result;
  }

 private:
  enum class Standing : std::uint8_t { satisfied, violated, open };

  // Of one clause: satisfied if a literal fails; else how many are undecided, and the last of these.
  Standing look_at(const Conjunction& clause, std::size_t& undecided, Literal& last) const {
    undecided = 0;
    for (const Literal& literal : clause) {
      const auto& value = values_[literal.variable];
      if (!value) {
        ++undecided;
        last = literal;
      } else if (*value != literal.is_wanted) {
        return Standing::satisfied;
      }
    }
    return undecided == 0 ? Standing::violated : Standing::open;
  }

  Proof propagate_and_branch(std::vector<unsigned>& assigned) {
    std::optional<Literal> branch;
    for (bool is_changed = true; is_changed;) {
      is_changed = false;
      branch.reset();
      for (const Conjunction& clause : clauses_) {
        if (steps_left_ == 0) return Proof::undecided;
        --steps_left_;
        std::size_t undecided = 0;
        Literal last;
        const Standing standing = look_at(clause, undecided, last);
        if (standing == Standing::violated) return Proof::impossible;
        if (standing == Standing::satisfied) continue;
        if (undecided == 1) {
          values_[last.variable] = !last.is_wanted;  // the only literal left has to fail
          assigned.push_back(last.variable);
          is_changed = true;
        } else if (!branch) {
          branch = last;
        }
      }
    }
    if (!branch) return Proof::possible;
    for (const bool value : {!branch->is_wanted, branch->is_wanted}) {
      values_[branch->variable] = value;
      const Proof result = solve();
      values_[branch->variable].reset();
      if (result != Proof::impossible) return result;
    }
    return Proof::impossible;
  }

  std::vector<Conjunction> clauses_;
  std::vector<std::optional<bool>> values_;
  std::size_t steps_left_;
};

}  // namespace

Proof can_hold(const Conjunction& wanted, const std::vector<Conjunction>& earlier, std::size_t most_steps) {
  const auto never = [](const Literal& literal) {
    return literal.variable == Literal::no_variable && !literal.is_wanted;
  };
  if (std::ranges::any_of(wanted, never)) return Proof::impossible;

  unsigned variables = 0;
  const auto count = [&](const Conjunction& conjunction) {
    for (const Literal& literal : conjunction) {
      if (literal.variable != Literal::no_variable) variables = std::max(variables, literal.variable + 1);
    }
  };
  count(wanted);
  std::vector<Conjunction> clauses;
  for (const Conjunction& rule : earlier) {
    count(rule);
    Conjunction clause;
    bool never_holds = false;
    for (const Literal& literal : rule) {
      if (literal.variable != Literal::no_variable)
        clause.push_back(literal);
      else if (!literal.is_wanted)
        never_holds = true;
    }
    if (!never_holds) clauses.push_back(std::move(clause));
  }
  Search search(std::move(clauses), variables, most_steps);
  for (const Literal& literal : wanted) {
    if (literal.variable == Literal::no_variable) continue;
    if (!search.assign(literal.variable, literal.is_wanted)) return Proof::impossible;
  }
  return search.solve();
}

}  // namespace pillarbox::config
