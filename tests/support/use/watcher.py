"""A mail program that keeps INBOX open in IDLE and knows of it only what it was told."""

import os
import re
import select
import socket
import threading

SECONDS = 120


class Watcher(threading.Thread):
    """Connects when it is made. `view()` is uid -> flags as the program would show them; `wait_for()` waits until
    something is so, without asking the server. Ends with the connection; `ended` then says why."""

    def __init__(self, server, user, password):
        super().__init__(daemon=True)
        self.user = user
        plain = socket.create_connection(("127.0.0.1", server.ports["imaps"]), SECONDS)
        self.socket = server.tls().wrap_socket(plain, server_hostname="localhost")
        self.buffer = b""
        self.messages = []  # [uid, flags] by sequence number; None where it isn't known yet
        self.notices = 0    # "Still here"
        self.ended = None
        self.changed = threading.Condition()
        self.wake_read, self.wake_write = os.pipe()
        self.tag = 0
        self.line()
        self.command(f'LOGIN {user} "{password}"')
        self.command("SELECT INBOX")
        self.learn(1)
        self.start()

    def run(self):
        try:
            while not self.ended:
                self.idle()
        except (OSError, EOFError) as error:
            self.ended = self.ended or f"{type(error).__name__}: {error}"
        self.socket.close()
        os.close(self.wake_read)
        with self.changed:
            self.changed.notify_all()

    def idle(self):
        """Until something came that must be asked about, or leave() was called."""
        self.socket.sendall(b"idle IDLE\r\n")
        while not (line := self.line()).startswith(b"+"):
            self.take(line)
        while None not in self.messages:
            if not self.has_line():
                ready, _, _ = select.select([self.socket, self.wake_read], [], [])
                if self.wake_read in ready:
                    self.ended = "left"
                    break
            self.take(self.line())
        self.socket.sendall(b"DONE\r\n")
        self.until(b"idle")
        if self.ended:
            self.command("LOGOUT")
        elif None in self.messages:
            self.learn(self.messages.index(None) + 1)

    def learn(self, first):
        if len(self.messages) >= first:
            self.command(f"FETCH {first}:* (UID FLAGS)")

    def command(self, words):
        self.tag += 1
        self.socket.sendall(f"t{self.tag} {words}\r\n".encode())
        self.until(f"t{self.tag}".encode())

    def until(self, tag):
        while True:
            line = self.line()
            if line.startswith(tag + b" "):
                if not line.startswith(tag + b" OK"):
                    raise EOFError(line.decode(errors="replace"))
                return
            self.take(line)

    def take(self, line):
        with self.changed:
            if found := re.match(rb"\* (\d+) EXISTS", line):
                self.messages += [None] * (int(found.group(1)) - len(self.messages))
            elif found := re.match(rb"\* (\d+) EXPUNGE", line):
                del self.messages[int(found.group(1)) - 1]
            elif found := re.match(rb"\* (\d+) FETCH (.*)$", line):
                self.take_fetch(int(found.group(1)) - 1, found.group(2))
            elif line.startswith(b"* OK Still here"):
                self.notices += 1
            elif line.startswith(b"* BYE") and not self.ended:
                self.ended = line.decode(errors="replace")
            self.changed.notify_all()

    def take_fetch(self, index, items):
        flags = re.search(rb"FLAGS \(([^)]*)\)", items)
        uid = re.search(rb"UID (\d+)", items)
        if uid and flags:
            self.messages[index] = [int(uid.group(1)), flags.group(1)]
        elif flags and self.messages[index]:
            self.messages[index][1] = flags.group(1)

    def view(self):
        if None in self.messages:
            return None
        return {uid: set(flags.decode().split()) - {r"\Recent"} for uid, flags in self.messages}

    def wait_for(self, what, seconds=SECONDS):
        """Whether `what()` became true in time. It is asked after each thing that the server says."""
        with self.changed:
            self.changed.wait_for(lambda: what() or self.ended, timeout=seconds)
            return what()

    def leave(self):
        if not self.ended:
            os.write(self.wake_write, b".")
        self.join(SECONDS)
        os.close(self.wake_write)

    def has_line(self):
        return b"\r\n" in self.buffer or self.socket.pending() > 0

    def line(self):
        while b"\r\n" not in self.buffer:
            got = self.socket.recv(65536)
            if not got:
                raise EOFError(f"the connection of {self.user} was closed")
            self.buffer += got
        line, self.buffer = self.buffer.split(b"\r\n", 1)
        return line
