// One client's connection: line input, output kept by reference, on an edge-triggered epoll loop. Nothing is
// allocated once a connection is open.
#pragma once

#include <array>
#include <cstddef>
#include <initializer_list>
#include <memory>
#include <string_view>

#include "load/histogram.h"
#include "load/stream.h"

namespace pillarbox::bench {

class Connection;

class Loop {
 public:
  Loop();
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  void add(int fd, Connection& connection);
  // Serves connections until stop() or the deadline. Returns false for the deadline.
  bool run(Clock::time_point deadline);
  void stop() { stopped_ = true; }
  // Also stops when standard input ends or has a line.
  void stop_on_input();

 private:
  int epoll_;
  bool stopped_ = false;
};

class Connection {
 public:
  // `input_bytes` bounds the lines that can be looked at; of longer ones only the start is seen.
  Connection(Loop& loop, Target& target, std::size_t input_bytes);
  virtual ~Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void open();

  enum class Peer { open, closing };  // closing: the peer sends nothing more than what there is to read now
  void on_ready(Peer peer);

 protected:
  // One line of the server's, without its CRLF.
  virtual void on_line(std::string_view line) = 0;
  // The connection ended, or could not be made; open() may be called from here.
  virtual void on_end() = 0;

  // Sends the pieces in order. The bytes must stay until the server has answered them.
  void send(std::initializer_list<std::string_view> pieces);
  // The next `bytes` of input are no lines: they are passed over.
  void skip(std::size_t bytes) { skip_ = bytes; }
  void close();

 private:
  Stream::Progress flush();
  void take_input(Peer peer);

  Loop& loop_;
  Target& target_;
  Stream stream_;
  bool established_ = false;
  unsigned generation_ = 0;  // counts open and close, so that input handling notices either

  std::size_t capacity_;
  std::unique_ptr<char[]> input_;
  std::size_t have_ = 0;
  std::size_t skip_ = 0;
  bool overlong_ = false;

  std::array<iovec, 6> output_{};
  std::size_t output_first_ = 0;
  std::size_t output_count_ = 0;
};

}  // namespace pillarbox::bench
