#include "load/connection.h"

#include <fcntl.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <stdexcept>

namespace pillarbox::bench {

Loop::Loop() : epoll_(epoll_create1(EPOLL_CLOEXEC)) {
  if (epoll_ < 0) throw std::runtime_error("no epoll");
}

Loop::~Loop() { ::close(epoll_); }

void Loop::add(int fd, Connection& connection) {
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  event.data.ptr = &connection;
  epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
}

void Loop::stop_on_input() {
  epoll_event event{};
  event.events = EPOLLIN | EPOLLHUP;
  event.data.ptr = nullptr;
  epoll_ctl(epoll_, EPOLL_CTL_ADD, STDIN_FILENO, &event);
}

bool Loop::run(Clock::time_point deadline) {
  std::array<epoll_event, 256> events;
  stopped_ = false;
  while (!stopped_) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (left <= 0) return false;
    const int ready = epoll_wait(epoll_, events.data(), events.size(), static_cast<int>(left));
    for (int i = 0; i < ready; ++i) {
      const epoll_event& event = events[static_cast<std::size_t>(i)];
      if (event.data.ptr == nullptr) return true;
      const bool closing = (event.events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0;
      static_cast<Connection*>(event.data.ptr)
          ->on_ready(closing ? Connection::Peer::closing : Connection::Peer::open);
    }
  }
  return true;
}

Connection::Connection(Loop& loop, Target& target, std::size_t input_bytes)
    : loop_(loop), target_(target), capacity_(input_bytes), input_(new char[input_bytes]) {}

void Connection::open() {
  ++generation_;
  have_ = skip_ = output_first_ = output_count_ = 0;
  established_ = overlong_ = false;
  if (!stream_.connect(target_)) return close();
  loop_.add(stream_.descriptor(), *this);
}

void Connection::close() {
  ++generation_;
  stream_.close();
  on_end();
}

void Connection::on_ready(Peer peer) {
  if (stream_.descriptor() < 0) return;
  if (!established_) {
    const auto progress = stream_.establish();
    if (progress == Stream::Progress::blocked) return;
    if (progress == Stream::Progress::failed) return close();
    established_ = true;
  }
  if (flush() == Stream::Progress::failed) return close();
  take_input(peer);
}

Stream::Progress Connection::flush() {
  while (output_first_ < output_count_) {
    const auto result = stream_.write({output_.data() + output_first_, output_count_ - output_first_});
    if (result.progress != Stream::Progress::done) return result.progress;
    std::size_t sent = result.bytes;
    while (output_first_ < output_count_ && sent >= output_[output_first_].iov_len) {
      sent -= output_[output_first_++].iov_len;
    }
    if (sent > 0) {
      output_[output_first_].iov_base = static_cast<char*>(output_[output_first_].iov_base) + sent;
      output_[output_first_].iov_len -= sent;
    }
  }
  return Stream::Progress::done;
}

void Connection::send(std::initializer_list<std::string_view> pieces) {
  if (output_first_ == output_count_) output_first_ = output_count_ = 0;
  for (const auto& piece : pieces) {
    if (output_count_ == output_.size()) std::abort();  // a client here never has that much under way
    output_[output_count_++] = {const_cast<char*>(piece.data()), piece.size()};
  }
  flush();  // a failure shows again when the loop finds the socket broken
}

void Connection::take_input(Peer peer) {
  for (;;) {
    const unsigned generation = generation_;
    const std::size_t room = capacity_ - have_;
    const auto result = stream_.read({input_.get() + have_, room});
    if (result.progress == Stream::Progress::blocked) return;
    if (result.progress == Stream::Progress::failed) return close();
    have_ += result.bytes;
    std::size_t at = 0;
    while (at < have_) {
      if (skip_ > 0) {
        const std::size_t passed = std::min(skip_, have_ - at);
        skip_ -= passed;
        at += passed;
        continue;
      }
      const char* const start = input_.get() + at;
      const auto* const end = static_cast<const char*>(std::memchr(start, '\n', have_ - at));
      if (end == nullptr) break;
      at += static_cast<std::size_t>(end - start) + 1;
      if (!overlong_)
        on_line({start, static_cast<std::size_t>(end - start) - (end > start && end[-1] == '\r')});
      if (generation != generation_) return;
      overlong_ = false;
    }
    const bool line_fills_buffer = at == 0 && have_ == capacity_;
    if (line_fills_buffer) {
      if (!overlong_) on_line({input_.get(), have_});
      if (generation != generation_) return;
      overlong_ = true;
      at = have_;
    }
    have_ -= at;
    if (have_ > 0 && at > 0) std::memmove(input_.get(), input_.get() + at, have_);
    const bool all_read = result.bytes < room && target_.tls() == nullptr && peer == Peer::open;
    if (all_read) return;
  }
}

}  // namespace pillarbox::bench
