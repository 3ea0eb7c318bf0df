"""Pillarbox as the bench runs it: one port for each door, passwords in clear allowed on loopback."""

import os
import subprocess

from . import site
from .machine import SERVER_CORE, pinned
from .server import STOP_SECONDS, Server

CONFIG = """\
domain example.org
pki mail.example.org cert "{folder}/mail.pem" key "{folder}/mail.key"
table users file:{folder}/users

listen on 127.0.0.1 port {smtp} hostname mail.example.org
listen on 127.0.0.1 port {imap} imap no-tls auth <users>
listen on 127.0.0.1 port {imaps} imaps pki mail.example.org auth <users>

action "inbox" mailbox userbase <users>
match from any for domain example.org action "inbox"
"""


class Pillarbox(Server):
    name, title = "pillarbox", "Pillarbox"
    smtp_port, imap_port, imaps_port = 21225, 21243, 21293
    delivers_before_reply = True
    fill_connections = 10

    def __init__(self, disk, binary):
        super().__init__(disk)
        self.binary = binary
        self.process = None

    def launch(self):
        etc = self.disk / self.name / "etc"
        if not (etc / "mail.pem").exists():
            site.make_certificate(etc / "mail.pem", etc / "mail.key")
            (etc / "users").write_text("".join(f"{user}:{password}\n" for user, password in site.users()))
            (etc / "users").chmod(0o600)
        (etc / "pillarbox.conf").write_text(
            CONFIG.format(folder=etc, smtp=self.smtp_port, imap=self.imap_port, imaps=self.imaps_port))
        (self.folder / "log").mkdir(exist_ok=True)
        with open(self.folder / "log/pillarbox.log", "w") as log:
            self.process = subprocess.Popen(
                pinned(SERVER_CORE, [self.binary, "serve", "-d", "-f", etc / "pillarbox.conf",
                                     "--state", self.folder / "state"]),
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, preexec_fn=self.group.enter,
                env={**os.environ, "TZ": "UTC"})
        self.group.root_pid = self.process.pid

    def running(self):
        return self.process and self.process.poll() is None

    def halt(self):
        if not self.process:
            return
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None
