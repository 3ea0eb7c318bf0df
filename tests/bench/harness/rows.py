"""The rows of the table: what is done to each server, and what counts as reached.

A row measures one or more figures of one server in one round; figures with a goal say how ours must stand to the peer
that the goal names.
"""

import dataclasses
import time

from . import site

EACH = 100       # messages in each user's INBOX for the rows on small mailboxes
LOGIN_USERS = site.SLOW_USERS
STORE_CLIENTS = 10
SOURCES = 50     # loopback addresses that clients come from where one has too few ports, or sessions (50)


@dataclasses.dataclass
class Sizes:
    """How much is done; --quick does less."""

    seconds: float = 6
    big: int = 100_000
    fetches: int = 7
    selects: int = 200
    idle_ours: int = 2000
    idle_peers: int = 400


QUICK = Sizes(seconds=2, big=10_000, fetches=3, selects=50, idle_ours=500, idle_peers=100)


@dataclasses.dataclass
class Figure:
    title: str
    unit: str
    decimals: int = 0
    better: str = "more"             # or "less"
    goal: str = ""                   # as the table says it
    against: str = ""                # the peer whose figure the goal is measured by; none: an absolute goal
    factor: float = 0                # ours / theirs must be at least this (better: more) or at most this (less)
    most: float = 0                  # or: ours must be at most this


# name of a figure -> what it is
FIGURES = {
    "smtp-4k": Figure("SMTP to mailbox, 4 KiB, 20 connections", "messages/s", goal="≥ 20 ×", against="postfix",
                      factor=20),
    "smtp-4k-cpu": Figure("… CPU per 1,000 messages", "s", 3, "less", goal="≤ 1/20", against="postfix", factor=1 / 20),
    "smtp-64k": Figure("SMTP to mailbox, 64 KiB, 20 connections", "messages/s", goal="≥ 20 ×", against="postfix",
                       factor=20),
    "smtp-64k-cpu": Figure("… CPU per 1,000 messages", "s", 3, "less", goal="≤ 1/20", against="postfix",
                           factor=1 / 20),
    "login": Figure("IMAP login, SELECT, FETCH FLAGS of 100, logout", "cycles/s", goal="ahead",
                    against="dovecot-tuned", factor=1),
    "login-slow": Figure("… with $6$ password hashes", "cycles/s", goal="ahead", against="dovecot-tuned", factor=1),
    "fetch-flags": Figure("FETCH 1:* (FLAGS) of {big}", "messages/s", goal="ahead", against="dovecot-tuned", factor=1),
    "fetch-envelope": Figure("FETCH 1:* (ENVELOPE BODYSTRUCTURE) of {big}, cached", "messages/s", goal="ahead",
                             against="dovecot-tuned", factor=1),
    "fetch-envelope-first": Figure("… the first time", "messages/s"),
    "store": Figure("STORE ±FLAGS, 10 clients, a mailbox each", "commands/s", goal="ahead", against="dovecot-tuned",
                    factor=1),
    "store-shared": Figure("STORE ±FLAGS, 10 clients in one mailbox", "commands/s", goal="ahead",
                           against="dovecot-tuned", factor=1),
    "select": Figure("SELECT of {big}, 99th percentile", "ms", 2, "less", goal="< 5 ms", most=5),
    "select-first": Figure("… the first after a start", "ms", 2, "less"),
    "idle": Figure("an idle IMAP connection", "KiB", 1, "less", goal="ahead", against="dovecot-tuned", factor=1),
    "idle-tls": Figure("an idle IMAPS connection in IDLE", "KiB", 1, "less", goal="≤ 20 KiB", most=20),
    "commit-16": Figure("store commit, 4 KiB, 16 producers, a thread each", "messages/s", goal="≥ 70 %",
                        against="raw-log", factor=0.7),
    "commit-64": Figure("store commit, 4 KiB, 64 producers, a thread each", "messages/s", goal="≥ 70 %",
                        against="raw-log", factor=0.7),
    "commit-16-loop": Figure("store commit, 4 KiB, 16 producers in one event loop", "messages/s", against="raw-log"),
    "commit-64-loop": Figure("store commit, 4 KiB, 64 producers in one event loop", "messages/s", against="raw-log"),
}


class Rows:
    """Each method is a row: measures one running server and returns {figure: value}."""

    def __init__(self, load, sizes):
        self.load = load
        self.sizes = sizes
        self.fetched_before = set()

    # Row -> (method, servers, the state that it runs on). A state named "fresh" is forgotten after each run.
    def table(self):
        smtp, imap = ("pillarbox", "postfix"), ("pillarbox", "dovecot", "dovecot-tuned")
        return {
            "smtp-4k": (lambda s: self.smtp(s, 4096), smtp, "fresh"),
            "smtp-64k": (lambda s: self.smtp(s, 65536), smtp, "fresh"),
            "login": (lambda s: self.login(s, "login", "u"), imap, "imap"),
            "login-slow": (lambda s: self.login(s, "login-slow", "s"), imap, "imap"),
            "fetch": (self.fetch, imap, "imap"),
            "store": (self.store, imap, "imap"),
            "select": (self.select, imap, "imap"),
            "idle": (lambda s: self.idle(s, "idle"), imap, "imap"),
            "idle-tls": (lambda s: self.idle(s, "idle-tls"), imap, "imap"),
        }

    def fill(self, server):
        """The mailboxes of the IMAP rows, once for each server: small INBOXes, and one big mailbox."""
        for prefix in ("u", "s"):
            self.load.run("imap-append", server.imap_port, count=EACH * LOGIN_USERS, prefix=prefix, users=LOGIN_USERS,
                          connections=LOGIN_USERS, batch=EACH, size=2048)
        server.create(site.user(0), "Big")
        server.create(site.user(0), "Shared")
        for mailbox, count in (("Shared", EACH * STORE_CLIENTS), ("Big", self.sizes.big)):
            self.load.run("imap-append", server.imap_port, count=count, mailbox=mailbox, size=2048, limit=600,
                          connections=server.fill_connections, batch=500 // server.fill_connections)

    def smtp(self, server, size):
        options = {"size": size, "users": site.SMTP_USERS, "connections": 20}
        warm = self.load.run("smtp", server.smtp_port, count=200, **options)["acknowledged"]
        server.wait_until_delivered(warm)
        cpu, began = server.group.cpu_seconds(), time.monotonic()
        result = self.load.run("smtp", server.smtp_port, seconds=self.sizes.seconds, **options)
        server.wait_until_delivered(warm + result["acknowledged"])
        seconds = result["seconds"] if server.delivers_before_reply else time.monotonic() - began
        cpu = server.group.cpu_seconds() - cpu
        arrived = server.delivered()
        if arrived != warm + result["acknowledged"]:
            raise RuntimeError(f"{server.title}: {arrived} messages in mailboxes, "
                               f"{warm + result['acknowledged']} acknowledged")
        row = f"smtp-{size >> 10}k"
        return {row: result["acknowledged"] / seconds, f"{row}-cpu": 1000 * cpu / result["acknowledged"]}

    def login(self, server, row, prefix):
        result = self.load.run("imap-login", server.imap_port, seconds=self.sizes.seconds, connections=10,
                               prefix=prefix, users=LOGIN_USERS, sources=SOURCES)
        if result["flags_seen"] != EACH * result["cycles"]:
            raise RuntimeError(f"{server.title}: {result['flags_seen']} flags in {result['cycles']} cycles")
        return {row: result["per_second"]}

    def fetch(self, server):
        def of(items):
            result = self.load.run("imap-fetch", server.imap_port, mailbox="Big", items=items,
                                   count=self.sizes.fetches, limit=600)
            if result["messages"] != self.sizes.big:
                raise RuntimeError(f"{server.title}: FETCH 1:* gave {result['messages']} messages")
            return result

        flags, envelope = of("(FLAGS)"), of("(ENVELOPE BODYSTRUCTURE)")
        figures = {"fetch-flags": flags["per_second"], "fetch-envelope": envelope["per_second"]}
        if server not in self.fetched_before:
            self.fetched_before.add(server)
            figures["fetch-envelope-first"] = self.sizes.big / envelope["first_seconds"]
        return figures

    def store(self, server):
        own = self.load.run("imap-store", server.imap_port, connections=STORE_CLIENTS, users=STORE_CLIENTS,
                            seconds=self.sizes.seconds)
        shared = self.load.run("imap-store", server.imap_port, connections=STORE_CLIENTS, mailbox="Shared",
                               seconds=self.sizes.seconds)
        return {"store": own["per_second"], "store-shared": shared["per_second"]}

    def select(self, server):
        result = self.load.run("imap-select", server.imap_port, mailbox="Big", count=self.sizes.selects)
        if result["messages"] != self.sizes.big:
            raise RuntimeError(f"{server.title}: SELECT told of {result['messages']} messages")
        return {"select": result["p99_us"] / 1000, "select-first": result["first_us"] / 1000}

    def idle(self, server, row):
        secure = row == "idle-tls"
        port = server.imaps_port if secure else server.imap_port
        ours = server.name == "pillarbox"
        count = min(self.sizes.idle_ours if ours else self.sizes.idle_peers, server.most_sessions)
        options = {"users": site.USERS, "sources": SOURCES, "tls": secure}
        with self.load.holding(port, connections=16, **options):
            pass  # what is only once, such as code pages and caches, belongs to no connection
        time.sleep(1)
        before = server.group.memory_bytes()
        with self.load.holding(port, connections=count, **options):
            time.sleep(1)
            after = server.group.memory_bytes()
        return {row: (after - before) / count / 1024}
