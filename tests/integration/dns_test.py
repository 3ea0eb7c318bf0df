"""Our resolver and its choice of mail hosts against real zones: nsd serves a signed root and what is below it."""

import contextlib
import os
import pathlib
import re
import socket
import struct
import subprocess
import tempfile
import threading
import time
import unittest

import nameserver
import throwaway

PROBE = os.environ.get("DNS_PROBE", str(throwaway.ROOT / "build" / "debug" / "dns_probe"))
ZONES = {
    ".": """
signed. NS ns.
bogus. NS ns.
expired. NS ns.
open. NS ns.
dead. NS ns.
""",
    "signed.": """
@ MX 10 mx
@ MX 20 mx.open.
@ TXT "v=spf1 " "mx -all"
mx A 192.0.2.1
mx AAAA 2001:db8::1
alias CNAME mx
out CNAME mx.open.
_25._tcp.mx TLSA 3 1 1 0123456789abcdef
no-mx A 192.0.2.7
""",
    "bogus.": "@ MX 10 mx\nmx A 192.0.2.2\ngood A 192.0.2.3\n",
    "expired.": "@ MX 10 mx\nmx A 192.0.2.2\n",
    "open.": """
@ MX 10 mx
mx A 192.0.2.4
only-a A 192.0.2.5
null MX 0 .
chain CNAME chain2
chain2 CNAME chain3.open.
chain3 MX 5 chain-mx
chain-mx CNAME mx
loop CNAME loop2
loop2 CNAME loop
to-loop MX 10 loop
text TXT "only text"
home MX 10 localhost-mx
localhost-mx A 127.0.0.1
odd MX 10 with\\032blank
literal MX 10 192.0.2.9.
ours MX 10 mail.pillarbox
backup MX 10 mx
backup MX 20 mail.pillarbox
backup MX 30 only-a
deadly MX 10 mx.dead.
deadly MX 20 mx
*.wild MX 10 mx
large TXT "@LARGE@"
""".replace('"@LARGE@"', " ".join(['"' + "x" * 250 + '"'] * 200))
    + "".join(f"many MX {i} host-with-a-long-name-{i}.many\n" for i in range(500))
    + "".join(f"too-many A 192.0.{i // 250}.{i % 250}\n" for i in range(1200)),
    # Known to the name server, while the signed root says that they don't exist.
    "lan.": "mail A 192.0.2.8\n",
    "inner.": "mail A 192.0.2.9\n",
    "2.0.192.in-addr.arpa.": "1 PTR mx.signed.\n",
    "10.in-addr.arpa.": "1.0.0 PTR inside.open.\n",
}


def end_of_question(packet):
    """The place behind the question's type and class."""
    place = 12
    while packet[place] != 0:
        place += packet[place] + 1
    return place + 5


class Proxy:
    """Stands before the name server: never answers for names below `dead.`, and strips DNSSEC if told."""

    def __init__(self, port, strips):
        self.to, self.strips = ("127.0.0.1", port), strips
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.asked = []  # questions as they came: name, type, class

    def __enter__(self):
        threading.Thread(target=self.serve, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.socket.close()

    def serve(self):
        with contextlib.suppress(OSError):
            while True:
                packet, peer = self.socket.recvfrom(4096)
                self.asked.append(packet[12:end_of_question(packet)])
                if b"\4dead\0" not in packet:
                    threading.Thread(target=self.pass_on, args=(packet, peer), daemon=True).start()

    def pass_on(self, packet, peer):
        if self.strips:  # without the additional section nobody asks for signatures
            packet = packet[:10] + struct.pack(">H", 0) + packet[12:end_of_question(packet)]
        with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
            out.settimeout(5)
            out.sendto(packet, self.to)
            self.socket.sendto(out.recv(65535), peer)


class DnsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory(prefix="pillarbox-dns-")))
        cls.server = nameserver.NameServer(cls.folder, ZONES)
        cls.server.sign("signed.")
        cls.server.sign("bogus.")
        cls.server.sign("expired.", "-i", "20190101", "-e", "20200101")
        cls.server.edit("bogus.", "192.0.2.2", "192.0.2.99")
        cls.server.sign(".")
        cls.enterClassContext(cls.server)

    def ask(self, *lines, port=None, anchor=None, code=0, **options):
        """What the probe answers, line by line; its log is kept in self.log."""
        words = ["--server", str(port or self.server.port), "--trust-anchor", str(anchor or self.server.anchor)]
        for name, value in options.items():
            words += ["--" + name.replace("_", "-"), str(value)]
        result = subprocess.run([PROBE, *words], input="".join(line + "\n" for line in lines), text=True,
                                capture_output=True, timeout=120)
        self.log = result.stderr
        self.assertEqual(result.returncode, code, result.stdout + result.stderr)
        return result.stdout.splitlines()

    def expect(self, table, **options):
        for question, wanted, answer in zip(table, table.values(), self.ask(*table, **options)):
            if isinstance(wanted, re.Pattern):
                self.assertRegex(answer, wanted, question)
            else:
                self.assertEqual(answer, wanted, question)

    def test_each_kind_of_answer(self):
        self.expect({
            "A mx.signed": "found, secure: 192.0.2.1",
            "AAAA MX.Signed.": "found, secure: 2001:db8::1",
            "TXT signed": "found, secure: v=spf1 mx -all",
            "CNAME alias.signed": "found, secure: mx.signed",
            "A alias.signed": "found, secure: 192.0.2.1",
            "A out.signed": "found: 192.0.2.4",
            "TLSA _25._tcp.mx.signed": "found, secure: 3 1 1 0123456789abcdef",
            "MX mx.signed": "no such record, secure",
            "MX missing.signed": "no such name, secure",
            "MX open": "found: 10 mx.open",
            "MX any.wild.open": "found: 10 mx.open",
            "MX missing.open": "no such name",
            "MX nowhere": "no such name, secure",
            "A mx.bogus": re.compile("^forged or damaged: .*"),
            "A good.bogus": "found, secure: 192.0.2.3",
            "MX expired": re.compile("^forged or damaged: .*"),
            "A loop.open": re.compile("^no answer: SERVFAIL"),
            "MX chain.open": "found: 5 chain-mx.open",
            "PTR 192.0.2.1": "found: mx.signed",
            "PTR 10.0.0.1": "found: inside.open",
            "PTR 192.0.2.2": "no such name",
            "A " + "a" * 64 + ".open": "no such name",
        })
        self.assertIn("answers are validated from", self.log)

    def test_large_answers_come_over_tcp(self):
        self.expect({
            "MX many.open": "found: 500 records",
            "TXT large.open": "found: 50000 bytes",
            "A too-many.open": "no answer: an answer of 1001 records, which is too large",
        })

    def test_mail_hosts(self):
        self.expect({
            "hosts open": "10 mx.open 192.0.2.4",
            "hosts no-mx.signed": "0 no-mx.signed 192.0.2.7 secure",
            "hosts only-a.open": "0 only-a.open 192.0.2.5",
            "hosts any.wild.open": "10 mx.open 192.0.2.4",
            "hosts chain.open": "5 chain-mx.open 192.0.2.4",
            "hosts null.open": "5.1.10 null.open takes no mail, says its null MX",
            "hosts nowhere": "5.1.2 there is no domain nowhere",
            "hosts text.open": "5.4.4 text.open has no mail host with an address",
            "hosts home.open": "5.4.4 the mail hosts of home.open have addresses that are nobody's",
            "hosts odd.open": "5.4.4 odd.open has no mail host with an address",
            "hosts literal.open": "5.4.4 literal.open has no mail host with an address",
            "hosts loop.open": "4.4.3 the look-up of loop.open failed for now (SERVFAIL)",
            "hosts to-loop.open": "4.4.3 the look-up of loop.open, a mail host of to-loop.open, failed for now",
            "hosts expired": "4.4.3 the look-up of expired failed for now (its DNSSEC signatures don't hold)",
            "hosts bogus": "4.4.3 the look-up of mx.bogus, a mail host of bogus, failed for now",
            "hosts ours.open": re.compile("^5.4.6 mail for ours.open loops back"),
            "hosts backup.open": "10 mx.open 192.0.2.4",
            "hosts backup.open only-a.open": "10 mx.open 192.0.2.4",
            "hosts backup.open mx.open": re.compile("^5.4.6 "),
            "relay open": "4.3.5 the relay host open has no address",
            "relay mx.open": "0 mx.open 192.0.2.4",
        })

    def test_both_families_where_there_are_routes(self):
        hosts = self.ask("hosts signed")[0].split(" | ")
        has_ipv6 = "10 mx.signed 2001:db8::1 secure" in hosts
        self.assertEqual(hosts, ["10 mx.signed 192.0.2.1 secure", "10 mx.signed 2001:db8::1 secure",
                                 "20 mx.open 192.0.2.4"] if has_ipv6 else
                         ["10 mx.signed 192.0.2.1 secure", "20 mx.open 192.0.2.4"])

    def test_without_an_anchor_nothing_is_secure_and_nothing_bogus(self):
        self.expect({"A mx.signed": "found: 192.0.2.1", "A mx.bogus": "found: 192.0.2.99"}, anchor="no")
        self.assertIn("answers aren't validated: dns trust-anchor no", self.log)

    def test_a_server_that_strips_signatures_makes_the_world_unsigned(self):
        with Proxy(self.server.port, strips=True) as proxy:
            self.expect({
                "A mx.signed": "found: 192.0.2.1",
                "MX signed": "found: 10 mx.signed | 20 mx.open",
                "A mx.bogus": "found: 192.0.2.99",
                "MX missing.signed": "no such name",
                "hosts open": "10 mx.open 192.0.2.4",
            }, port=proxy.port)
            self.assertIn("passes no DNSSEC signatures", self.log)

    def test_inner_domains_may_be_believed(self):
        self.expect({
            "A mail.lan": "found: 192.0.2.8",
            "A mail.inner": re.compile("^forged or damaged: "),
            "relay mail.inner": "4.4.3 the look-up of mail.inner failed for now (its DNSSEC signatures don't hold)",
        })
        self.expect({
            "A mail.lan": "found: 192.0.2.8",
            "A mail.inner": "found: 192.0.2.9",
            "A mx.bogus": "found: 192.0.2.99",
            "A mx.signed": "found, secure: 192.0.2.1",
        }, insecure="inner bogus")

    def test_a_dead_server_costs_the_deadline(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
            silent.bind(("127.0.0.1", 0))
            start = time.monotonic()
            self.expect({"MX open": "no answer: nothing within 1000 ms",
                         "hosts open": "4.4.3 the look-up of open failed for now (nothing within 1000 ms)"},
                        port=silent.getsockname()[1], timeout=1)
            self.assertLess(time.monotonic() - start, 10)

    def test_many_at_once(self):
        found = self.ask("many 2000 mx%.wild.open", "many 2000 mx%.wild.open", "many 500 nothing%.open")
        self.assertRegex(found[0], "^2000 found, 0 absent, 0 failed")
        self.assertRegex(found[1], "^2000 found, 0 absent, 0 failed")
        self.assertRegex(found[2], "^0 found, 500 absent, 0 failed")

    def test_more_than_may_be_under_way_wait(self):
        found = self.ask("many 500 mx%.wild.open", max_queries=2)
        self.assertRegex(found[0], "^500 found, 0 absent, 0 failed")

    def test_the_dead_do_not_hold_up_the_living(self):
        with Proxy(self.server.port, strips=False) as proxy:
            answers = self.ask("many 300 mx%.dead", "hosts deadly.open", "MX any.wild.open", port=proxy.port, timeout=2)
            self.assertRegex(answers[0], "^0 found, 0 absent, 300 failed, ")
            self.assertEqual(answers[1:], ["20 mx.open 192.0.2.4", "found: 10 mx.open"])

    def test_answers_are_kept(self):
        with Proxy(self.server.port, strips=False) as proxy:
            self.ask(*["MX open", "MX OPEN", "MX open.", "MX missing.open"] * 5, port=proxy.port)
            for name in (b"\4open\0", b"\7missing\4open\0"):
                self.assertLessEqual(proxy.asked.count(name + struct.pack(">HH", 15, 1)), 2, "asked again and again")

    def test_it_ends_while_look_ups_are_under_way(self):
        with Proxy(self.server.port, strips=False) as proxy:
            self.assertEqual(self.ask("leave 500 mx%.dead", port=proxy.port), ["0 found, 0 absent, 500 failed"])

    def test_hosts_file(self):
        hosts = self.folder / "hosts"
        hosts.write_text("192.0.2.77 inside.example mx.open\n")
        self.expect({
            "file inside.example": "192.0.2.77",
            "file localhost": "127.0.0.1 ::1",
            "relay inside.example": "0 inside.example 192.0.2.77",
            "relay localhost": "0 localhost 127.0.0.1 | 0 localhost ::1",
            "relay mx.open": "0 mx.open 192.0.2.77",
            "hosts open": "10 mx.open 192.0.2.4",  # what the DNS names is looked up in the DNS
        }, hosts=hosts)

    def test_a_broken_anchor_is_an_error(self):
        broken = self.folder / "broken.key"
        broken.write_text("this is no key\n")
        self.assertRegex(self.ask(anchor=broken, code=1)[0], "^error: .*/broken.key: isn't a file of DS or DNSKEY")
        self.assertRegex(self.ask(anchor="/no/such", code=1)[0], "^error: /no/such: can't be read")


if __name__ == "__main__":
    unittest.main(verbosity=2)
