"""Runs pillarbox-load on its own core and returns what it found."""

import contextlib
import json
import subprocess

from . import site
from .machine import LOAD_CORE, Group, pinned


class Load:
    def __init__(self, binary):
        self.binary = binary
        self.group = None

    def __enter__(self):
        self.group = Group("load")
        return self

    def __exit__(self, *_):
        self.group.close()

    def command(self, mode, port, options):
        words = [self.binary, mode, "--port", port, "--domain", site.DOMAIN, "--password", site.PASSWORD]
        for name, value in options.items():
            if value is False:
                continue
            words.append("--" + name.replace("_", "-"))
            if value is not True:
                words.append(value)
        return pinned(LOAD_CORE, words)

    def run(self, mode, port, **options):
        """The result line. Raises RuntimeError if the server refused anything or time ran out."""
        done = subprocess.run(self.command(mode, port, options), capture_output=True, text=True, check=False,
                              preexec_fn=self.group.enter)
        if done.returncode != 0:
            raise RuntimeError(f"pillarbox-load {mode}: {done.stdout.strip()} {done.stderr.strip()}")
        return json.loads(done.stdout)

    @contextlib.contextmanager
    def holding(self, port, **options):
        """Sessions in IDLE for as long as the block lasts."""
        process = subprocess.Popen(self.command("imap-idle", port, options), stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, text=True, preexec_fn=self.group.enter)
        try:
            event = json.loads(process.stdout.readline() or '{"event": "died"}')
            if event["event"] != "holding":
                raise RuntimeError(f"pillarbox-load imap-idle: {event}")
            yield event
            process.stdin.close()
            event = json.loads(process.stdout.readline())
            if event["event"] != "done":
                raise RuntimeError(f"pillarbox-load imap-idle: {event}")
        finally:
            process.kill()
            process.wait()
            process.stdout.close()
