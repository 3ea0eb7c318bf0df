"""Debian's Postfix and Dovecot, unpacked into a folder of the bench and run in namespaces of their own.

Nothing is installed: the packages are only downloaded and unpacked, then laid over /usr and /etc in a mount namespace
(peers/inside), where their users exist too. They share the host's loopback, ports 21000 and up.
"""

import os
import pathlib
import shutil
import subprocess
import time

from . import site
from .machine import SERVER_CORE, is_root, pinned, say
from .server import STOP_SECONDS, Server

HERE = pathlib.Path(__file__).resolve().parent.parent / "peers"
PACKAGES = ["postfix", "dovecot-core", "dovecot-imapd", "dovecot-lmtpd"]
POSTFIX, POSTDROP, DOVECOT, DOVENULL, VMAIL = 21001, 21002, 21003, 21004, 21005


class Unavailable(Exception):
    """The peers can't be had here; says why."""


def install(folder):
    """Downloads and unpacks the packages once. Returns the folder to lay over /."""
    if not is_root():
        raise Unavailable("the peers need root: namespaces, their users, a disk of their own")
    root, packages = folder / "root", folder / "packages"
    if (root / "complete").exists():
        return root
    say("bench: getting Debian's Postfix and Dovecot")
    (packages / "partial").mkdir(parents=True, exist_ok=True)
    fetch = ["apt-get", "-qq", "-y", "--reinstall", "--download-only", "--no-install-recommends",
             "-o", f"Dir::Cache::archives={packages}", "-o", "Debug::NoLocking=1", "install", *PACKAGES]
    if subprocess.run(fetch, capture_output=True).returncode != 0:
        subprocess.run(["apt-get", "-qq", "update"], capture_output=True)
        again = subprocess.run(fetch, capture_output=True, text=True)
        if again.returncode != 0:
            raise Unavailable("the peers' packages can't be downloaded: " + again.stderr.strip().splitlines()[0])
    shutil.rmtree(root, ignore_errors=True)
    for package in packages.glob("*.deb"):
        subprocess.run(["dpkg", "-x", package, root], check=True)
    for name in ("bin", "sbin", "lib"):  # packages of before the merge of / and /usr
        if (root / name).is_dir():
            shutil.copytree(root / name, root / "usr" / name, symlinks=True, dirs_exist_ok=True)
    (root / "complete").touch()
    return root


def add_lines(source, target, lines):
    target.write_text(pathlib.Path(source).read_text() + "".join(line + "\n" for line in lines))


class Peer(Server):
    servers = ()  # for peers/inside
    tuned = False
    imap_port, imaps_port = 21143, 21993

    def __init__(self, disk, root):
        super().__init__(disk)
        self.root = root
        self.process = None

    def launch(self):
        etc = self.disk / self.name / "etc"
        self.write_etc(etc)
        self.write_state()
        command = ["unshare", "--mount", "--pid", "--fork", "--kill-child=KILL", "--", HERE / "inside", self.root, etc,
                   self.folder, *self.servers]
        with open(self.folder / "log" / "start", "w") as log:
            self.process = subprocess.Popen(pinned(SERVER_CORE, command), stdin=subprocess.PIPE,
                                            stdout=subprocess.PIPE, stderr=log, text=True,
                                            preexec_fn=self.group.enter)
        self.group.root_pid = self.process.pid
        if self.process.stdout.readline().strip() != "ready":
            raise RuntimeError(f"{self.title} didn't start:\n{self.last_words()}")

    def running(self):
        return self.process and self.process.poll() is None

    def halt(self):
        if not self.process:
            return
        self.process.stdin.close()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()  # takes the namespace's processes with it
            self.process.wait()
        self.process.stdout.close()
        self.process = None

    def write_etc(self, etc):
        """What differs from this machine's /etc, in there only."""
        shutil.rmtree(etc, ignore_errors=True)
        (etc / "postfix").mkdir(parents=True)
        private = etc / "dovecot/private"
        site.make_certificate(private / "dovecot.pem", private / "dovecot.key")
        users = {"postfix": POSTFIX, "dovecot": DOVECOT, "dovenull": DOVENULL, "vmail": VMAIL}
        add_lines("/etc/passwd", etc / "passwd", [f"{n}:x:{i}:{i}::/nonexistent:/bin/false" for n, i in users.items()])
        add_lines("/etc/group", etc / "group", [f"{n}:x:{i}:" for n, i in {**users, "postdrop": POSTDROP}.items()])

        shared = self.root / "usr/share"
        shutil.copy(HERE / "main.cf", etc / "postfix/main.cf")
        shutil.copy(shared / "postfix/dynamicmaps.cf", etc / "postfix/dynamicmaps.cf")
        master = (shared / "postfix/master.cf.dist").read_text()
        if self.smtp_port:
            master = master.replace("\nsmtp      inet", f"\n127.0.0.1:{self.smtp_port} inet", 1)
        (etc / "postfix/master.cf").write_text(master)

        shutil.copytree(shared / "dovecot/conf.d", etc / "dovecot/conf.d")
        shutil.copy(shared / "dovecot/dovecot.conf", etc / "dovecot/dovecot.conf")
        auth = etc / "dovecot/conf.d/10-auth.conf"
        auth.write_text(auth.read_text().replace("!include auth-system", "!include auth-passwdfile"))
        ours = (HERE / "dovecot.conf").read_text()
        ours = ours.replace("@imap@", str(self.imap_port)).replace("@imaps@", str(self.imaps_port))
        if self.tuned:
            ours += (HERE / "dovecot-tuned.conf").read_text()
        (etc / "dovecot/conf.d/99-bench.conf").write_text(ours)
        (etc / "dovecot/users").write_text("".join(
            f"{user}:{password}:{VMAIL}:{VMAIL}::/mnt/mail/{user}::\n" for user, password in site.users()))
        os.chown(etc / "dovecot/users", 0, DOVECOT)
        (etc / "dovecot/users").chmod(0o640)

    def write_state(self):
        for name in ("etc", "log", "mail", "spool"):
            (self.folder / name).mkdir(exist_ok=True)
        (self.folder / "etc/mailboxes").write_text("".join(
            f"{user}@{site.DOMAIN} {user}/\n" for user, _ in site.users()))

    def wait_until_delivered(self, count, seconds=300):
        end = time.monotonic() + seconds
        while self.delivered() < count:
            if time.monotonic() > end:
                raise RuntimeError(f"{self.title}: {self.delivered()} of {count} messages arrived")
            time.sleep(0.05)

    def delivered(self):
        """Counts Maildir files: asking by IMAP would cost the server time."""
        total = 0
        for number in range(site.SMTP_USERS):
            for part in ("new", "cur"):
                folder = self.folder / "mail" / site.user(number) / "Maildir" / part
                total += len(os.listdir(folder)) if folder.exists() else 0
        return total


class PostfixDovecot(Peer):
    name, title = "postfix", "Postfix + Dovecot"
    servers = ("dovecot", "postfix")
    smtp_port = 21025


class Dovecot(Peer):
    name, title = "dovecot", "Dovecot"
    servers = ("dovecot",)
    most_sessions = 80  # with TLS each keeps a login process, of which there are 100


class DovecotTuned(Peer):
    name, title = "dovecot-tuned", "Dovecot tuned"
    servers = ("dovecot",)
    tuned = True
