"""What one person does with mail in a round, planned with what must come of it.

plan_…() give functions to run side by side; take_effects() then brings the model up to date. Which program may touch
which letter in a round is drawn before (share_out), so that there is one right outcome whatever happens first.
"""

import collections
import email.message
import email.policy
import email.utils
import imaplib
import shutil

from use.desk import Desk
from use.model import MAILDIR_FLAGS, STANDARD_FOLDERS, VOCABULARY, expect, quoted, read_letter

SECONDS = 120
FOLDER_NAMES = ("Reisen", "Verträge", "Häuser & Gärten", "Списки", "Lists/dev", "Lists/café", "tax", "日記", "a.b")
FLAGS = (r"\Seen", r"\Flagged", r"\Answered")
KEYWORDS = ("$Label1", "$Forwarded", "NonJunk")
FULL = 60  # so many copies make people tidy up


class Acts:
    def __init__(self, server, home, account, accounts, random, seed):
        self.server, self.account, self.random, self.seed = server, account, random, seed
        self.other, = (a for a in accounts if a is not account)
        self.people = {a.name: a for a in accounts}
        self.desk = Desk(server, home, account.name, account.password)
        self.near, self.free = [], []  # (folder, id) that this round may change in the Maildir, over IMAP
        self.claimed = set()           # (folder, id) that come to be in this round
        self.effects = []
        self.newcomers_mail = 0
        self.numbered = 0
        self.done = collections.Counter()

    def login(self, name=None, password=None):
        session = imaplib.IMAP4_SSL("localhost", self.server.ports["imaps"], ssl_context=self.server.tls(),
                                    timeout=SECONDS)
        session.login(name or self.account.name, password or self.account.password)
        return session

    def share_out(self, read_by_mutt=None):
        """`read_by_mutt`: a folder where only mutt may change flags. It takes the flags of any message that the server
        tells of while it fetches one for those of the one (2.2.12)."""
        self.near, self.free, self.claimed = [], [], set()
        for folder, letters in self.account.folders.items():
            for id_ in letters:
                shares = (self.near, self.free, self.free, []) if folder != read_by_mutt else (self.free, self.free, [])
                self.random.choice(shares).append((folder, id_))

    def take_effects(self):
        for effect in self.effects:
            effect()
        self.effects.clear()
        to_newcomers, self.newcomers_mail = self.newcomers_mail, 0
        return to_newcomers

    def later(self, what, effect):
        self.done[what] += 1
        self.effects.append(effect)

    def pick(self, share, most, folder=None):
        """Up to so many of the share, which are then out of it."""
        there = [pair for pair in share if folder in (None, pair[0])]
        taken = self.random.sample(there, min(len(there), self.random.randint(0, most)))
        for pair in taken:
            share.remove(pair)
        return taken

    def target(self, folder, id_, suits=lambda name: True):
        """Another folder that hasn't got the letter."""
        names = [n for n, held in self.account.folders.items()
                 if n != folder and id_ not in held and (n, id_) not in self.claimed and suits(n)]
        if not names:
            return None
        name = self.random.choice(sorted(names))
        self.claimed.add((name, id_))
        return name

    # --- letters ------------------------------------------------------------------------------------------------------

    def subject(self):
        self.numbered += 1
        return f"{self.account.name}{self.numbered}z {self.random.choice(VOCABULARY)}"

    def text(self):
        own = f"w{self.numbered}x{self.random.getrandbits(32):08x}"
        lines = [" ".join(self.random.choices(VOCABULARY, k=3)) for _ in range(self.random.randint(1, 40))]
        return "\n".join([f"{own} {self.account.name}", *lines, "Grüße", ".", "..two dots", "From here on", ""])

    def write(self, sender, recipients, dots=True):
        """A letter as programs make them: encodings, attachments, sizes."""
        message = email.message.EmailMessage(policy=email.policy.SMTP)
        message["Message-ID"] = f"<{self.account.name}{self.numbered + 1}z.{self.seed}@use.example>"
        message["From"] = sender
        message["To"] = ", ".join(recipients)
        message["Date"] = email.utils.format_datetime(email.utils.localtime())
        message["Subject"] = self.subject()
        text = self.text() if dots else self.text().replace("\n.\n..two", "\ntwo")
        message.set_content(text, charset="utf-8", cte=self.random.choice(("8bit", "base64", "quoted-printable")))
        if self.random.random() < 0.3:
            message.add_alternative(f"<p>{text}</p>\n", subtype="html", cte="quoted-printable")
        if self.random.random() < 0.4:
            size = self.random.choice((100, 5_000, 60_000, 60_000, 400_000, 3_000_000))
            message.add_attachment(self.random.randbytes(size), maintype="application", subtype="pdf",
                                   filename="Überblick.pdf")
        return message.as_bytes()

    def delivered(self, letter, recipients):
        """To the INBOX of each whom the addresses mean."""
        for person in {name for address in recipients for name in self.meant_by(address)}:
            self.people[person].put("INBOX", letter)

    def meant_by(self, address):
        local = address.split("@")[0].split("+")[0].lower()
        if local == "all":
            self.newcomers_mail += 1
        return {"info": ("alice",), "both": ("alice", "bob"), "all": ("alice", "bob")}.get(local, (local,))

    def plan_strangers(self):
        """A foreign server brings mail to port 25, to one or to many."""
        recipients = self.random.choice((["alice@example.org"], ["Bob@EXAMPLE.org"], ["bob+list@example.org"],
                                         ["info@example.org"], ["both@example.org"], ["all@example.org"],
                                         ["alice+x@example.org", "bob@example.org"]))
        raw = self.write("Zoë <zoe@elsewhere.example>", recipients, dots=False)
        file = self.desk.home / "letter"
        file.write_bytes(raw.replace(b"\r\n", b"\n"))
        self.later("swaks", lambda: self.delivered(read_letter(raw), recipients))
        return [lambda: self.desk.run("swaks", "--server", "127.0.0.1", "--port", self.server.ports["smtp"], "--tls",
                                      "--from", "zoe@elsewhere.example", "--to", ",".join(recipients), "--helo",
                                      "mx.elsewhere.example", "--data", f"@{file}")]

    def plan_sending(self):
        recipients = self.random.choice(([self.other.address], [self.other.address, self.account.address],
                                         [f"{self.other.name}+work@example.org"]))
        if self.random.random() < 0.6:
            raw = self.write(f"{self.account.name} <{self.account.address}>", recipients)
            self.later("msmtp", lambda: self.delivered(read_letter(raw), recipients))
            return [lambda: self.desk.msmtp(raw, recipients)]
        subject, text, sent = self.subject(), self.text(), []
        attached = [self.server.folder / "mail.pem"] * self.random.randint(0, 2)
        self.later("s-nail", lambda: self.delivered(sent[0], recipients))
        return [lambda: sent.append(self.desk.s_nail(subject, text, recipients, attached))]

    # --- the Maildir, changed behind everybody's back -----------------------------------------------------------------

    def change_maildir(self, reader):
        for folder, id_ in self.pick(self.near, 4):
            path = reader.files[folder, id_]
            base, _, flags = path.name.partition(":2,")
            if self.random.random() < (0.5 if self.account.count() > FULL else 0.2):
                path.unlink()
                self.later("delete in Maildir", lambda f=folder, i=id_: self.account.folders[f].pop(i))
                continue
            flag = self.random.choice("FRS")
            flags = set(flags) ^ {flag}
            path.rename(path.parent.parent / "cur" / f"{base}:2,{''.join(sorted(flags))}")
            changed = {MAILDIR_FLAGS[flag]}
            self.later("flag in Maildir", lambda f=folder, i=id_, c=changed:
                       self.account.folders[f][i].symmetric_difference_update(c))
        if self.random.random() < 0.5:
            folder = self.random.choice(sorted(self.account.folders))
            raw = self.write(self.account.address, [self.account.address])
            flags = self.random.choice(("", "S", "FS"))
            name = f"{self.numbered}.{self.account.name}.near:2,{flags}"
            (self.desk.folder(folder) / "cur" / name).write_bytes(raw.replace(b"\r\n", b"\n"))
            known_as = {MAILDIR_FLAGS[f] for f in flags}
            self.later("put into Maildir", lambda: self.account.put(folder, read_letter(raw), known_as))

    # --- folders ------------------------------------------------------------------------------------------------------

    def change_folders(self):
        """Between rounds, as mbsync can't follow a folder that is renamed under it. For the same reason the Maildir's
        folder is renamed or removed by hand with the other."""
        folders, own = self.account.folders, sorted(set(self.account.folders) - set(STANDARD_FOLDERS))
        leaves = [f for f in own if not any(other.startswith(f + "/") for other in own)]
        act = self.random.choice(("create", "create", "create in Maildir", "rename", "delete", None, None))
        self.numbered += 1
        name = self.random.choice(FOLDER_NAMES) + str(self.numbered)
        if act == "create":
            with self.login() as session:
                expect(session.create(quoted(name)))
                expect(session.subscribe(quoted(name)))
            self.made(name)
        elif act == "create in Maildir":
            self.made(name)
            for folder in folders:
                for part in ("cur", "new", "tmp"):
                    (self.desk.folder(folder) / part).mkdir(parents=True, exist_ok=True)
        elif act == "rename" and own:
            old = self.random.choice(own)
            name = old.rpartition("/")[0] + "/" * ("/" in old) + name.replace("/", "-")
            self.desk.curl("", "", "-X", f"RENAME {quoted(old)} {quoted(name)}")
            self.desk.folder(old).rename(self.desk.folder(name))
            for folder in [f for f in folders if f == old or f.startswith(old + "/")]:
                folders[name + folder[len(old):]] = folders.pop(folder)
        elif act == "delete" and leaves and len(own) > 2:
            name = self.random.choice(leaves)
            with self.login() as session:
                expect(session.delete(quoted(name)))
            shutil.rmtree(self.desk.folder(name))
            del folders[name]
        else:
            return
        self.done[f"{act} folder"] += 1

    def made(self, name):
        parent = name.rpartition("/")[0]
        if parent:
            self.made(parent)
        self.account.folders.setdefault(name, {})

    # --- searching ----------------------------------------------------------------------------------------------------

    def check_searches(self, session, found):
        """IMAP's SEARCH and curl's against what the letters hold."""
        folder = self.random.choice(["INBOX", *found])
        copies = found[folder]
        expect(session.select(quoted(folder), readonly=True))
        words = sorted({w for c in copies for w in c.letter.words} | set(VOCABULARY))
        word, flag = self.random.choice(words), self.random.choice(FLAGS + KEYWORDS)
        sender = self.random.choice((self.account.address, self.other.address, "zoe@elsewhere.example"))
        key = flag[1:].upper() if flag[0] == "\\" else f"KEYWORD {flag}"
        for query, literal, wanted in (
                ("BODY", word.upper(), lambda c: word in c.letter.words),
                ("SUBJECT", word, lambda c: word in c.letter.subject.casefold()),
                (f"NOT FROM {sender} OR {key} TEXT", word,
                 lambda c: c.letter.sender != sender and (
                     flag in c.flags or word in c.letter.words or word in c.letter.subject.casefold()))):
            session.literal = literal.encode()
            answered = expect(session.uid("SEARCH", "CHARSET", "UTF-8", query))[0].decode().split()
            self.must_find(folder, f"{query} {literal}", answered, [str(c.uid) for c in copies if wanted(c)])
            self.done["search"] += 1
        ascii_word = next((w for w in words if w.isascii()), "none")
        said = self.desk.curl(folder, f"?BODY%20{ascii_word}").split()[2:]
        self.must_find(folder, f"curl: BODY {ascii_word}", said,
                       [str(n) for n, c in enumerate(copies, 1) if ascii_word in c.letter.words])

    def must_find(self, folder, query, answered, wanted):
        if answered != wanted:
            raise AssertionError(f"{self.account.name}, {folder}, seed {self.seed}: SEARCH {query} found {answered}, "
                                 f"not {wanted}")
