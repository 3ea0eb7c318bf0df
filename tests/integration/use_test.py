"""Use as people make of it: two of them send, read, answer, flag, move, delete and search with swaks, msmtp, s-nail,
curl, mutt and a desktop program that stays in IDLE, while mbsync keeps a Maildir for each, changed from both sides.

After every round three views are held against what should be: IMAP on a fresh connection, the Maildir, and what the
program in IDLE was told. Now and then the server is stopped or killed in between. At the end its store is whole, its
memory has not grown, no descriptor leaked, and its log has no error.

Short form by default; `--long` is ./dev test use: USE_MINUTES (60), the first third with restarts, then without, so
that what grows is seen. Choices come from USE_SEED, which is printed.
"""

import collections
import concurrent.futures
import os
import pathlib
import random
import sys
import tempfile
import time
import unittest

from throwaway import Server
from use.desk import Desk
from use.desktop import DesktopActs
from use.model import SYNCED_FLAGS, Account, ImapReader, MaildirReader, differences, expect, unwire
from use.mutt import MuttActs
from use.watcher import Watcher

LONG = "--long" in sys.argv
ROUNDS = int(os.environ.get("USE_ROUNDS", "4"))
MINUTES = float(os.environ.get("USE_MINUTES", "60"))
SEED = int(os.environ.get("USE_SEED") or (time.time_ns() % 1_000_000 if LONG else 1))
WATCH_SECONDS = 120
NEWCOMERS = {f"u{n:02}": "lewis" for n in range(12)}  # who only get mail that goes to many
# Between rounds people read: a round of the long form begins when the programs in IDLE heard that the server is there.
SETTINGS = "imap idle-notice 25s\nstore segment-size 16M\n"
MEMORY_GROWTH = 48 << 20


class Person(MuttActs, DesktopActs):
    """Works now with one, now with the other."""


class Use(unittest.TestCase):
    def setUp(self):
        self.random = random.Random(SEED)
        self.home = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="pillarbox-use-")))
        self.server = self.enterContext(Server(
            users={"alice": "wonderland", "bob": "builder", **NEWCOMERS}, extra=SETTINGS,
            aliases="info@example.org: alice\nboth@example.org: alice, bob\nall@example.org: alice, bob, " +
                    ", ".join(NEWCOMERS) + "\n"))
        letters = {}
        self.accounts = [Account(name, self.server.users[name], letters) for name in ("alice", "bob")]
        self.acts = {a.name: Person(self.server, self.home / a.name, a, self.accounts, self.random, SEED)
                     for a in self.accounts}
        self.imap = {a.name: ImapReader() for a in self.accounts}
        name_of = str if Desk.maildir_has_plain_names() else unwire
        self.maildir = {a.name: MaildirReader(self.acts[a.name].desk.maildir, name_of) for a in self.accounts}
        self.watchers, self.uids = {}, {}
        self.memory, self.complaints = [], []
        self.to_newcomers = 0  # letters that each of them must have

    def test_use(self):
        print(f"seed {SEED}", flush=True)
        began = time.monotonic()
        self.watch()
        for account in self.accounts:
            self.acts[account.name].desk.mbsync()
        self.compare("at first")
        number = 0
        while (time.monotonic() - began < MINUTES * 60) if LONG else number < ROUNDS:
            number += 1
            self.round(number)
            self.compare(f"round {number}")
            self.wait_for_sockets(number)
            self.memory.append(self.resident())
            if LONG:
                print(f"{(time.monotonic() - began) / 60:5.1f} min, round {number}: {self.counted()}, "
                      f"{self.memory[-1] >> 20} MiB, slowest program {self.slowest()}", flush=True)
                self.read_for_a_while()
            if self.restart_is_due(number, (time.monotonic() - began) / (MINUTES * 60)):
                self.restart(self.random.choice(("stop", "kill")), number)
        self.finish(number)

    # --- a round ------------------------------------------------------------------------------------------------------

    def round(self, number):
        """Some change folders; then all at once: mail comes and goes, mutt and the desktop work, mbsync syncs what was
        changed in the Maildirs. Who changes which letter is decided before, so that one outcome is right."""
        for acts in self.acts.values():
            acts.change_folders()
        self.sync("after the folders changed")
        for account in self.accounts:
            self.look(account, f"folders of round {number}")
        mutt, desktop = self.random.sample(list(self.acts.values()), 2)
        folder = mutt.folder_to_read()
        mutt.share_out(read_by_mutt=folder)
        desktop.share_out()
        work = []
        for acts in (mutt, desktop):
            acts.change_maildir(self.maildir[acts.account.name])
            work.append(acts.desk.mbsync)
        work += mutt.plan_mutt(folder) + desktop.plan_desktop(self.uids[desktop.account.name]) + desktop.plan_sending() + \
            mutt.plan_sending() + desktop.plan_strangers()
        with concurrent.futures.ThreadPoolExecutor(len(work)) as together:
            for done in [together.submit(act) for act in work]:
                done.result()
        for acts in (mutt, desktop):
            self.to_newcomers += acts.take_effects()
        for account in self.accounts:
            self.assertTrue(self.watchers[account.name].wait_for(lambda: self.watched_count(account)),
                            f"round {number}, seed {SEED}: {account.name}'s program in IDLE heard of "
                            f"{len(self.watchers[account.name].messages)} messages, not of "
                            f"{len(account.folders['INBOX'])}; {self.watchers[account.name].ended}")
        self.sync("at the end of the round")

    def watched_count(self, account):
        return len(self.watchers[account.name].messages) >= len(account.folders["INBOX"])

    def sync(self, when):
        with concurrent.futures.ThreadPoolExecutor(2) as together:
            said = list(together.map(lambda acts: acts.desk.mbsync(), self.acts.values()))
        for words in said:
            self.assertNotRegex(words, r"(?i)\b(error|warning)\b", f"mbsync {when}, seed {SEED}")

    # --- what must be so after it -------------------------------------------------------------------------------------

    def look(self, account, when):
        """Holds IMAP and the Maildir against the model, and tries what SEARCH finds. Gives what IMAP showed."""
        name, reader = account.name, self.imap[account.name]
        with self.acts[name].login() as session:
            found = reader.read(session)
            wrong = differences(account, found) + reader.failures
            self.assertEqual([], wrong, f"{name} over IMAP, {when}, seed {SEED}\n{self.acts[name].desk.last_mutt()}")
            self.acts[name].check_searches(session, found)
        near = self.maildir[name].read()
        self.assertEqual([], differences(account, near, synced), f"{name}'s Maildir, {when}, seed {SEED}")
        self.uids[name] = {(folder, c.letter.id): c.uid for folder, copies in found.items() for c in copies}
        return found

    def compare(self, when):
        for account in self.accounts:
            name, watcher = account.name, self.watchers[account.name]
            shown = {copy.uid: copy.flags for copy in self.look(account, when)["INBOX"]}
            self.assertTrue(watcher.wait_for(lambda: watcher.view() == shown, WATCH_SECONDS),
                            f"{name}'s program in IDLE was told {watcher.view()}, {when} there is {shown}; "
                            f"{watcher.ended}, seed {SEED}")

    def sockets(self):
        links = [os.readlink(f) for f in self.descriptors()]
        return sum(link.startswith("socket:") for link in links)

    def descriptors(self):
        return list(pathlib.Path(f"/proc/{self.server.pid}/fd").iterdir())

    def wait_for_sockets(self, number):
        """The sessions of the round are over for their clients; the server closes its ends on its own time."""
        wanted = self.own_sockets + len(self.watchers)
        end = time.monotonic() + 20
        while (now := self.sockets()) != wanted:
            self.assertLess(time.monotonic(), end, f"round {number}, seed {SEED}: {now} sockets are open, not {wanted}")
            time.sleep(0.05)  # there is no event to wait for: another program closes them

    def resident(self):
        pages = int(pathlib.Path(f"/proc/{self.server.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGESIZE")

    # --- between rounds -----------------------------------------------------------------------------------------------

    def watch(self):
        self.own_sockets = self.sockets()
        self.watchers = {a.name: Watcher(self.server, a.name, a.password) for a in self.accounts}

    def leave(self):
        for watcher in self.watchers.values():
            watcher.leave()

    def restart_is_due(self, number, share):
        if LONG:
            return share < 1 / 3 and self.random.random() < 0.25
        return number in (2, 3)

    def restart(self, how, number):
        """Stopped in peace or killed: all is there, once. Everything is read anew."""
        self.look_at_log()
        if how == "stop":
            self.assertEqual(0, self.server.stop())
        else:
            self.server.kill()
        for watcher in self.watchers.values():
            self.assertTrue(watcher.wait_for(lambda: watcher.ended))
            watcher.leave()
        self.memory.clear()
        self.server.start()
        self.watch()
        for reader in self.imap.values():
            reader.forget()
        self.compare(f"after {how} in round {number}")

    def read_for_a_while(self):
        for watcher in self.watchers.values():
            heard = watcher.notices
            self.assertTrue(watcher.wait_for(lambda: watcher.notices > heard), f"no notice in IDLE: {watcher.ended}")

    def look_at_log(self):
        self.complaints += [line for line in self.server.log if " error " in line or " warning " in line]

    def done(self):
        return sum((acts.done for acts in self.acts.values()), collections.Counter())

    def counted(self):
        kept = sum(a.count() for a in self.accounts)
        return f"{self.done().total()} acts, {len(self.accounts[0].letters)} letters, {kept} copies kept"

    def slowest(self):
        return max(acts.desk.slowest for acts in self.acts.values())

    def finish(self, number):
        self.leave()
        self.sync("at the very end")
        self.look_for_newcomers_mail()
        descriptors = len(self.descriptors())
        self.look_at_log()
        self.assertEqual(0, self.server.stop())
        doctor = self.server.command("doctor", "--state", self.server.state)
        self.assertEqual(0, doctor.returncode, doctor.stdout + doctor.stderr)
        self.assertEqual([], self.complaints)
        self.assertLess(descriptors, 100)
        # What a server that has done all of it once keeps, it keeps; then it grows no more.
        settled = self.memory[len(self.memory) // 4:]
        self.assertLess(settled[-1] - settled[0], MEMORY_GROWTH, f"resident memory by round: {self.memory}")
        cpu = os.times()
        print(f"{number} rounds, {self.counted()}; resident {settled[0] >> 20} -> {settled[-1] >> 20} MiB; "
              f"{cpu.user + cpu.system + cpu.children_user + cpu.children_system:.0f} s of CPU in all, "
              f"slowest program {self.slowest()}\n" +
              ", ".join(f"{what} {times}" for what, times in sorted(self.done().items())), flush=True)

    def look_for_newcomers_mail(self):
        for name, password in NEWCOMERS.items():
            with self.acts["alice"].login(name, password) as session:
                self.assertEqual(self.to_newcomers, int(expect(session.select())[0]), name)


def synced(flags):
    return set(flags) & SYNCED_FLAGS


if __name__ == "__main__":
    sys.argv = [a for a in sys.argv if a != "--long"]
    unittest.main(verbosity=2)
