"""One user's mail programs, set up in a home of its own: mutt, msmtp, s-nail, mbsync, curl."""

import contextlib
import functools
import mailbox
import os
import pathlib
import re
import subprocess
import time
import urllib.parse

from use.model import read_letter, wire

SECONDS = 300
MUTTRC = """\
set imap_pass="{password}" folder="{url}" spoolfile="{url}INBOX" certificate_file="{certificate}"
set from="{address}" realname="{name}" use_from=yes envelope_from=yes hostname=example.org
set record="=Sent" postponed="=Drafts" sendmail="{home}/send" editor="{home}/edit" tmpdir="{home}"
set charset=utf-8 send_charset="us-ascii:utf-8" include=yes fast_reply=yes abort_unmodified=no abort_noattach=no
set delete=yes quit=yes confirmappend=no confirmcreate=no move=no wait_key=no mark_old=no sleep_time=0
set mail_check_stats=no header_cache="" auto_tag=no sort=mailbox-order help=no beep=no recall=no mime_forward=yes
"""
MBSYNCRC = """\
IMAPStore far
Host localhost
Port {imaps}
User {name}
Pass {password}
SSLType IMAPS
CertificateFile {certificate}

MaildirStore near
Path {home}/Mail/
Inbox {home}/Mail/INBOX
SubFolders Verbatim

Channel all
Far :far:
Near :near:
Patterns *
Create Both
Remove Both
Expunge Both
SyncState *
"""
# Sends what mutt gives it, and keeps a copy and the recipients for the test.
SEND = """\
#!/bin/sh
set -e
kept=$(mktemp {home}/sent/XXXXXX)
cat >"$kept.eml"
echo "$*" >"$kept.to"
exec msmtp -C {home}/msmtprc "$@" <"$kept.eml"
"""
# Writes the next of the prepared texts, as a hand would.
EDIT = """\
#!/bin/sh
set -e
next=$(ls {home}/texts | head -n 1)
cat "{home}/texts/$next" >>"$1"
rm "{home}/texts/$next"
"""
MSMTPRC = """\
account default
host localhost
port {submission}
tls on
tls_starttls on
tls_trust_file {certificate}
auth plain
user {name}
password {password}
from {address}
"""


class Desk:
    def __init__(self, server, home, name, password):
        self.server, self.home, self.name, self.password = server, pathlib.Path(home), name, password
        self.address = f"{name}@example.org"
        self.maildir = self.home / "Mail"
        self.texts = 0
        self.slowest = (0, "")  # seconds, program
        self.shown = ""  # what mutt had on the screen last, as the terminal got it
        words = {**server.ports, "home": self.home, "name": name, "password": password, "address": self.address,
                 "certificate": server.folder / "mail.pem", "url": f"imaps://{name}@localhost:{server.ports['imaps']}/"}
        for folder in ("sent", "texts", "Mail"):
            (self.home / folder).mkdir(parents=True)
        files = {"muttrc": MUTTRC, "mbsyncrc": MBSYNCRC, "msmtprc": MSMTPRC, "send": SEND, "edit": EDIT}
        for file, text in files.items():
            (self.home / file).write_text(text.format(**words))
            (self.home / file).chmod(0o700)

    def folder(self, name):
        """Where mbsync keeps a mailbox."""
        return self.maildir / (name if self.maildir_has_plain_names() else wire(name))

    @staticmethod
    @functools.cache
    def maildir_has_plain_names():
        """Or modified UTF-7, as mbsync has them before 1.5."""
        said = subprocess.run(["mbsync", "--version"], capture_output=True, text=True, check=True).stdout
        return tuple(map(int, re.search(r"(\d+)\.(\d+)", said).groups())) >= (1, 5)

    def run(self, *words, input=None):
        """Standard output and standard error of a program that must succeed."""
        began = time.monotonic()
        done = subprocess.run([str(w) for w in words], input=input, capture_output=True, timeout=SECONDS, cwd=self.home,
                              env={**os.environ, "HOME": str(self.home), "TERM": "xterm", "MAILRC": "/dev/null",
                                   "LC_ALL": "C.UTF-8"})
        self.slowest = max(self.slowest, (round(time.monotonic() - began, 1), str(words[0])))
        said = (done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace"))
        if done.returncode:
            raise AssertionError(f"{self.name}: {words} ended with {done.returncode}\n{said[0][-3000:]}\n{said[1]}\n" +
                                 "\n".join(self.server.log[-15:]))
        return said

    def text_to_write(self, text):
        """What the editor will write the next time that mutt starts it."""
        self.texts += 1
        (self.home / "texts" / f"{self.texts:06}").write_text(text, encoding="utf-8")

    def mutt(self, folder, keys):
        """A session in `folder`, as typed. Gives (letter, recipients) of what it sent."""
        push = self.home / "keys"
        # mutt breaks off syncing when it hears of new mail meanwhile, and does it when it is asked again.
        ending = "<sync-mailbox>" * 3 + "<quit>"
        push.write_text(f'push "{keys}{ending}"\n', encoding="utf-8")
        command = f"stty rows 50 cols 120; mutt -d 2 -n -F {self.home}/muttrc -f '={folder}' -e 'source {push}'"
        self.shown, _ = self.run("script", "-qec", command, "/dev/null")
        sent = []
        for file in sorted((self.home / "sent").glob("*.eml")):
            to = file.with_suffix(".to").read_text().split()
            sent.append((read_letter(file.read_bytes()), to[to.index("--") + 1:]))
            for used in (file, file.with_suffix(".to"), file.with_suffix("")):
                used.unlink()
        return sent

    def last_mutt(self):
        """What was typed into mutt last, and what it showed, for whom has to find out why."""
        keys = self.home / "keys"
        shown = re.sub(r"\x1b(\[[0-9;?]*[A-Za-z]|[()][A-Z0-9]|[=>])", " ", self.shown)
        log = self.home / ".muttdebug0"
        if log.exists():
            shown += re.sub(r"(?m)^.*(Fetching message\.\.\.|Searching\.\.\.).*\n", "", log.read_text(errors="replace"))
        return f"mutt was given {keys.read_text()}and showed\n{shown}" if keys.exists() else "mutt didn't run yet"

    def msmtp(self, raw, recipients):
        self.run("msmtp", "-C", self.home / "msmtprc", "--", *recipients, input=raw)

    def s_nail(self, subject, text, recipients, attachments=()):
        """Gives the letter as s-nail wrote it."""
        record = self.home / "record"
        record.unlink(missing_ok=True)
        options = [f"mta=smtps://{self.name}:{self.password}@localhost:{self.server.ports['submissions']}",
                   f"tls-ca-file={self.server.folder}/mail.pem", "tls-ca-no-defaults", "smtp-auth=plain",
                   f"from={self.address}", "hostname=example.org", f"record={record}", "sendcharsets=utf-8", "sendwait"]
        self.run("s-nail", "-n", "-S", "v15-compat", *[w for o in options for w in ("-S", o)],
                 *[w for a in attachments for w in ("-a", a)], "-s", subject, *recipients, input=text.encode())
        with contextlib.closing(mailbox.mbox(record)) as box:
            kept, = box.keys()
            return read_letter(box.get_bytes(kept))

    def mbsync(self):
        return "\n".join(self.run("mbsync", "-c", self.home / "mbsyncrc", "-V", "all"))

    def curl(self, folder, query="", *options):
        url = f"imaps://localhost:{self.server.ports['imaps']}/{urllib.parse.quote(wire(folder), safe='')}{query}"
        return self.run("curl", "-sS", "--cacert", self.server.folder / "mail.pem", "-u",
                        f"{self.name}:{self.password}", *options, url)[0]
