// What the server asks of the supervisor, as bytes: the supervisor believes nothing of it unread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "os/delivery_result.h"
#include "os/owner.h"

namespace pillarbox::os {

// Append to an mbox; see mbox.h.
struct MboxRequest {
  std::string path;
  std::string sender;
  Time arrived;
  friend bool operator==(const MboxRequest&, const MboxRequest&) = default;
};

// Into a Maildir; see maildir.h.
struct MaildirRequest {
  std::string path;
  std::string folder;
  std::string unique;
  friend bool operator==(const MaildirRequest&, const MaildirRequest&) = default;
};

// Run a command; see command.h.
struct CommandRequest {
  std::vector<std::string> arguments;
  std::vector<std::string> environment;
  std::string folder;
  std::chrono::milliseconds most_time{0};
  friend bool operator==(const CommandRequest&, const CommandRequest&) = default;
};

struct DeliveryRequest {
  std::string action;  // of the configuration: by it the supervisor knows what is allowed
  Owner owner;         // with whose rights
  std::variant<MboxRequest, MaildirRequest, CommandRequest> deed;
  friend bool operator==(const DeliveryRequest&, const DeliveryRequest&) = default;
};

// At most max_datagram_bytes long; nothing if it would be more.
std::optional<std::string> encode(const DeliveryRequest& request);
std::optional<DeliveryRequest> decode_request(std::string_view bytes);

std::string encode(const DeliveryResult& result);
std::optional<DeliveryResult> decode_result(std::string_view bytes);

}  // namespace pillarbox::os
