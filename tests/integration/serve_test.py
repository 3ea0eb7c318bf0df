"""The server as a program: starts, reloads, refuses, stops; what an operator does and sees."""

import concurrent.futures
import imaplib
import os
import signal
import smtplib
import socket
import threading
import unittest

from throwaway import Server, free_ports


def greeting(port):
    with socket.create_connection(("127.0.0.1", port), timeout=10) as s:
        return s.makefile("rb").readline()


class Serve(unittest.TestCase):
    def setUp(self):
        self.server = self.enterContext(Server())

    def imap(self):
        session = imaplib.IMAP4_SSL("localhost", self.server.ports["imaps"], ssl_context=self.server.tls(), timeout=20)
        session.login("alice", "wonderland")
        return session

    def send(self, subject="hello", to="alice@example.org"):
        with smtplib.SMTP("127.0.0.1", self.server.ports["smtp"], local_hostname="mx.example", timeout=20) as session:
            session.sendmail("bob@elsewhere.example", [to], f"Subject: {subject}\r\n\r\nbody\r\n")

    def count(self):
        with self.imap() as session:
            return int(session.select()[1][0])

    def test_stops_at_sigterm_with_a_word_to_its_clients(self):
        session = socket.create_connection(("127.0.0.1", self.server.ports["smtp"]), timeout=20)
        lines = session.makefile("rb")
        self.assertTrue(lines.readline().startswith(b"220 mail.example.org"))
        self.assertEqual(0, self.server.stop())
        self.assertTrue(lines.readline().startswith(b"421 4.3.2"))
        self.assertEqual(b"", lines.readline())
        session.close()

    def test_mail_survives_a_restart(self):
        self.send()
        self.server.stop()
        self.server.start()
        self.assertEqual(1, self.count())

    def test_a_killed_server_starts_again_with_all_that_it_acknowledged(self):
        for n in range(5):
            self.send(f"letter {n}")
        self.server.kill()
        self.server.start()
        self.assertEqual(5, self.count())

    def test_reload_takes_a_new_file_whole(self):
        port, = free_ports(1)
        self.server.extra = f"listen on 127.0.0.1 port {port} hostname second.example.org"
        self.server.write_config()
        done = self.server.command("reload", "--state", self.server.state)
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertTrue(greeting(port).startswith(b"220 second.example.org"))

    def test_reload_closes_what_the_new_file_no_longer_opens(self):
        port, = free_ports(1)
        self.server.extra = f"listen on 127.0.0.1 port {port}"
        self.server.write_config()
        self.assertEqual(0, self.server.command("reload", "--state", self.server.state).returncode)
        self.server.extra = ""
        self.server.write_config()
        self.assertEqual(0, self.server.command("reload", "--state", self.server.state).returncode)
        with self.assertRaises(ConnectionRefusedError):
            greeting(port)

    def test_reload_keeps_the_old_file_when_the_new_one_is_wrong_and_says_why(self):
        self.server.extra = "lisen on all\nmatch from any for any action \"relay\""
        self.server.write_config()
        done = self.server.command("reload", "--state", self.server.state)
        self.assertEqual(1, done.returncode)
        self.assertIn("pillarbox.conf:18:1", done.stderr)
        self.assertIn("listen", done.stderr)
        self.send("still served")
        self.assertEqual(1, self.count())

    def reload(self, extra):
        self.server.extra = extra
        self.server.write_config()
        done = self.server.command("reload", "--state", self.server.state)
        self.assertEqual(0, done.returncode, done.stderr)
        return done.stdout

    def test_reload_applies_settings_to_sessions_to_come(self):
        with smtplib.SMTP("127.0.0.1", self.server.ports["smtp"]) as before:
            self.assertEqual("configuration reloaded\n", self.reload("smtp max-message-size 3M"))
            before.ehlo()
            self.assertEqual(str(50 << 20), before.esmtp_features["size"])
        with smtplib.SMTP("127.0.0.1", self.server.ports["smtp"]) as after:
            after.ehlo()
            self.assertEqual(str(3 << 20), after.esmtp_features["size"])

    def test_reload_applies_limits_of_sessions(self):
        with self.imap():
            self.reload("session max-per-address 1")
            self.assertTrue(greeting(self.server.ports["smtp"]).startswith(b"421 "))
            self.reload("session max-per-address 2")
            self.assertTrue(greeting(self.server.ports["smtp"]).startswith(b"220 "))

    def test_reload_applies_limits_of_logins(self):
        def says(user):
            with imaplib.IMAP4_SSL("localhost", self.server.ports["imaps"], ssl_context=self.server.tls()) as session:
                with self.assertRaises(imaplib.IMAP4.error) as refused:
                    session.login(user, "wrong")
                return str(refused.exception)
        self.assertIn("Wrong user or password", says("alice"))
        self.reload("login failures-per-minute 1")
        self.assertIn("Too many failed logins", says("alice"))

    def test_reload_names_what_waits_for_the_next_start(self):
        both = "store segment-size 32M\nstore read-threads 1\nimap idle-notice 3m"
        notes = ("store segment-size changed; it takes effect at the next start",
                 "store read-threads changed; it takes effect at the next start")
        self.assertEqual(["configuration reloaded", *notes], self.reload(both).splitlines())
        for note in notes:
            self.server.wait_for_log(note)
        self.assertEqual(["configuration reloaded", *notes], self.reload(both).splitlines(), "as long as it is so")
        self.assertEqual(["configuration reloaded"], self.reload("").splitlines())
        self.reload(both)
        self.server.stop()
        self.server.start()
        self.assertEqual(["configuration reloaded"], self.reload(both).splitlines())

    def test_sighup_reloads(self):
        port, = free_ports(1)
        self.server.extra = f"listen on 127.0.0.1 port {port}"
        self.server.write_config()
        os.kill(self.server.pid, signal.SIGHUP)
        self.server.wait_for_log("reloaded")
        self.assertTrue(greeting(port).startswith(b"220 "))

    def test_users_are_read_again_when_the_file_changes(self):
        added = self.server.command("user", "add", "--file", self.server.folder / "users", "dodo", input="lory\n")
        self.assertEqual(0, added.returncode, added.stderr)
        with imaplib.IMAP4_SSL("localhost", self.server.ports["imaps"], ssl_context=self.server.tls()) as session:
            session.login("dodo", "lory")
        self.send(to="dodo@example.org")

    def test_many_log_in_at_once_from_one_address(self):
        count = 20
        hashed = self.server.hash("secret")
        (self.server.folder / "users").write_text("".join(f"user{n}:{hashed}\n" for n in range(count)))

        def log_in(n):
            with imaplib.IMAP4_SSL("localhost", self.server.ports["imaps"], ssl_context=self.server.tls()) as session:
                start.wait()
                return session.login(f"user{n}", "secret")[0]
        start = threading.Barrier(count)
        with concurrent.futures.ThreadPoolExecutor(count) as pool:
            self.assertEqual(["OK"] * count, list(pool.map(log_in, range(count))))

    def test_a_second_server_on_the_same_state_is_refused(self):
        second = self.server.command("serve", "-d", "-f", self.server.folder / "pillarbox.conf", "--state",
                                     self.server.state)
        self.assertNotEqual(0, second.returncode)
        self.assertIn("held by another process", second.stderr)

    def test_a_port_in_use_is_named(self):
        other = Server(folder=self.server.folder / "other")
        other.ports = dict(self.server.ports)
        other.prepare()
        said = other.command("serve", "-d", "-f", other.folder / "pillarbox.conf", "--state", other.state)
        self.assertNotEqual(0, said.returncode)
        self.assertIn(f"127.0.0.1:{self.server.ports['smtp']}", said.stderr)
        self.assertIn("Address already in use", said.stderr)

    def test_a_delivery_reaches_an_idle_client_at_once(self):
        with self.imap() as session:
            session.select()
            session.send(b"i IDLE\r\n")
            self.assertTrue(session.readline().startswith(b"+"))
            self.send()
            self.assertEqual(b"* 1 EXISTS\r\n", session.readline())
            session.send(b"DONE\r\n")
            while not session.readline().startswith(b"i OK"):
                pass

    def test_relayed_mail_of_users_is_queued_and_strangers_are_refused(self):
        with self.assertRaises(smtplib.SMTPRecipientsRefused) as refused:
            self.send(to="someone@foreign.example")
        self.assertEqual(550, list(refused.exception.recipients.values())[0][0])
        with smtplib.SMTP_SSL("localhost", self.server.ports["submissions"], context=self.server.tls()) as session:
            session.login("alice", "wonderland")
            session.sendmail("alice@example.org", ["someone@foreign.example"], "Subject: out\r\n\r\nbody\r\n")
        self.server.stop()
        said = self.server.command("doctor", "--state", self.server.state, "--json")
        self.assertIn('"queued":1', said.stdout.replace(" ", ""))

    def test_aliases_catch_all_and_plus_addresses(self):
        (self.server.folder / "aliases").write_text("info@example.org: alice\n@example.org: alice\n")
        self.assertEqual(0, self.server.command("reload", "--state", self.server.state).returncode)
        for to in ("alice+list@example.org", "info@example.org", "Anything.At.All@EXAMPLE.org"):
            self.send(to=to)
        self.assertEqual(3, self.count())

    def test_expunged_mail_can_be_restored(self):
        self.send("dear")
        with self.imap() as session:
            session.select()
            session.store("1", "+FLAGS", r"(\Deleted)")
            session.expunge()
        self.assertEqual(0, self.count())
        done = self.server.command("undelete", "--state", self.server.state, "alice", "INBOX")
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertEqual(1, self.count())


class Damage(unittest.TestCase):
    def test_doctor_names_the_place_of_damage_and_rebuilds_a_lost_index(self):
        with Server() as server:
            for n in range(20):
                with smtplib.SMTP("127.0.0.1", server.ports["smtp"], local_hostname="mx.example") as session:
                    session.sendmail("b@elsewhere.example", ["alice@example.org"], f"Subject: {n}\r\n\r\n{'x' * 3000}\r\n")
            server.stop()
            index = server.state / "store" / "index.db"
            for file in index.parent.glob("index.db*"):
                file.unlink()
            rebuilt = server.command("doctor", "--state", server.state, "--rebuild")
            self.assertEqual(0, rebuilt.returncode, rebuilt.stdout + rebuilt.stderr)
            server.start()
            with imaplib.IMAP4_SSL("localhost", server.ports["imaps"], ssl_context=server.tls()) as session:
                session.login("alice", "wonderland")
                self.assertEqual(b"20", session.select()[1][0])
            server.stop()

            segment = sorted((server.state / "store" / "journal").glob("*.seg"))[0]
            bytes_ = bytearray(segment.read_bytes())
            at = bytes_.find(b"x" * 1000)
            bytes_[at] ^= 1
            segment.write_bytes(bytes_)
            verified = server.command("doctor", "--state", server.state)
            self.assertEqual(1, verified.returncode)
            self.assertIn(segment.name, verified.stdout + verified.stderr)


class Strace(unittest.TestCase):
    """Nothing is acknowledged before the disk confirmed it."""

    def test_the_reply_to_the_end_of_data_comes_after_the_flush(self):
        with Server() as server:
            server.stop()
            trace = server.folder / "trace"
            server.wrap = ["strace", "-f", "-tt", "-e", "trace=pwrite64,pwritev,pwritev2,fdatasync,fsync,sendto,write,"
                           "sendmsg", "-s", "80", "-y", "-o", str(trace)]
            server.start()
            with smtplib.SMTP("127.0.0.1", server.ports["smtp"], local_hostname="mx.example") as session:
                session.sendmail("b@elsewhere.example", ["alice@example.org"], "Subject: traced\r\n\r\nbody\r\n")
            server.stop()
            lines = trace.read_text(errors="replace").splitlines()
            reply = next(n for n, line in enumerate(lines) if "250 2.0.0 Accepted as" in line)
            journal = [n for n, line in enumerate(lines) if ".seg>" in line and n < reply]
            self.assertTrue(journal, "no write to the journal before the reply")


if __name__ == "__main__":
    unittest.main(verbosity=2)
