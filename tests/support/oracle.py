"""The oracle: witnesses that change mail over SMTP and IMAP while the server is made to fail, each with a ledger of
what was acknowledged to it; and the reading back that holds the store against the ledgers.

Acknowledged: there, whole, once, with the flags that were acknowledged. Not acknowledged: none or one whole copy.
"""

import hashlib
import imaplib
import os
import random
import re
import smtplib
import socket
import threading
import time

PASSWORD = "witness"
CLIENT_SECONDS = 10
ERRORS = (OSError, EOFError, smtplib.SMTPException, imaplib.IMAP4.error, imaplib.IMAP4.abort)


def message(name, size):
    """A message that says who it is and can't be mistaken for a piece of another. CRLF throughout."""
    line = hashlib.sha256(name.encode()).hexdigest()
    count = max(1, size // (len(line) + 2))
    head = f"Message-ID: <{name}@witness.example>\r\nFrom: <{name}@witness.example>\r\nSubject: {name}\r\n\r\n"
    return (head + "\r\n".join(f"{line[:-4]}{i:04}" for i in range(count)) + "\r\n").encode()


class Ledger:
    """What one message should look like. Fields change under the witness that owns it, or after it ended."""

    def __init__(self, name, user, mailbox, size, recipients=None):
        self.name, self.mailbox, self.size = name, mailbox, size
        self.users = recipients or [user]
        self.acknowledged = False  # its arrival
        self.flagged = None        # True, False: acknowledged; None: nothing was said of it
        self.flag_unsure = False   # a STORE was sent and not answered
        self.expunged = False      # acknowledged
        self.expunge_unsure = False


class Witness(threading.Thread):
    """One client. Records with an fsync after the final reply, as the guarantee counts."""

    def __init__(self, oracle, number, kind):
        super().__init__(daemon=True)
        self.oracle, self.number, self.kind = oracle, number, kind
        self.random = random.Random(f"{oracle.seed}/{oracle.round}/{number}")
        self.entries = []
        self.refused = 0
        self.stopping = False

    def run(self):
        work = {"smtp": self.deliver, "append": self.append, "store": self.store, "expunge": self.expunge}[self.kind]
        while not self.stopping:
            try:
                work()
            except ERRORS:
                # The server was killed, or refuses: go on as a client would, until the oracle stops us.
                self.refused += 1
                self.oracle.server_ended.wait(0.05)

    def entry(self, mailbox, recipients=None):
        name = f"w{self.oracle.round}-{self.number}-{len(self.entries)}"
        size = self.random.choice([200, 2000, 4096, 20000, 70000] + [400000] * (self.random.random() < 0.1))
        made = Ledger(name, self.oracle.user(self.number), mailbox, size, recipients)
        self.entries.append(made)
        return made

    def record(self, entry, what):
        setattr(entry, what, True)
        self.oracle.write_down(f"{entry.name} {what}")

    def deliver(self):
        with smtplib.SMTP("127.0.0.1", self.oracle.server.ports["smtp"], local_hostname="w.example",
                          timeout=CLIENT_SECONDS) as session:
            while not self.stopping:
                users = sorted(self.random.sample(self.oracle.users, self.random.choice([1, 1, 1, 3])))
                entry = self.entry("INBOX", users)
                refused = session.sendmail("witness@elsewhere.example", [f"{u}@example.org" for u in users],
                                           message(entry.name, entry.size))
                entry.users = [u for u in users if f"{u}@example.org" not in refused]
                self.record(entry, "acknowledged")

    def login(self):
        session = imaplib.IMAP4("127.0.0.1", self.oracle.server.ports["imap"], timeout=CLIENT_SECONDS)
        session.starttls(self.oracle.tls)
        session.login(self.oracle.user(self.number), PASSWORD)
        return session

    def appended(self, session, mailbox):
        """One APPEND; the entry and its uid once it is acknowledged."""
        entry = self.entry(mailbox)
        status, answer = session.append(mailbox, None, None, message(entry.name, entry.size))
        if status != "OK":
            raise imaplib.IMAP4.error(str(answer))
        self.record(entry, "acknowledged")
        return entry, re.search(rb"APPENDUID \d+ (\d+)", answer[0]).group(1).decode()

    def append(self):
        session = self.login()
        while not self.stopping:
            self.appended(session, "Archive")

    def store(self):
        session = self.login()
        self.expect(session.select("Drafts"))
        while not self.stopping:
            entry, uid = self.appended(session, "Drafts")
            for sign in "+-+"[: self.random.randint(1, 3)]:
                entry.flag_unsure = True
                self.expect(session.uid("STORE", uid, f"{sign}FLAGS", r"(\Flagged)"))
                entry.flag_unsure, entry.flagged = False, sign == "+"
                self.oracle.write_down(f"{entry.name} flagged {sign}")

    def expunge(self):
        session = self.login()
        self.expect(session.select("Trash"))
        while not self.stopping:
            entry, uid = self.appended(session, "Trash")
            self.expect(session.uid("STORE", uid, "+FLAGS", r"(\Deleted)"))
            entry.expunge_unsure = True
            self.expect(session.uid("EXPUNGE", uid))
            self.record(entry, "expunged")

    @staticmethod
    def expect(result):
        if result[0] != "OK":
            raise imaplib.IMAP4.error(str(result))


KINDS = ["smtp"] * 10 + ["append"] * 4 + ["store"] * 3 + ["expunge"] * 3


class Oracle:
    """Rounds of witnesses against one server's state. `failures` says in words what was lost, torn or doubled."""

    def __init__(self, server, seed, witnesses=20):
        self.server, self.seed, self.count = server, seed, witnesses
        self.users = sorted(server.users)
        self.round = 0
        self.ledgers = {}
        self.new = []
        self.failures = []
        self.tls = server.tls()
        self.next_uid = {}  # (user, mailbox) -> first uid that wasn't read back yet
        self.slowest_recovery = 0.0
        self.acknowledged = 0
        self.server_ended = threading.Event()
        self.book = open(server.folder / "ledger", "a", encoding="ascii")
        self.book_lock = threading.Lock()

    def user(self, number):
        return self.users[number % len(self.users)]

    def write_down(self, line):
        with self.book_lock:
            self.book.write(line + "\n")
            self.book.flush()
            os.fsync(self.book.fileno())

    def run_round(self, until):
        """Witnesses work until `until()` returns; then the server is killed if it still lives."""
        self.round += 1
        self.server_ended.clear()
        witnesses = [Witness(self, n, KINDS[n % len(KINDS)]) for n in range(self.count)]
        for w in witnesses:
            w.start()
        until()
        for w in witnesses:
            w.stopping = True
        if self.server.process.poll() is None:
            self.server.kill()
        self.server.process.wait()
        self.server_ended.set()
        for w in witnesses:
            w.join(CLIENT_SECONDS + 5)
            self.new += w.entries
        self.acknowledged += sum(e.acknowledged for w in witnesses for e in w.entries)

    def recover(self, most_seconds=5.0):
        before = time.monotonic()
        self.server.env.clear()
        self.server.wrap.clear()
        self.server.start()
        took = time.monotonic() - before
        self.slowest_recovery = max(self.slowest_recovery, took)
        if took > most_seconds:
            self.failures.append(f"round {self.round}: the start took {took:.1f} s, {most_seconds} are allowed")

    def read_back(self, whole=False):
        """Reads what came since the last time, or everything, and holds it against the ledgers."""
        entries = list(self.ledgers.values()) + self.new if whole else self.new
        for entry in self.new:
            self.ledgers[entry.name] = entry
        self.new = []
        seen = {}
        for user in self.users:
            with imaplib.IMAP4("127.0.0.1", self.server.ports["imap"], timeout=60) as session:
                session.starttls(self.tls)
                session.login(user, PASSWORD)
                for mailbox in ("INBOX", "Archive", "Drafts", "Trash"):
                    first = 1 if whole else self.next_uid.get((user, mailbox), 1)
                    self._read_mailbox(session, user, mailbox, first, seen)
        for entry in entries:
            for user in entry.users:
                self._judge(entry, user, seen.get((user, entry.mailbox, entry.name), []))

    def _read_mailbox(self, session, user, mailbox, first, seen):
        Witness.expect(session.select(mailbox, readonly=True))
        status, data = session.uid("FETCH", f"{first}:*", "(UID FLAGS BODY.PEEK[])")
        if status != "OK":
            self.failures.append(f"round {self.round}: {user}/{mailbox} can't be read: {data}")
            return
        last = 0
        for item in data:
            if not isinstance(item, tuple):
                continue
            head, body = item
            uid = int(re.search(rb"UID (\d+)", head).group(1))
            if uid < first:  # `n:*` names the last message even if its uid is below n
                continue
            if uid <= last:
                self.failures.append(f"round {self.round}: {user}/{mailbox}: uid {uid} isn't above {last}")
            last = uid
            name = re.search(rb"^Subject: (\S+)\r$", body, re.M)
            if not name or name.group(1).decode() not in self.ledgers:
                self.failures.append(f"round {self.round}: {user}/{mailbox} uid {uid}: nobody sent this: {body[:80]!r}")
                continue
            seen.setdefault((user, mailbox, name.group(1).decode()), []).append((body, b"\\Flagged" in head, uid))
        if last:
            self.next_uid[(user, mailbox)] = last + 1

    def _judge(self, entry, user, copies):
        where = f"round {self.round}: {entry.name} for {user} in {entry.mailbox}"
        wanted = message(entry.name, entry.size)
        for body, _, uid in copies:
            if not body.endswith(wanted) or not self._only_trace(body[: len(body) - len(wanted)]):
                self.failures.append(f"{where}: uid {uid} is a fragment ({len(body)} octets)")
        if len(copies) > 1:
            self.failures.append(f"{where}: {len(copies)} copies, uids {[uid for _, _, uid in copies]}")
        if entry.expunged and copies:
            self.failures.append(f"{where}: back after its EXPUNGE was acknowledged")
        if entry.acknowledged and not copies and not entry.expunged and not entry.expunge_unsure:
            self.failures.append(f"{where}: lost after it was acknowledged")
        if copies and entry.flagged is not None and not entry.flag_unsure and copies[0][1] != entry.flagged:
            self.failures.append(f"{where}: \\Flagged should be {entry.flagged}")

    @staticmethod
    def _only_trace(head):
        return all(re.match(rb"Return-Path:|Received:|[ \t]", line) for line in head.split(b"\r\n")[:-1])


def users(count=8):
    return {f"u{n}": PASSWORD for n in range(count)}


def can_connect(port):
    with socket.socket() as s:
        return s.connect_ex(("127.0.0.1", port)) == 0
