// The kinds of load. Each runs to its end and returns the process's exit code: 0, or 1 when the server
// refused or the time limit passed. Results go to standard output as one line of JSON.
#pragma once

#include "load/options.h"

namespace pillarbox::bench {

// Connections send `count` messages, round robin to the users. What counts is the 250 to the end of data.
int run_smtp(const Options& options);

// Cycles of connect, LOGIN, SELECT, FETCH 1:* (FLAGS), LOGOUT, `connections` at a time.
int run_imap_login(const Options& options);

// One connection: FETCH 1:* `items`, `count` times after one that isn't counted but reported as the first.
int run_imap_fetch(const Options& options);

// Each connection sets and clears \Flagged on messages of its own in the same mailbox, one command under way
// each.
int run_imap_store(const Options& options);

// One connection: SELECT and UNSELECT in turn; the time of SELECT. The first one is reported apart.
int run_imap_select(const Options& options);

// Appends `count` messages, an equal share on each connection, these round robin to the users; by MULTIAPPEND
// where offered, else by APPENDs with LITERAL+ of which `batch` are under way.
int run_imap_append(const Options& options);

// `connections` sessions in IDLE. Says "holding" when all are there and ends when standard input does.
int run_imap_idle(const Options& options);

}  // namespace pillarbox::bench
