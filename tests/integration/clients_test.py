"""Other people's clients, from Debian's packages, send, submit, read and sync: swaks, s-nail, msmtp, curl, mutt, mbsync."""

import imaplib
import os
import pathlib
import subprocess
import tempfile
import unittest

from throwaway import Server

SECONDS = 60
LETTER = "From: bob@elsewhere.example\nTo: alice@example.org\nSubject: {}\n\nA line.\n.\n..two dots\nlast\n"


class Clients(unittest.TestCase):
    def setUp(self):
        self.server = self.enterContext(Server(users={"alice": "wonderland", "carol": "lewis"}))
        self.ports = self.server.ports
        self.home = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="pillarbox-home-")))
        self.certificate = self.server.folder / "mail.pem"

    def run_client(self, *words, input=None, code=0):
        done = subprocess.run([str(w) for w in words], input=input, capture_output=True, text=True, timeout=SECONDS,
                              env={**os.environ, "HOME": str(self.home), "TERM": "xterm", "MAILRC": "/dev/null"})
        self.assertEqual(code, done.returncode, f"{words}\n{done.stdout}\n{done.stderr}\n" +
                         "\n".join(self.server.log[-15:]))
        return done.stdout

    def imap(self, user="alice", password="wonderland"):
        session = imaplib.IMAP4_SSL("localhost", self.ports["imaps"], ssl_context=self.server.tls(), timeout=20)
        session.login(user, password)
        return session

    def inbox(self):
        """The bodies in alice's INBOX."""
        with self.imap() as session:
            count = int(session.select()[1][0])
            if not count:
                return []
            return [item[1].decode() for item in session.fetch("1:*", "(BODY.PEEK[])")[1] if isinstance(item, tuple)]

    def deliver(self, *subjects):
        for subject in subjects:
            self.run_client("swaks", "--server", "127.0.0.1", "--port", self.ports["smtp"], "--from",
                            "bob@elsewhere.example", "--to", "alice@example.org", "--tls", "--helo", "mx.example",
                            "--data", LETTER.format(subject).replace("\n.\n", "\n..\n") + ".\n")

    def test_swaks_sends_with_starttls(self):
        self.run_client("swaks", "--server", "127.0.0.1", "--port", self.ports["smtp"], "--from", "bob@elsewhere.example",
                        "--to", "alice@example.org", "--tls", "--helo", "mx.example", "--h-Subject", "by swaks",
                        "--body", "hello\n.dot\n")
        body, = self.inbox()
        self.assertIn("Subject: by swaks\r\n", body)
        self.assertRegex(body, r"(?s)\AReturn-Path: <bob@elsewhere.example>\r\nReceived: from mx.example .*with ESMTPS")

    def test_swaks_is_refused_for_unknown_users_and_foreign_domains(self):
        common = ["swaks", "--server", "127.0.0.1", "--port", self.ports["smtp"], "--from", "b@elsewhere.example"]
        self.assertIn("<** 550 5.1.1", self.run_client(*common, "--to", "nobody@example.org", code=24))
        self.assertIn("<** 550 5.7.1", self.run_client(*common, "--to", "x@foreign.example", code=24))

    def test_swaks_must_log_in_to_submit(self):
        common = ["swaks", "--server", "127.0.0.1", "--port", self.ports["submission"], "--tls", "--from",
                  "alice@example.org", "--to", "alice@example.org"]
        self.assertIn("<~* 530 5.7.0", self.run_client(*common, code=23))
        self.assertIn("<~* 535 5.7.8", self.run_client(*common, "--auth", "PLAIN", "--auth-user", "alice",
                                                       "--auth-password", "wrong", code=28))
        for mechanism in ("PLAIN", "LOGIN"):
            self.run_client(*common, "--auth", mechanism, "--auth-user", "alice", "--auth-password", "wonderland")
        self.assertEqual(2, len(self.inbox()))

    def test_s_nail_sends(self):
        self.run_client("s-nail", "-n", "-S", "v15-compat", "-S", f"mta=smtp://127.0.0.1:{self.ports['smtp']}",
                        "-S", "smtp-auth=none", "-S", "smtp-hostname=elsewhere.example", "-r", "bob@elsewhere.example",
                        "-s", "by s-nail", "alice@example.org", input="Hello, Alice\n")
        self.assertIn("Subject: by s-nail\r\n", self.inbox()[0])

    def test_msmtp_submits(self):
        for port, starttls in ((self.ports["submission"], "on"), (self.ports["submissions"], "off")):
            self.run_client("msmtp", "--host=localhost", f"--port={port}", "--tls=on", f"--tls-starttls={starttls}",
                            f"--tls-trust-file={self.certificate}", "--auth=plain", "--user=alice",
                            "--passwordeval=echo wonderland", "--from=alice@example.org", "alice@example.org",
                            input=LETTER.format("by msmtp"))
        first, second = self.inbox()
        self.assertRegex(first, "with (ESMTPSA|UTF8SMTPSA) ")  # msmtp 1.8.28 asks for SMTPUTF8 where it is offered
        self.assertTrue(second.endswith("A line.\r\n.\r\n..two dots\r\nlast\r\n"), second)

    def test_curl_reads_what_was_delivered(self):
        self.deliver("first", "second")
        base = f"imaps://localhost:{self.ports['imaps']}/INBOX"
        common = ["curl", "-sS", "--cacert", self.certificate, "-u", "alice:wonderland"]
        self.assertIn("Subject: second", self.run_client(*common, f"{base};MAILINDEX=2"))
        self.assertEqual("* SEARCH 2", self.run_client(*common, f"{base}?SUBJECT%20second").strip())
        self.assertIn(' Sent\n', self.run_client(*common, f"imaps://localhost:{self.ports['imaps']}"))

    def test_curl_appends_and_sends(self):
        letter = self.home / "letter"
        letter.write_text(LETTER.format("by curl").replace("\n", "\r\n"))
        common = ["curl", "-sS", "--cacert", self.certificate, "-u", "alice:wonderland", "-T", letter]
        self.run_client(*common, f"imaps://localhost:{self.ports['imaps']}/INBOX")
        self.run_client(*common, "--mail-from", "alice@example.org", "--mail-rcpt", "alice@example.org",
                        f"smtps://localhost:{self.ports['submissions']}/laptop.example")
        self.assertEqual(2, len([b for b in self.inbox() if "Subject: by curl" in b]))

    def test_mutt_reads_flags_moves_and_deletes(self):
        self.deliver("keep", "move me", "delete me")
        rc = self.home / "muttrc"
        folder = f"imaps://alice@localhost:{self.ports['imaps']}/"
        rc.write_text(f"""
set imap_pass=wonderland folder="{folder}" spoolfile="{folder}INBOX" certificate_file="{self.certificate}"
set delete=yes quit=yes confirmappend=no confirmcreate=no move=no wait_key=no
set mail_check_stats=no record= postponed= header_cache="" sleep_time=0 auto_tag=no sort=mailbox-order
""")
        # As typed: save the second to Archive, delete the third, flag the first, sync and quit.
        # The terminal that script makes has no size, which ncurses 6.5 takes for its word.
        self.run_client("script", "-qec", f"stty rows 50 cols 120; mutt -n -F {rc} -f {folder}INBOX -e 'push \"<jump>2<enter>"
                        f"<save-message><kill-line>=Archive<enter><jump>3<enter><delete-message>"
                        f"<jump>1<enter><flag-message><sync-mailbox><quit>\"'", "/dev/null")
        with self.imap() as session:
            self.assertEqual(b"1", session.select()[1][0])
            self.assertIn(b"\\Flagged", session.fetch("1", "(FLAGS)")[1][0])
            self.assertEqual(b"1", session.select("Archive")[1][0])
            self.assertEqual([b"1"], session.search(None, "SUBJECT", '"move me"')[1])

    def mbsync(self):
        """Syncs both ways and tells what it did: how many were added, flagged and removed on each side."""
        rc = self.home / "mbsyncrc"
        (self.home / "Mail").mkdir(exist_ok=True)
        rc.write_text(f"""
IMAPStore far
Host localhost
Port {self.ports['imaps']}
User alice
Pass wonderland
SSLType IMAPS
CertificateFile {self.certificate}

MaildirStore near
Path {self.home}/Mail/
Inbox {self.home}/Mail/INBOX
SubFolders Verbatim

Channel all
Far :far:
Near :near:
Patterns *
Create Both
Remove Both
Expunge Both
SyncState *
""")
        return self.run_client("mbsync", "-c", rc, "-V", "all")

    def test_mbsync_syncs_both_ways_and_then_has_nothing_to_do(self):
        self.deliver("one", "two", "three")
        with self.imap() as session:
            session.create("Projects/Pillarbox")
        self.mbsync()
        cur = self.home / "Mail" / "INBOX"
        self.assertEqual(3, len(list(cur.glob("*/*,U=*"))))
        self.assertTrue((self.home / "Mail" / "Projects" / "Pillarbox").is_dir())

        # The far side loses one and flags one, the near side gets one.
        with self.imap() as session:
            session.select()
            session.store("1", "+FLAGS", r"(\Deleted)")
            session.expunge()
            session.store("1", "+FLAGS", r"(\Flagged)")
        (cur / "new" / "1.near.host").write_text(LETTER.format("from the near side"))
        self.mbsync()
        self.assertEqual(1, len([b for b in self.inbox() if "from the near side" in b]))
        self.assertEqual(3, len(self.inbox()))
        self.assertTrue(any("F" in name.name.rsplit(",", 1)[1] for name in cur.glob("cur/*")))

        before = sorted(str(p) for p in (self.home / "Mail").rglob("*") if p.is_file())
        said = self.mbsync()
        after = sorted(str(p) for p in (self.home / "Mail").rglob("*") if p.is_file())
        self.assertEqual(before, after)
        self.assertEqual(3, len(self.inbox()))
        self.assertNotRegex(said, r"(?i)\b(copying|propagating|pulling|pushing|trashing|expunging)\b.*[1-9]", said)


if __name__ == "__main__":
    unittest.main(verbosity=2)
