#include "smtpd/header_scan.h"

#include <algorithm>

#include "base/text.h"
#include "mail/address.h"

namespace pillarbox::smtpd {
namespace {

// Longer than any name that matters here.
constexpr std::size_t max_name = 32;
// Room for an address, its angle brackets and some folding.
constexpr std::size_t max_value = 512;

// RFC 5322 §2.2.
bool is_field_name(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) { return c > 0x20 && c < 0x7F; });
}

}  // namespace

void HeaderScan::begin_line(char first) {
  const bool goes_on = fields_ > 0 && (first == ' ' || first == '\t');
  if (goes_on) {
    at_ = keeps_value_ ? At::kept_value : At::value;
    return;
  }
  end_value();
  ++fields_;
  field_size_ = 0;
  name_.clear();
  at_ = At::name;
}

void HeaderScan::end_value() {
  if (!keeps_value_) return;
  keeps_value_ = false;
  std::erase_if(
      value_, [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '<' || c == '>'; });
  if (const auto address = mail::parse_address(value_)) delivered_to_.push_back(address->key());
  value_.clear();
}

void HeaderScan::read_name(std::string_view line) {
  const auto colon = line.find(':');
  name_ += line.substr(0, std::min(colon, max_name - name_.size()));
  if (colon == std::string_view::npos) {
    if (fields_ == 1 && line.ends_with('\n')) begins_with_text_ = true;
    return;
  }
  // A space may stand before the colon (RFC 5322 §4.5.8), not before the name.
  const std::string_view name = std::string_view(name_).substr(0, name_.find_last_not_of(" \t") + 1);
  if (fields_ == 1 && !is_field_name(name)) begins_with_text_ = true;
  at_ = At::value;
  if (equals_ignoring_case(name, "Received")) {
    ++hops_;
  } else if (equals_ignoring_case(name, "Date")) {
    has_date_ = true;
  } else if (equals_ignoring_case(name, "Message-ID")) {
    has_message_id_ = true;
  } else if (equals_ignoring_case(name, "Delivered-To")) {
    keeps_value_ = true;
    at_ = At::kept_value;
    value_ = line.substr(colon + 1, max_value);
  }
}

void HeaderScan::feed(std::string_view text) {
  while (!text.empty() && !has_ended_ && fault_ == Fault::none) {
    if (at_ == At::line_start) {
      // In what a decoder let through, a CR here can only be that of an empty line.
      if (text.front() == '\r' || text.front() == '\n') {
        end_value();
        has_ended_ = true;
        return;
      }
      begin_line(text.front());
    }
    const auto end = text.find('\n');
    const std::string_view line = text.substr(0, end == std::string_view::npos ? end : end + 1);
    text.remove_prefix(line.size());
    size_ += line.size();
    field_size_ += line.size();
    if (at_ == At::name) {
      read_name(line);
    } else if (at_ == At::kept_value) {
      value_ += line.substr(0, max_value - std::min(max_value, value_.size()));
    }
    if (end != std::string_view::npos) at_ = At::line_start;

    if (size_ > limits_.size || field_size_ > limits_.field_size || fields_ > limits_.fields) {
      fault_ = Fault::too_large;
    } else if (hops_ > limits_.hops) {
      fault_ = Fault::too_many_hops;
    }
  }
}

}  // namespace pillarbox::smtpd
