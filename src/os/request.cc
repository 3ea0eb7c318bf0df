#include "os/request.h"

#include <array>
#include <cstring>

#include "os/channel.h"

namespace pillarbox::os {
namespace {

// Numbers in eight bytes of this machine's order, texts behind their length: both sides are the same program.
class Writer {
 public:
  void number(std::uint64_t value) {
    std::array<char, sizeof value> raw;
    std::memcpy(raw.data(), &value, sizeof value);
    bytes_.append(raw.data(), raw.size());
  }
  void text(std::string_view value) {
    number(value.size());
    bytes_ += value;
  }
  void texts(const std::vector<std::string>& values) {
    number(values.size());
    for (const std::string& value : values) text(value);
  }
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  std::uint64_t number() {
    std::uint64_t value = 0;
    if (bytes_.size() < sizeof value) {
      fail();
      return 0;
    }
    std::memcpy(&value, bytes_.data(), sizeof value);
    bytes_.remove_prefix(sizeof value);
    return value;
  }
  std::string text() {
    const std::uint64_t size = number();
    if (size > bytes_.size()) {
      fail();
      return "";
    }
    std::string value(bytes_.substr(0, size));
    bytes_.remove_prefix(size);
    if (value.contains('\0')) fail();  // would end early where the system reads it
    return value;
  }
  std::vector<std::string> texts() {
    std::vector<std::string> values;
    for (std::uint64_t left = number(); left > 0 && is_whole_; --left) values.push_back(text());
    return values;
  }
  bool is_done() const { return is_whole_ && bytes_.empty(); }

 private:
  void fail() {
    is_whole_ = false;
    bytes_ = {};
  }
  std::string_view bytes_;
  bool is_whole_ = true;
};

void write(Writer& out, const MboxRequest& deed) {
  out.text(deed.path);
  out.text(deed.sender);
  out.number(static_cast<std::uint64_t>(deed.arrived.time_since_epoch().count()));
}
void write(Writer& out, const MaildirRequest& deed) {
  out.text(deed.path);
  out.text(deed.folder);
  out.text(deed.unique);
}
void write(Writer& out, const CommandRequest& deed) {
  out.texts(deed.arguments);
  out.texts(deed.environment);
  out.text(deed.folder);
  out.number(static_cast<std::uint64_t>(deed.most_time.count()));
}

MboxRequest read_mbox(Reader& in) {
  MboxRequest deed{.path = in.text(), .sender = in.text(), .arrived = {}};
  deed.arrived = Time{std::chrono::milliseconds{static_cast<std::int64_t>(in.number())}};
  return deed;
}
MaildirRequest read_maildir(Reader& in) {
  return {.path = in.text(), .folder = in.text(), .unique = in.text()};
}
CommandRequest read_command(Reader& in) {
  CommandRequest deed{.arguments = in.texts(), .environment = in.texts(), .folder = in.text()};
  deed.most_time = std::chrono::milliseconds{static_cast<std::int64_t>(in.number())};
  return deed;
}

}  // namespace

std::optional<std::string> encode(const DeliveryRequest& request) {
  Writer out;
  out.number(request.deed.index());
  out.text(request.action);
  out.text(request.owner.name);
  out.number(request.owner.uid);
  out.number(request.owner.gid);
  out.text(request.owner.home);
  out.text(request.owner.shell);
  std::visit([&](const auto& deed) { write(out, deed); }, request.deed);
  std::string bytes = out.take();
  if (bytes.size() > max_datagram_bytes) return std::nullopt;
  return bytes;
}

std::optional<DeliveryRequest> decode_request(std::string_view bytes) {
  Reader in(bytes);
  const std::uint64_t kind = in.number();
  DeliveryRequest request;
  request.action = in.text();
  request.owner.name = in.text();
  const std::uint64_t uid = in.number();
  const std::uint64_t gid = in.number();
  if (uid >= UINT32_MAX || gid >= UINT32_MAX) return std::nullopt;  // -1 means "unchanged" to the system
  request.owner.uid = static_cast<uid_t>(uid);
  request.owner.gid = static_cast<gid_t>(gid);
  request.owner.home = in.text();
  request.owner.shell = in.text();
  switch (kind) {
    case 0: request.deed = read_mbox(in); break;
    case 1: request.deed = read_maildir(in); break;
    case 2: request.deed = read_command(in); break;
    default: return std::nullopt;
  }
  if (!in.is_done()) return std::nullopt;
  const auto* command = std::get_if<CommandRequest>(&request.deed);
  if (command != nullptr && command->arguments.empty()) return std::nullopt;
  return request;
}

std::string encode(const DeliveryResult& result) {
  Writer out;
  out.number(static_cast<std::uint64_t>(result.kind));
  out.text(result.status);
  out.text(std::string_view(result.diagnostic).substr(0, 4096));
  return out.take();
}

std::optional<DeliveryResult> decode_result(std::string_view bytes) {
  Reader in(bytes);
  const std::uint64_t kind = in.number();
  if (kind > static_cast<std::uint64_t>(DeliveryResult::Kind::failed)) return std::nullopt;
  DeliveryResult result{
      .kind = static_cast<DeliveryResult::Kind>(kind), .status = in.text(), .diagnostic = in.text()};
  if (!in.is_done()) return std::nullopt;
  return result;
}

}  // namespace pillarbox::os
