"""The machine under the servers: cores, CPU time, memory, and a journalled ext4 of the bench's own."""

import os
import pathlib
import shutil
import subprocess
import sys
import time

SERVER_CORE, LOAD_CORE = 0, 1
TICKS = os.sysconf("SC_CLK_TCK")


def say(text):
    print(text, file=sys.stderr, flush=True)


def is_root():
    return os.geteuid() == 0


def has_two_cores():
    return len(os.sched_getaffinity(0)) > 1


def pinned(core, command):
    """The command, on one core."""
    return ["taskset", "-c", str(core), *map(str, command)] if has_two_cores() else list(map(str, command))


class Busy:
    """How much of the machine was busy since then, in CPU seconds."""

    def __init__(self):
        self.began = time.monotonic()
        self.before = self._now()

    @staticmethod
    def _now():
        fields = [int(word) for word in pathlib.Path("/proc/stat").read_text().splitlines()[0].split()[1:]]
        idle, iowait = fields[3], fields[4]
        return (sum(fields[:8]) - idle - iowait) / TICKS

    def seconds(self):
        return self._now() - self.before

    def elapsed(self):
        return time.monotonic() - self.began


class Group:
    """The processes of one server, however they multiply. Counts their CPU time by a control group where we may make
    one, else by walking the process tree."""

    def __init__(self, name):
        self.folders = []
        self.usage = None
        self.root_pid = None
        if not is_root():
            return
        base = pathlib.Path("/sys/fs/cgroup")
        if (base / "cpuacct" / "cpuacct.usage").exists():
            parents = {base / "cpuacct", base / "cpu"}
        elif (base / "cgroup.controllers").exists():
            parents = {base}
        else:
            return
        try:
            for parent in parents:
                folder = parent / f"pillarbox-bench-{os.getpid()}-{name}"
                folder.mkdir(exist_ok=True)
                self.folders.append(folder)
                # A fair share beside whatever else the machine does.
                shares, weight = folder / "cpu.shares", folder / "cpu.weight"
                if shares.exists():
                    shares.write_text("200000")
                elif weight.exists():
                    weight.write_text("10000")
                for usage in ("cpuacct.usage", "cpu.stat"):
                    if (folder / usage).exists() and (usage != "cpu.stat" or self.usage is None):
                        self.usage = folder / usage
        except OSError as error:
            say(f"bench: no control group of our own ({error}); CPU time is counted by process")
            self.close()

    def enter(self):
        """To be called in a new process before it becomes the server."""
        for folder in self.folders:
            (folder / "cgroup.procs").write_text("0")

    def pids(self):
        if self.folders:
            return [int(line) for line in (self.folders[0] / "cgroup.procs").read_text().split()]
        return list(tree(self.root_pid)) if self.root_pid else []

    def cpu_seconds(self):
        if self.usage is None:
            return sum(cpu_of(pid) for pid in self.pids())
        text = self.usage.read_text()
        if self.usage.name == "cpuacct.usage":
            return int(text) / 1e9
        return int(dict(line.split() for line in text.splitlines())["usage_usec"]) / 1e6

    def memory_bytes(self):
        """Proportional set size: pages that processes share are counted once."""
        total = 0
        for pid in self.pids():
            try:
                rollup = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()
            except OSError:
                continue
            total += sum(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")) * 1024
        return total

    def close(self):
        for folder in self.folders:
            for _ in range(100):
                try:
                    folder.rmdir()
                    break
                except OSError:
                    time.sleep(0.05)
        self.folders = []


def tree(pid):
    """The process and those under it."""
    yield pid
    try:
        children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return
    for child in children:
        yield from tree(int(child))


def cpu_of(pid):
    """User and system time of a process and of its children that have ended."""
    try:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return sum(int(field) for field in fields[11:15]) / TICKS


def file_system(folder):
    """The name of the file system that the folder lies on: "ext4"."""
    found = subprocess.run(["stat", "-f", "-c", "%T", folder], capture_output=True, text=True).stdout.strip()
    return "ext4" if found == "ext2/ext3" else found


class Disk:
    """A folder on a journalled ext4: on a loop device ("loop"), written in full beforehand so that the file system below
    has nothing left to allocate; or on the checkout's own file system ("here"). A loop device passes each write
    through kernel threads, which on a busy machine take their time."""

    def __init__(self, folder, gigabytes, kind="loop"):
        self.image = folder / "disk.img"
        self.mount = folder / "disk"
        self.gigabytes = gigabytes
        folder.mkdir(parents=True, exist_ok=True)
        self.kind = kind
        self.device = None

    def __str__(self):
        return f"{file_system(self.mount)} on a loop device" if self.device else file_system(self.mount)

    def __enter__(self):
        shutil.rmtree(self.mount, ignore_errors=True)
        self.mount.mkdir(parents=True)
        if self.kind == "here":
            return self
        if not is_root():
            say(f"bench: not root, so data lies on the checkout's own file system, {file_system(self.mount)}")
            return self
        say(f"bench: making a disk of {self.gigabytes} GiB (ext4 on a loop device)")
        with open(self.image, "wb") as image:
            piece = bytes(1 << 20)
            for _ in range(self.gigabytes << 10):
                image.write(piece)
            image.flush()
            os.fsync(image.fileno())
        try:
            subprocess.run(["mkfs.ext4", "-q", "-F", "-E", "lazy_itable_init=0,lazy_journal_init=0,nodiscard",
                            self.image], check=True)
            self.device = subprocess.run(["losetup", "--find", "--show", "--direct-io=on", self.image], check=True,
                                         capture_output=True, text=True).stdout.strip()
            subprocess.run(["mount", "-t", "ext4", self.device, self.mount], check=True)
        except (OSError, subprocess.CalledProcessError) as error:
            say(f"bench: no loop device here ({error}), so data lies on {file_system(self.mount)}")
            self.detach()
        return self

    def __exit__(self, *_):
        self.detach()
        shutil.rmtree(self.mount, ignore_errors=True)

    def detach(self):
        if self.device:
            for attempt in range(50):  # a server that was just stopped may still hold it
                if subprocess.run(["umount", self.mount], capture_output=attempt < 49).returncode == 0:
                    break
                time.sleep(0.1)
            subprocess.run(["losetup", "-d", self.device], check=False)
            self.device = None
        self.image.unlink(missing_ok=True)
