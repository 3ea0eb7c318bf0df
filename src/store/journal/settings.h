// Settings of the embedded store. All of them may be changed from one start to the next.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>

#include "config/field.h"
#include "store/journal/format.h"

namespace pillarbox::store::journal {

struct Settings {
  std::uint64_t segment_bytes = 64 * 1024 * 1024;
  std::uint32_t spare_segments = 1;
  std::uint64_t inline_body_bytes = max_inline_body_bytes;
  std::uint64_t view_memory_bytes = 256 * 1024 * 1024;
  std::uint64_t index_backlog_bytes = 32 * 1024 * 1024;
  std::chrono::milliseconds index_delay{100};
  std::uint32_t read_threads = 2;
  std::chrono::milliseconds undelete_window = std::chrono::days(7);
  std::uint32_t compaction_live_percent = 50;
  std::uint64_t compaction_bytes_per_second = 32 * 1024 * 1024;
  std::chrono::milliseconds maintenance_interval = std::chrono::minutes(1);
};

inline constexpr config::Field fields[] = {
    config::size<&Settings::segment_bytes>("segment_size", "Size of one journal file; at least two are kept.")
        .at_least(least_segment_bytes)
        .at_most(most_segment_bytes),
    config::field<&Settings::spare_segments>(
        "spare_segments", "Journal files that are kept ready, written full of zeros, ahead of use.")
        .at_most(1'000),
    config::size<&Settings::inline_body_bytes>(
        "inline_body_size",
        "Messages up to this size stand in the journal, larger ones in files of their own.")
        .at_least(4096)
        .at_most(max_inline_body_bytes),
    config::size<&Settings::view_memory_bytes>(
        "view_memory", "Mailboxes that nobody has open are kept in memory up to this much.")
        .at_least(1024 * 1024),
    config::size<&Settings::index_backlog_bytes>(
        "index_backlog", "So much may the index lag behind before deliveries wait for it.")
        .at_least(64 * 1024),
    config::field<&Settings::index_delay>("index_delay",
                                          "Longest wait of the index for more to write at once.")
        .at_most(10'000),
    config::field<&Settings::read_threads>("read_threads", "Threads that read from the disk.").at_most(64),
    config::field<&Settings::undelete_window>("undelete_window",
                                              "How long expunged messages can be restored.")
        .at_least(0),
    config::field<&Settings::compaction_live_percent>(
        "compaction_live_percent", "Journal files of which less than this is still needed are compacted.")
        .at_most(90),
    config::size<&Settings::compaction_bytes_per_second>("compaction_rate",
                                                         "Most bytes a second that compaction copies.")
        .at_least(64 * 1024),
    config::field<&Settings::maintenance_interval>(
        "maintenance_interval", "Pause between two looks for what can be compacted or forgotten.")
        .at_least(10),
};

inline constexpr std::array setting_tables = {config::table<Settings>("store", fields)};

}  // namespace pillarbox::store::journal
