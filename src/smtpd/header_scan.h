// Watches a message's header go by: its limits, and the few fields a receiving server must know of. Pure,
// streaming.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pillarbox::smtpd {

class HeaderScan {
 public:
  struct Limits {
    std::uint64_t size;
    std::uint64_t field_size;
    std::uint32_t fields;
    std::uint32_t hops;
  };
  enum class Fault { none, too_large, too_many_hops };

  explicit HeaderScan(const Limits& limits) : limits_(limits) {}

  // The next part of the message. Once the header has ended, nothing more is looked at.
  void feed(std::string_view text);

  // An empty line came.
  bool has_ended() const { return has_ended_; }
  // What is beyond a limit; nothing is looked at any more then.
  Fault fault() const { return fault_; }

  // There is no header: the first line is neither a field nor empty.
  bool begins_with_text() const { return begins_with_text_; }
  bool has_date() const { return has_date_; }
  bool has_message_id() const { return has_message_id_; }
  // mail::Address::key() of each Delivered-To field that holds an address.
  const std::vector<std::string>& delivered_to() const { return delivered_to_; }

 private:
  // What is being read: the name of a field, or its value, which is kept or not.
  enum class At { line_start, name, kept_value, value };

  void begin_line(char first);
  void read_name(std::string_view line);
  void end_value();

  Limits limits_;
  At at_ = At::line_start;
  bool keeps_value_ = false;
  bool has_ended_ = false;
  Fault fault_ = Fault::none;
  bool begins_with_text_ = false;
  bool has_date_ = false;
  bool has_message_id_ = false;
  std::uint64_t size_ = 0;
  std::uint64_t field_size_ = 0;
  std::uint32_t fields_ = 0;
  std::uint32_t hops_ = 0;
  std::string name_;
  std::string value_;
  std::vector<std::string> delivered_to_;
};

}  // namespace pillarbox::smtpd
