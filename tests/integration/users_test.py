"""Users and doors: the commands that change the list while the server runs, who gets in, who is kept out, TLS."""

import imaplib
import json
import os
import signal
import smtplib
import socket
import ssl
import subprocess
import unittest

from throwaway import Server, make_certificate


class Users(unittest.TestCase):
    def server(self, **options):
        return self.enterContext(Server(**options))

    def imap(self, server, user, password):
        session = imaplib.IMAP4_SSL("localhost", server.ports["imaps"], ssl_context=server.tls(), timeout=20)
        try:
            return session.login(user, password)[0]
        except imaplib.IMAP4.error as error:
            return str(error)
        finally:
            session.shutdown()

    def user(self, server, *words, input=None, code=0):
        done = server.command("user", *words, "-f", server.folder / "pillarbox.conf", input=input)
        self.assertEqual(code, done.returncode, done.stderr)
        return done.stdout if code == 0 else done.stderr

    def test_the_list_changes_while_the_server_runs(self):
        server = self.server()
        (server.folder / "users").write_text("# our users\n" + (server.folder / "users").read_text())
        self.user(server, "add", "bob", input="first\n")
        self.assertEqual("OK", self.imap(server, "bob", "first"))
        self.assertEqual("OK", self.imap(server, "BOB", "first"))
        self.user(server, "passwd", "bob", "-s", "argon2id", input="second\n")
        self.assertEqual("OK", self.imap(server, "bob", "second"))
        self.assertIn("AUTHENTICATIONFAILED", self.imap(server, "bob", "first"))
        with smtplib.SMTP_SSL("localhost", server.ports["submissions"], context=server.tls(), timeout=20) as smtp:
            self.assertEqual(235, smtp.login("bob", "second")[0])
        listed = json.loads(self.user(server, "list", "--json"))
        self.assertEqual([("alice", "yescrypt"), ("bob", "argon2id")], [(u["login"], u["scheme"]) for u in listed])
        self.user(server, "remove", "bob")
        self.assertIn("AUTHENTICATIONFAILED", self.imap(server, "bob", "second"))
        self.assertIn("there is no user bob", self.user(server, "show", "bob", code=1))
        self.assertTrue((server.folder / "users").read_text().startswith("# our users\nalice:"))

    def test_every_kind_of_hash_and_a_broken_line(self):
        server = self.server(users={})
        lines = [f"{scheme}:{server.command('hash', '-s', scheme, input='geheim').stdout.strip()}"
                 for scheme in ("yescrypt", "argon2id", "bcrypt", "sha512-crypt", "sha256-crypt")]
        lines += ["md5:" + subprocess.run(["openssl", "passwd", "-1", "geheim"], capture_output=True, text=True,
                                          check=True).stdout.strip(),
                  "plain:{PLAIN}geheim", "broken:x:not-a-number", "ssha:{SSHA}YWJjZGVmZw=="]
        (server.folder / "users").write_text("\n".join(lines))
        for user in ("yescrypt", "argon2id", "bcrypt", "sha512-crypt", "sha256-crypt", "md5", "plain"):
            self.assertEqual("OK", self.imap(server, user, "geheim"), user)
        for user in ("broken", "ssha"):
            self.assertIn("AUTHENTICATIONFAILED", self.imap(server, user, "geheim"), user)
        self.assertIn(":8: the uid isn't a number", server.wait_for_log("users:8"))
        self.assertIn("{SSHA} isn't supported", server.wait_for_log("{SSHA}"))

    def test_guessers_have_to_wait_but_not_those_who_were_here(self):
        server = self.server(users={"alice": "wonderland", "carol": "lewis"},
                             extra="login failures-per-minute 4")
        self.assertEqual("OK", self.imap(server, "alice", "wonderland"))
        answers = {self.imap(server, user, "guess") for user in ("carol", "nobody", "alice", "carol")}
        self.assertEqual(1, len(answers), "one answer for wrong passwords and unknown users")
        self.assertNotEqual("OK", self.imap(server, "carol", "lewis"))
        self.assertEqual("OK", self.imap(server, "alice", "wonderland"))

    def test_one_address_has_so_many_sessions(self):
        server = self.server(extra="session max-per-address 3")
        held = [self.enterContext(socket.create_connection(("127.0.0.1", server.ports["smtp"]), 20)) for _ in range(3)]
        for connection in held:
            self.assertTrue(connection.recv(100).startswith(b"220 "))
        with socket.create_connection(("127.0.0.1", server.ports["smtp"]), 20) as refused:
            self.assertTrue(refused.recv(100).startswith(b"421 4.3.2 "))
        with socket.create_connection(("127.0.0.1", server.ports["imap"]), 20) as refused:
            self.assertTrue(refused.recv(100).startswith(b"* BYE "))
        with socket.create_connection(("127.0.0.1", server.ports["smtp"]), 20, ("127.0.0.2", 0)) as other:
            self.assertTrue(other.recv(100).startswith(b"220 "))

    def test_tls_refuses_other_protocols_and_takes_new_certificates_at_reload(self):
        server = self.server()

        def certificate(context):
            with socket.create_connection(("127.0.0.1", server.ports["imaps"]), 20) as plain:
                with context.wrap_socket(plain, server_hostname="localhost") as tls:
                    return tls.getpeercert(True)

        first = certificate(server.tls())
        web = server.tls()
        web.set_alpn_protocols(["http/1.1"])
        with self.assertRaises(ssl.SSLError):
            certificate(web)
        (server.folder / "mail.key").unlink()
        make_certificate(server.folder)
        os.kill(server.pid, signal.SIGHUP)
        server.wait_for_log("reloaded")
        self.assertNotEqual(first, certificate(server.tls()))

    def test_a_stray_signal_is_no_reason_to_ignore_the_next(self):
        server = self.server()
        os.kill(server.pid, signal.SIGUSR1)
        self.assertEqual(0, server.stop())


if __name__ == "__main__":
    unittest.main()
