"""Debian's Postfix sends us 200 messages, the MIME vectors among them: each arrives once and byte for byte, behind the
Received and Return-Path fields that were added on the way. Needs root: Postfix runs in namespaces of its own."""

import imaplib
import os
import pathlib
import re
import shutil
import smtplib
import subprocess
import sys
import tempfile
import time
import unittest

from throwaway import ROOT, Server, free_ports

sys.path.insert(0, str(ROOT / "tests" / "bench"))
from harness import peers  # noqa: E402

MESSAGES = 200
SECONDS = 120
MAIN_CF = """
compatibility_level = 3.6
myhostname = postfix.elsewhere.example
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = loopback-only
inet_protocols = ipv4
alias_maps =
alias_database =
relayhost = [127.0.0.1]:{ours}
smtp_tls_security_level = may
local_header_rewrite_clients =
message_drop_headers =
smtp_line_length_limit = 0
message_size_limit = 52428800
smtp_host_lookup = native
disable_dns_lookups = yes
"""


def vectors():
    """The messages of the vectors with CRLF, as many times as it takes; each marked with a number."""
    files = sorted((ROOT / "tests" / "vectors" / "mime").rglob("*.eml"))
    made = []
    while len(made) < MESSAGES:
        raw = files[len(made) % len(files)].read_bytes()
        # What SMTP can't carry isn't asked for: bare CR, NUL.
        text = raw.replace(b"\r\n", b"\n").replace(b"\r", b"").replace(b"\0", b"")
        head, blank, rest = text.partition(b"\n\n")
        head = re.sub(rb"^([!-9;-~]+)[ \t]+:", rb"\1:", head, flags=re.M)  # as Postfix would mend it
        body = (head + blank + rest).replace(b"\n", b"\r\n")
        if not body.endswith(b"\r\n"):
            body += b"\r\n"
        made.append(f"X-Number: {len(made)}\r\n".encode() + body)
    return made


class Postfix:
    """A Postfix that relays everything to `ours`."""

    def __init__(self, folder, ours):
        self.folder, self.ours = folder, ours
        self.port, = free_ports(1)
        self.process = None

    def __enter__(self):
        root = peers.install(ROOT / "build" / "bench" / "peers")
        etc, data = self.folder / "etc", self.folder / "data"
        (etc / "postfix").mkdir(parents=True)
        for name in ("etc", "log", "mail", "spool"):
            (data / name).mkdir(parents=True)
        (data / "etc" / "mailboxes").write_text("")
        users = {"postfix": peers.POSTFIX, "vmail": peers.VMAIL}
        groups = {**users, "postdrop": peers.POSTDROP}
        peers.add_lines("/etc/passwd", etc / "passwd", [f"{n}:x:{i}:{i}::/nonexistent:/bin/false" for n, i in users.items()])
        peers.add_lines("/etc/group", etc / "group", [f"{n}:x:{i}:" for n, i in groups.items()])
        (etc / "postfix" / "main.cf").write_text(MAIN_CF.format(ours=self.ours))
        shared = root / "usr" / "share" / "postfix"
        shutil.copy(shared / "dynamicmaps.cf", etc / "postfix" / "dynamicmaps.cf")
        master = (shared / "master.cf.dist").read_text()
        (etc / "postfix" / "master.cf").write_text(
            master.replace("\nsmtp      inet", f"\n127.0.0.1:{self.port} inet", 1))
        self.process = subprocess.Popen(
            ["unshare", "--mount", "--pid", "--fork", "--kill-child=KILL", "--", peers.HERE / "inside", root, etc, data,
             "postfix"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        if self.process.stdout.readline().strip() != "ready":
            raise AssertionError("Postfix didn't start")
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()

    def session(self):
        """As soon as it accepts."""
        end = time.monotonic() + SECONDS
        while True:
            try:
                return smtplib.SMTP("127.0.0.1", self.port, local_hostname="source.example", timeout=SECONDS)
            except ConnectionRefusedError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.1)  # there is no event to wait for: another program opens the port


@unittest.skipUnless(os.getuid() == 0, "needs root for namespaces")
class FromPostfix(unittest.TestCase):
    def test_two_hundred_messages_arrive_byte_for_byte(self):
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="pillarbox-postfix-")))
        server = self.enterContext(Server())
        postfix = self.enterContext(Postfix(folder, server.ports["smtp"]))
        sent = vectors()
        with imaplib.IMAP4_SSL("localhost", server.ports["imaps"], ssl_context=server.tls(), timeout=SECONDS) as session:
            session.login("alice", "wonderland")
            with postfix.session() as source:
                for message in sent:
                    source.mail("sender@source.example", ["BODY=8BITMIME"])
                    source.rcpt("alice@example.org")
                    self.assertEqual(250, source.data(message)[0])
            self.wait_for(session, len(sent))
            data = session.fetch("1:*", "(BODY.PEEK[])")[1]
        arrived = {}
        for body in (item[1] for item in data if isinstance(item, tuple)):
            number = int(re.search(rb"^X-Number: (\d+)\r$", body, re.M).group(1))
            arrived.setdefault(number, []).append(body)
        self.assertEqual(list(range(MESSAGES)), sorted(arrived))
        for number, (body, *more) in arrived.items():
            self.assertFalse(more, f"message {number} came {1 + len(more)} times")
            trace, mark, rest = body.partition(b"X-Number: ")
            self.assertEqual(sent[number], mark + rest, f"message {number}")
            self.assertRegex(trace, rb"(?s)\AReturn-Path: <sender@source.example>\r\n(Received: [^\r]*\r\n([ \t].*\r\n)*)+\Z")

    @staticmethod
    def wait_for(session, count):
        """Until the mailbox has so many: IDLE says when something came."""
        end = time.monotonic() + SECONDS
        while int(session.select()[1][0]) < count:
            if time.monotonic() > end:
                raise AssertionError(f"{session.select()[1][0]} of {count} messages came in {SECONDS} s")
            session.send(b"i IDLE\r\n")
            while not session.readline().startswith((b"* ", b"i ")):
                pass
            session.send(b"DONE\r\n")
            while not session.readline().startswith(b"i OK"):
                pass


if __name__ == "__main__":
    unittest.main(verbosity=2)
