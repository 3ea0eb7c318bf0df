"""A throw-away Pillarbox on loopback: own folder, own certificate, free ports. For the demo and the integration tests."""

import os
import pathlib
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import threading

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
DEFAULT_BINARY = ROOT / "build" / "release" / "pillarbox"

CONFIG = """\
hostname mail.example.org
domain example.org
pki mail.example.org cert "{folder}/mail.pem" key "{folder}/mail.key"
table users file:{folder}/users
table aliases file:{folder}/aliases

listen on 127.0.0.1 port {smtp} tls pki mail.example.org
listen on 127.0.0.1 port {submission} submission tls-require pki mail.example.org auth <users>
listen on 127.0.0.1 port {submissions} submissions pki mail.example.org auth <users>
listen on 127.0.0.1 port {imap} imap tls pki mail.example.org auth <users>
listen on 127.0.0.1 port {imaps} imaps pki mail.example.org auth <users>

action "inbox" mailbox userbase <users> virtual <aliases>
action "relay" relay helo mail.example.org

match from any for domain example.org action "inbox"
match from auth for any action "relay"
{extra}
"""
DOORS = ("smtp", "submission", "submissions", "imap", "imaps")
START_SECONDS = 30
STOP_SECONDS = 20


def free_ports(count):
    """Ports that nothing listens on now, all different."""
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [s.getsockname()[1] for s in held]
    for s in held:
        s.close()
    return ports


def make_certificate(folder):
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
         "-subj", "/CN=mail.example.org", "-addext", "subjectAltName=DNS:mail.example.org,DNS:localhost,IP:127.0.0.1",
         "-keyout", folder / "mail.key", "-out", folder / "mail.pem"],
        check=True, capture_output=True)
    (folder / "mail.key").chmod(0o600)


class Server:
    """`with Server(...) as server:` starts it and waits until it says that it is ready; leaves nothing behind.

    users: login -> password. wrap: words before the command (strace …). env: more environment. folder: kept if given.
    """

    def __init__(self, users=None, aliases="", config=CONFIG, extra="", wrap=(), env=None, folder=None, binary=None):
        self.binary = str(binary or os.environ.get("PILLARBOX", DEFAULT_BINARY))
        self.kept = folder is not None
        self.folder = pathlib.Path(folder or tempfile.mkdtemp(prefix="pillarbox-"))
        self.users = {"alice": "wonderland"} if users is None else users
        self.aliases, self.config, self.extra, self.wrap, self.env = aliases, config, extra, list(wrap), env or {}
        self.ports = dict(zip(DOORS, free_ports(len(DOORS))))
        self.process = None
        self.log = []
        self.log_changed = threading.Condition()

    def __enter__(self):
        self.prepare()
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()
        if not self.kept:
            shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def state(self):
        return self.folder / "state"

    def command(self, *words, **options):
        """Runs `pillarbox words…` to its end."""
        return subprocess.run([self.binary, *map(str, words)], capture_output=True, text=True, **options)

    def hash(self, password):
        return self.command("hash", input=password + "\n", check=True).stdout.strip()

    def prepare(self):
        self.folder.mkdir(exist_ok=True)
        if not (self.folder / "mail.key").exists():
            make_certificate(self.folder)
        (self.folder / "users").write_text("".join(f"{u}:{self.hash(p)}\n" for u, p in self.users.items()))
        (self.folder / "users").chmod(0o600)
        (self.folder / "aliases").write_text(self.aliases)
        self.write_config()

    def write_config(self):
        text = self.config.format(folder=self.folder, extra=self.extra, **self.ports)
        (self.folder / "pillarbox.conf").write_text(text)

    def start(self):
        self.log = []
        self.process = subprocess.Popen(
            [*self.wrap, self.binary, "serve", "-d", "-f", self.folder / "pillarbox.conf", "--state", self.state],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, errors="replace",
            env={**os.environ, **self.env})
        threading.Thread(target=self._read_log, args=(self.process, self.log), daemon=True).start()
        self.wait_for_log("ready")

    def _read_log(self, process, log):
        with process.stderr:
            for line in process.stderr:
                with self.log_changed:
                    log.append(line.rstrip("\n"))
                    self.log_changed.notify_all()
        with self.log_changed:
            log.append("[end of log]")
            self.log_changed.notify_all()

    def wait_for_log(self, words, seconds=START_SECONDS):
        """The first line that holds `words`. Fails when the server ends or the time is over."""
        def found():
            return next((line for line in self.log if words in line), None)

        with self.log_changed:
            self.log_changed.wait_for(lambda: found() or "[end of log]" in self.log, timeout=seconds)
            line = found()
        if line is None:
            raise AssertionError(f"the log never said '{words}':\n" + "\n".join(self.log[-30:]))
        return line

    @property
    def pid(self):
        """Of pillarbox itself, also under a wrapper."""
        if not self.wrap:
            return self.process.pid
        children = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return int(children[0])

    def stop(self):
        """Asks it to end and waits. Returns the exit code."""
        if self.process is None or self.process.poll() is not None:
            return self.process.returncode if self.process else None
        try:
            os.kill(self.pid, signal.SIGTERM)
            return self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError("the server didn't stop:\n" + "\n".join(self.log[-30:])) from None

    def kill(self):
        os.kill(self.pid, signal.SIGKILL)
        self.process.wait()

    def tls(self):
        """A client's context that trusts this server only."""
        return ssl.create_default_context(cafile=str(self.folder / "mail.pem"))
