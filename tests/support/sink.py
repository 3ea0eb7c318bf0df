#!/usr/bin/env python3
"""A mail server that behaves as badly as it is told to, and keeps a ledger of what it accepted: what relayed mail is
sent to in tests. Records are fsynced before the reply leaves, as the guarantee counts.

    with Sink({"rcpt": "451 4.3.0 later", "dot": ["hangup", "ok"]}) as sink: … sink.port … sink.accepted()
    sink.py --port 2525 --ledger FILE --at rcpt=451 --at dot=hangup --chaos 0.2 --seed 7

Behaviour names a step and what happens there, once for all or as a list, one a time, its last for the rest. A step may
name who it is for: "rcpt anna@example.org". Steps: connect, ehlo, helo, lhlo, starttls, handshake, auth, mail, rcpt,
data, body (in the middle of the text), dot (after its end), bdat, rset, quit, command (any other).

    "ok"            as a good server does
    "451 4.3.0 no"  this reply; several lines with \\n, a bare code has a text made up
    "hangup"        closes the connection without a word; "reset" does it with a TCP reset
    "nothing"       doesn't answer, and doesn't close
    "half"          sends half a reply, then closes
    "babble"        endless lines of one reply, up to 64 MiB
    "garbage"       bytes that are no reply
    "slow"          as "ok", one byte every tenth of a second
    "keep-hangup"   at dot: keeps the message, then closes without a word; also "keep-reset", "keep-nothing"

With chaos P, each step that isn't named goes wrong with the probability P in one of these ways, by the seed.
"""

import argparse
import base64
import hashlib
import hmac
import json
import os
import pathlib
import random
import re
import socket
import socketserver
import ssl
import struct
import tempfile
import threading
import time

FAULTS = ("451 4.3.0 try later", "421 4.3.2 closing", "hangup", "reset", "half", "garbage")
FAULTS_AT_DOT = FAULTS + ("keep-hangup", "keep-reset")
EXTENSIONS = ("PIPELINING", "SIZE 52428800", "8BITMIME", "SMTPUTF8", "DSN", "ENHANCEDSTATUSCODES")
SILENCE_SECONDS = 3600
MOST_BABBLE = 64 << 20


class Over(Exception):
    """The connection ends here."""


class Conversation(socketserver.BaseRequestHandler):
    def handle(self):
        self.sink = self.server.sink
        self.pending = b""
        self.is_tls = False
        self.login = None
        try:
            if self.sink.implicit_tls:
                self.shake_hands()
            self.step("connect", "220 sink.example ESMTP")
            self.reset()
            while True:
                line = self.read_line().decode("utf-8", "surrogateescape")
                self.sink.note(line)
                verb = line.split(" ", 1)[0].upper()
                getattr(self, "on_" + verb.lower(), self.on_other)(line)
        except (Over, OSError, ssl.SSLError, UnicodeError):
            pass
        self.request.close()  # wrapped in TLS, it isn't the one that the server closes

    # -- bytes

    def read_line(self):
        while b"\r\n" not in self.pending:
            self.fill()
        line, self.pending = self.pending.split(b"\r\n", 1)
        return line

    def fill(self):
        got = self.request.recv(65536)
        if not got:
            raise Over
        self.pending += got

    def send(self, text):
        lines = text.split("\n")
        code = lines[0][:3]
        out = "".join(f"{code}{'-' if i + 1 < len(lines) else ' '}{line[4:] if i == 0 else line}\r\n"
                      for i, line in enumerate(lines))
        self.request.sendall(out.encode("utf-8", "surrogateescape"))

    def step(self, name, good, whom=""):
        """Does what the script says here; True if it was well."""
        what = self.sink.what(name, whom)
        if what == "ok":
            self.send(good)
            return good[0] in "23"
        self.misbehave(what, good)
        return what[0] in "23"

    def misbehave(self, what, good):
        if what == "hangup":
            raise Over
        if what == "reset":
            self.request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.request.close()
            raise Over
        if what == "nothing":
            self.sink.stopping.wait(SILENCE_SECONDS)
            raise Over
        if what == "half":
            self.request.sendall((good[:3] + "-" + good[4:8]).encode())
            raise Over
        if what == "babble":
            line = (good[:3] + "-" + "babble " * 100 + "\r\n").encode() * 50
            for _ in range(MOST_BABBLE // len(line)):
                self.request.sendall(line)
            raise Over
        if what == "garbage":
            self.request.sendall(bytes(range(256)) * 4 + b"\r\n\x00\r\n999 \xff\r\n")
            raise Over
        if what == "slow":
            for byte in (good + "\r\n").encode():
                time.sleep(0.1)
                self.request.sendall(bytes([byte]))
            return
        if not re.match(r"[2-5]\d\d", what):
            raise ValueError(f"no such behaviour: {what}")
        self.send(what if len(what) > 3 else f"{what} {what[0]}.0.0 as scripted")
        if what.startswith("421"):
            raise Over

    # -- commands

    def reset(self):
        self.sender, self.recipients, self.chunks, self.parameters = None, [], b"", ""

    def extensions(self):
        offered = list(self.sink.extensions)
        if self.sink.tls and not self.is_tls:
            offered.append("STARTTLS")
        if self.sink.logins:
            offered.append("AUTH PLAIN LOGIN CRAM-MD5")
        return offered

    def on_ehlo(self, line):
        self.reset()
        self.step(line[:4].lower(), "\n".join(["250 sink.example", *self.extensions()]))

    on_lhlo = on_ehlo

    def on_helo(self, line):
        self.reset()
        self.step("helo", "250 sink.example")

    def on_starttls(self, line):
        if not self.sink.tls or self.is_tls:
            return self.send("502 5.5.1 not here")
        if self.step("starttls", "220 2.0.0 go on"):
            self.shake_hands()

    def shake_hands(self):
        what = self.sink.what("handshake", "")
        if what != "ok":
            self.misbehave(what, "220 no")
            raise Over
        self.pending = b""
        self.request = self.sink.tls.wrap_socket(self.request, server_side=True)
        self.is_tls = True

    def on_auth(self, line):
        words = line.split(" ")
        mechanism = words[1].upper()
        initial = words[2] if len(words) > 2 else None

        def ask(challenge):
            self.send("334 " + base64.b64encode(challenge).decode())
            return base64.b64decode(self.read_line())

        try:
            if mechanism == "PLAIN":
                answer = base64.b64decode(initial) if initial else ask(b"")
                _, user, password = answer.decode().split("\0")
                good = self.sink.logins.get(user) == password
            elif mechanism == "LOGIN":
                user = (base64.b64decode(initial) if initial else ask(b"Username:")).decode()
                good = self.sink.logins.get(user) == ask(b"Password:").decode()
            elif mechanism == "CRAM-MD5":
                challenge = b"<%d@sink.example>" % random.getrandbits(60)
                user, digest = ask(challenge).decode().split(" ")
                key = self.sink.logins.get(user, "").encode()
                good = hmac.new(key, challenge, "md5").hexdigest() == digest
            else:
                return self.send("504 5.5.4 no such mechanism")
        except (ValueError, KeyError):
            return self.send("501 5.5.2 malformed")
        if self.step("auth", "235 2.7.0 welcome" if good else "535 5.7.8 no") and good:
            self.login = user

    def on_mail(self, line):
        if self.sink.logins and not self.login:
            return self.send("530 5.7.0 log in first")
        sender, parameters = self.path(line)
        if self.step("mail", "250 2.1.0 ok", sender):
            self.reset()
            self.sender, self.parameters = sender, parameters

    def on_rcpt(self, line):
        if self.sender is None:
            return self.send("503 5.5.1 MAIL first")
        recipient, parameters = self.path(line)
        if self.step("rcpt", "250 2.1.5 ok", recipient):
            self.recipients.append(recipient)

    @staticmethod
    def path(line):
        inside, _, parameters = line.partition("<")[2].rpartition(">")
        return inside, parameters.strip()

    def on_data(self, line):
        if not self.recipients:
            return self.send("503 5.5.1 RCPT first")
        if not self.step("data", "354 go on"):
            return
        if (what := self.sink.what("body", "")) != "ok":
            while len(self.pending) < 20:
                self.fill()
            self.misbehave(what, "250 x")
            raise Over
        gathered = bytearray(b"\r\n")
        last = 0
        while (end := gathered.find(b"\r\n.\r\n", max(0, len(gathered) - last - 4))) < 0:
            if not self.pending:
                self.fill()
            gathered += self.pending
            last, self.pending = len(self.pending), b""
        self.pending = bytes(gathered[end + 5:])
        text = bytes(gathered[2:end + 2])
        self.end_message(re.sub(rb"(?m)^\.", b"", text))

    def on_bdat(self, line):
        words = line.upper().split(" ")
        size = int(words[1])
        while len(self.pending) < size:
            self.fill()
        chunk, self.pending = self.pending[:size], self.pending[size:]
        if not self.recipients:
            return self.send("503 5.5.1 RCPT first")
        self.chunks += chunk
        if words[-1] == "LAST":
            return self.end_message(self.chunks)
        self.step("bdat", "250 2.0.0 ok")

    def end_message(self, text):
        """The end of a message: one reply, or one a recipient in LMTP."""
        recipients = self.recipients
        each = [[r] for r in recipients] if self.sink.lmtp else [recipients]
        for some in each:
            what = self.sink.what("dot", some[0])
            if what in ("ok", "slow") or what.startswith(("2", "keep-")):
                self.sink.keep(self, some, text)
            if what == "ok":
                self.send("250 2.0.0 kept")
            else:
                self.misbehave(what.removeprefix("keep-"), "250 2.0.0 kept")
        self.reset()

    def on_rset(self, line):
        self.reset()
        self.step("rset", "250 2.0.0 ok")

    def on_noop(self, line):
        self.step("command", "250 2.0.0 ok")

    def on_quit(self, line):
        self.step("quit", "221 2.0.0 bye")
        raise Over

    def on_other(self, line):
        self.step("command", "502 5.5.1 unknown")


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 512


class Sink:
    """behaviour: see above. ledger: a file, kept across restarts. keep: a folder for the messages themselves.

    tls: (certificate, key) files; STARTTLS is offered then. logins: user -> password; AUTH is demanded then.
    """

    def __init__(self, behaviour=None, host="127.0.0.1", port=0, ledger=None, keep=None, tls=None, implicit_tls=False,
                 logins=None, lmtp=False, extensions=EXTENSIONS, chaos=0.0, seed=0):
        self.behaviour = {k: list(v) if isinstance(v, (list, tuple)) else [v] for k, v in (behaviour or {}).items()}
        self.host, self.port = host, port
        self.owns_ledger = ledger is None
        self.ledger = pathlib.Path(ledger or tempfile.mkstemp(prefix="sink-", suffix=".jsonl")[1])
        self.folder = pathlib.Path(keep) if keep else None
        self.tls = None
        if tls:
            self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.tls.load_cert_chain(*tls)
        self.implicit_tls, self.logins, self.lmtp = implicit_tls, logins, lmtp
        self.extensions, self.chaos, self.random = extensions, chaos, random.Random(seed)
        self.lock = threading.Lock()
        self.stopping = threading.Event()
        self.commands = []  # all lines that were heard, of all connections
        self.server = None

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()
        if self.owns_ledger:
            self.ledger.unlink(missing_ok=True)

    def start(self):
        self.stopping.clear()
        self.server = Server((self.host, self.port), Conversation)
        self.server.sink = self
        self.port = self.server.server_address[1]  # the same after a stop and a start
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self):
        self.stopping.set()
        self.server.shutdown()
        self.server.server_close()

    def note(self, line):
        with self.lock:
            self.commands.append(line)

    def what(self, step, whom):
        """What happens at this step, this time."""
        with self.lock:
            for key in ([f"{step} {whom}"] if whom else []) + [step]:
                if key in self.behaviour:
                    todo = self.behaviour[key]
                    return todo.pop(0) if len(todo) > 1 else todo[0]
            if self.random.random() < self.chaos:
                return self.random.choice(FAULTS_AT_DOT if step == "dot" else FAULTS)
        return "ok"

    def keep(self, conversation, recipients, text):
        head, _, body = text.partition(b"\r\n\r\n")
        found = re.search(rb"(?im)^message-id:\s*<([^>\r\n]*)>", head)
        record = {
            "from": conversation.sender, "to": recipients, "parameters": conversation.parameters, "size": len(text),
            "message_id": found.group(1).decode("utf-8", "replace") if found else None,
            "sha256": hashlib.sha256(text).hexdigest(), "body_sha256": hashlib.sha256(body).hexdigest(),
            "tls": conversation.is_tls, "login": conversation.login, "time": time.time(),
        }
        if self.folder:
            path = self.folder / f"{record['sha256']}.eml"
            path.write_bytes(text)
        with self.lock, open(self.ledger, "a") as ledger:
            ledger.write(json.dumps(record) + "\n")
            ledger.flush()
            os.fsync(ledger.fileno())

    def accepted(self):
        """The ledger: one record a kept message (and recipient, in LMTP)."""
        with self.lock:
            return [json.loads(line) for line in self.ledger.read_text().splitlines()]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--ledger", default="sink.jsonl")
    parser.add_argument("--keep", help="a folder for the messages")
    parser.add_argument("--at", action="append", default=[], metavar="STEP=WHAT[,WHAT…]")
    parser.add_argument("--chaos", type=float, default=0.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--lmtp", action="store_true")
    parser.add_argument("--tls", nargs=2, metavar=("CERTIFICATE", "KEY"))
    parser.add_argument("--implicit-tls", action="store_true")
    parser.add_argument("--login", action="append", default=[], metavar="USER:PASSWORD")
    parser.add_argument("--extension", action="append", help="offered by EHLO instead of the usual ones")
    given = parser.parse_args()
    behaviour = {step: what.split(",") for step, _, what in (at.partition("=") for at in given.at)}
    sink = Sink(behaviour, given.host, given.port, given.ledger, given.keep, given.tls, given.implicit_tls,
                dict(login.split(":", 1) for login in given.login) or None, given.lmtp,
                given.extension or EXTENSIONS, given.chaos, given.seed)
    sink.start()
    print(f"listening on {sink.host}:{sink.port}", flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    main()
