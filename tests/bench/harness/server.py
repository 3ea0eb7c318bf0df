"""What the rows need of a server, ours or another's."""

import imaplib
import pathlib
import shutil
import socket
import time

from . import site
from .machine import Group

START_SECONDS, STOP_SECONDS = 30, 30


class Server:
    """One server program on one folder of state. Subclasses say how it starts, stops and counts its mail."""

    name = ""   # in commands and files
    title = ""  # in tables
    smtp_port = imap_port = imaps_port = None
    delivers_before_reply = False  # its 250 means: in the mailbox
    fill_connections = 1           # that fill a mailbox fastest
    most_sessions = 10_000         # that it takes as configured

    def __init__(self, disk):
        self.disk = pathlib.Path(disk)
        self.group = None
        self.folder = None

    def start(self, state):
        """Starts on the state of that name, kept from one start to the next."""
        for port in filter(None, (self.smtp_port, self.imap_port, self.imaps_port)):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    raise RuntimeError(f"port {port} is in use: is another bench running?")
        self.folder = self.disk / self.name / state
        self.folder.mkdir(parents=True, exist_ok=True)
        self.group = Group(self.name)
        try:
            self.launch()
            for port in (self.smtp_port, self.imap_port, self.imaps_port):
                if port:
                    self.wait_for(port)
        except BaseException:
            self.stop()
            raise

    def stop(self):
        try:
            self.halt()
        finally:
            self.group.close()

    def forget(self, state):
        shutil.rmtree(self.disk / self.name / state, ignore_errors=True)

    def launch(self):
        raise NotImplementedError

    def halt(self):
        raise NotImplementedError

    def running(self):
        raise NotImplementedError

    def wait_for(self, port):
        """Until a greeting comes."""
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            if not self.running():
                break
            try:
                with socket.create_connection(("127.0.0.1", port), timeout=5) as probe:
                    if port == self.imaps_port or probe.recv(1):
                        return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError(f"{self.title} doesn't answer on port {port}:\n{self.last_words()}")

    def last_words(self):
        text = ""
        for log in sorted(self.folder.glob("log/*")):
            text += "".join(log.read_text(errors="replace").splitlines(True)[-4:])
        return text

    def wait_until_delivered(self, count, seconds=120):
        """Until `count` messages lie in mailboxes. Servers that answer after delivery have nothing to wait for."""

    def create(self, user, mailbox):
        with imaplib.IMAP4("127.0.0.1", self.imap_port, timeout=60) as session:
            session.login(user, site.PASSWORD)
            status, data = session.create(mailbox)
            if status != "OK":
                raise RuntimeError(f"{self.title}: CREATE {mailbox}: {data}")

    def delivered(self):
        """Messages in the INBOXes of the SMTP rows' users."""
        total = 0
        for number in range(site.SMTP_USERS):
            with imaplib.IMAP4("127.0.0.1", self.imap_port, timeout=60) as session:
                session.login(site.user(number), site.PASSWORD)
                _, data = session.status("INBOX", "(MESSAGES)")
                total += int(data[0].rsplit(b"MESSAGES", 1)[1].strip(b" )"))
        return total
