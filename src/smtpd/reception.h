// One message on its way from the stream into a draft: counted, its header watched, our fields put before it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/task.h"
#include "proto/smtp/reply.h"
#include "smtpd/header_scan.h"
#include "store/draft.h"

namespace pillarbox::smtpd {

class Reception {
 public:
  // What a message from a user's client may have left out (RFC 6409 §8.2, §8.3): whole fields with their
  // CRLF.
  struct Mending {
    std::string date;
    std::string message_id;
  };
  struct Options {
    std::string trace_fields;  // Return-Path and Received: they come first
    std::optional<Mending> mending;
    HeaderScan::Limits header_limits;
    std::uint64_t max_size = 0;
    std::vector<std::string>
        recipients;  // mail::Address::key() of each, to see whether it had the message before
  };

  Reception(std::unique_ptr<store::Draft> draft, Options options);

  // The next part of the message. Once there is a fault it is only counted.
  Task<void> append(std::string_view text);

  // Requires: the whole message was appended. There may be a fault only now.
  Task<void> finish();

  // Why the message can't be taken; the first reason stays.
  const std::optional<smtp::Reply>& fault() const { return fault_; }
  void fail(smtp::Reply reply);

  // Octets of the message as they were received.
  std::uint64_t size() const { return size_; }

  // Requires: finish() and no fault.
  std::unique_ptr<store::Draft> take_draft() { return std::move(draft_); }

 private:
  Task<void> begin();
  Task<void> write(std::string_view bytes);

  std::unique_ptr<store::Draft> draft_;
  Options options_;
  HeaderScan header_;
  std::optional<smtp::Reply> fault_;
  std::uint64_t size_ = 0;
  bool has_begun_ = false;
  std::string held_;  // the header, until it is known what to add
};

}  // namespace pillarbox::smtpd
