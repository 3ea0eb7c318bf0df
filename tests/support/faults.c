/* A shim for LD_PRELOAD that makes the disk fail at a chosen moment. It looks at the calls that change the files below
 * FAULT_DIR, counts them in all threads together once the file FAULT_ARM exists, and does FAULT_WHAT at number FAULT_AT:
 *   kill   SIGKILL instead of the call
 *   torn   half of the write, then SIGKILL (other calls: as kill)
 *   enospc, eio   the call fails with that error (a sync has no ENOSPC: EIO), and so do FAULT_FOR - 1 calls after it
 * The number reached is written to FAULT_ARM itself at the end, for the tests' own tests. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static atomic_long calls;
static atomic_int armed;

static const char *setting(const char *name) {
  const char *value = getenv(name);
  return value ? value : "";
}

static int is_armed(void) {
  if (atomic_load(&armed)) return 1;
  struct stat info;
  if (stat(setting("FAULT_ARM"), &info) != 0) return 0;
  atomic_store(&armed, 1);
  return 1;
}

static int is_ours_path(const char *path) {
  const char *folder = setting("FAULT_DIR");
  return *folder && strncmp(path, folder, strlen(folder)) == 0;
}

static int is_ours(int fd) {
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return is_ours_path(path);
}

enum what { pass, die, tear, fail_enospc, fail_eio };

static enum what decide(void) {
  if (!is_armed()) return pass;
  long number = atomic_fetch_add(&calls, 1) + 1;
  long at = atol(setting("FAULT_AT"));
  long length = atol(setting("FAULT_FOR"));
  if (at == 0 || number < at || number >= at + (length ? length : 1)) return pass;
  const char *what = setting("FAULT_WHAT");
  if (strcmp(what, "kill") == 0) return die;
  if (strcmp(what, "torn") == 0) return tear;
  return strcmp(what, "enospc") == 0 ? fail_enospc : fail_eio;
}

static void die_now(void) {
  kill(getpid(), SIGKILL);
  for (;;) pause();
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

/* Calls without bytes: what they do at the moment of the fault. Returns 1 if the call must fail. */
static int strikes(int no_space_error) {
  switch (decide()) {
    case pass: return 0;
    case die:
    case tear: die_now(); return 1;
    case fail_enospc: errno = no_space_error; return 1;
    case fail_eio: errno = EIO; return 1;
  }
  return 0;
}

ssize_t pwrite64(int fd, const void *bytes, size_t size, off64_t offset) {
  __typeof__(&pwrite64) real = REAL(pwrite64);
  if (is_ours(fd)) {
    switch (decide()) {
      case pass: break;
      case die: die_now(); break;
      case tear: real(fd, bytes, size / 2 / 4096 * 4096, offset); die_now(); break;
      case fail_enospc: errno = ENOSPC; return -1;
      case fail_eio: errno = EIO; return -1;
    }
  }
  return real(fd, bytes, size, offset);
}
ssize_t pwrite(int fd, const void *bytes, size_t size, off_t offset) { return pwrite64(fd, bytes, size, offset); }

ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t offset) {
  if (is_ours(fd)) {
    switch (decide()) {
      case pass: break;
      case die: die_now(); break;
      case tear: REAL(pwritev64)(fd, parts, count / 2, offset); die_now(); break;
      case fail_enospc: errno = ENOSPC; return -1;
      case fail_eio: errno = EIO; return -1;
    }
  }
  return REAL(pwritev64)(fd, parts, count, offset);
}
ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t offset) {
  return pwritev64(fd, parts, count, offset);
}

ssize_t write(int fd, const void *bytes, size_t size) {
  __typeof__(&write) real = REAL(write);
  if (fd > 2 && is_ours(fd)) {
    switch (decide()) {
      case pass: break;
      case die: die_now(); break;
      case tear: real(fd, bytes, size / 2); die_now(); break;
      case fail_enospc: errno = ENOSPC; return -1;
      case fail_eio: errno = EIO; return -1;
    }
  }
  return real(fd, bytes, size);
}

int fsync(int fd) { return is_ours(fd) && strikes(EIO) ? -1 : REAL(fsync)(fd); }
int fdatasync(int fd) { return is_ours(fd) && strikes(EIO) ? -1 : REAL(fdatasync)(fd); }
int ftruncate64(int fd, off64_t size) { return is_ours(fd) && strikes(ENOSPC) ? -1 : REAL(ftruncate64)(fd, size); }
int ftruncate(int fd, off_t size) { return ftruncate64(fd, size); }
int posix_fallocate64(int fd, off64_t offset, off64_t size) {
  return is_ours(fd) && strikes(ENOSPC) ? errno : REAL(posix_fallocate64)(fd, offset, size);
}
int posix_fallocate(int fd, off_t offset, off_t size) { return posix_fallocate64(fd, offset, size); }
int fallocate64(int fd, int mode, off64_t offset, off64_t size) {
  return is_ours(fd) && strikes(ENOSPC) ? -1 : REAL(fallocate64)(fd, mode, offset, size);
}
int fallocate(int fd, int mode, off_t offset, off_t size) { return fallocate64(fd, mode, offset, size); }
int rename(const char *from, const char *to) {
  return is_ours_path(to) && strikes(ENOSPC) ? -1 : REAL(rename)(from, to);
}
int renameat2(int from_fd, const char *from, int to_fd, const char *to, unsigned flags) {
  return is_ours(to_fd) && strikes(ENOSPC) ? -1 : REAL(renameat2)(from_fd, from, to_fd, to, flags);
}
int link(const char *from, const char *to) { return is_ours_path(to) && strikes(ENOSPC) ? -1 : REAL(link)(from, to); }
int linkat(int from_fd, const char *from, int to_fd, const char *to, int flags) {
  return (is_ours_path(to) || is_ours(to_fd)) && strikes(ENOSPC) ? -1 : REAL(linkat)(from_fd, from, to_fd, to, flags);
}

__attribute__((destructor)) static void report(void) {
  if (!atomic_load(&armed)) return;
  FILE *out = fopen(setting("FAULT_ARM"), "w");
  if (out) fprintf(out, "%ld\n", atomic_load(&calls)), fclose(out);
}
