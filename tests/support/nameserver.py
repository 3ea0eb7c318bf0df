"""A name server on a port of loopback for tests: Debian's nsd with the zones that it is given, signed if told.

    with NameServer(folder, {"example.org.": "@ MX 10 mx\\nmx A 192.0.2.1\\n"}) as server:
        ... f'resolver "127.0.0.1:{server.port}"' ...

To sign, beginning with the lowest zones: `server.sign("example.org.")`, then "org.", then "."; `server.anchor` is the file
with the DS records that `dns trust-anchor` takes.
"""

import contextlib
import socket
import subprocess
import time

import debian
import throwaway

# Put before each zone.
HEAD = "$ORIGIN {zone}\n$TTL 300\n@ SOA ns. admin.ns. 1 3600 600 86400 60\n@ NS ns.\n"
START_SECONDS = 20


def file_of(zone):
    return zone.rstrip(".") or "root"


class NameServer:
    """zones: name with its final dot -> its lines, without SOA and NS. What it doesn't serve, it refuses."""

    def __init__(self, folder, zones):
        self.folder, self.zones = folder, zones
        self.port = throwaway.free_ports(1)[0]
        self.anchor = folder / "anchor"
        self.anchor.write_text("")
        self.process = None
        self.environment = debian.environment(debian.unpack("nsd"))
        for zone, lines in zones.items():
            (folder / file_of(zone)).write_text(HEAD.format(zone=zone) + lines)

    def sign(self, zone, *options):
        """Signs it, with options of ldns-signzone. Its DS goes into the zone above if that is ours, else into `anchor`."""
        name = self.run("ldns-keygen", "-a", "ECDSAP256SHA256", "-k", zone).strip()
        self.run("ldns-signzone", *options, "-f", file_of(zone) + ".signed", file_of(zone), name)
        (self.folder / (file_of(zone) + ".signed")).replace(self.folder / file_of(zone))
        above = [z for z in self.zones if z != zone and (z == "." or zone.endswith("." + z))]
        with (self.folder / file_of(max(above, key=len)) if above else self.anchor).open("a") as parent:
            parent.write((self.folder / f"{name}.ds").read_text())

    def edit(self, zone, old, new):
        """As a forger would: the signatures stay."""
        path = self.folder / file_of(zone)
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))

    def run(self, *words):
        return subprocess.run(words, cwd=self.folder, check=True, capture_output=True, text=True).stdout

    def __enter__(self):
        zones = "".join(f'zone:\n  name: "{zone}"\n  zonefile: "{file_of(zone)}"\n' for zone in self.zones)
        config = self.folder / "nsd.conf"
        config.write_text(f"""server:
  ip-address: 127.0.0.1@{self.port}
  username: ""
  zonesdir: "{self.folder}"
  database: ""
  pidfile: ""
  xfrdfile: ""
  zonelistfile: "{self.folder}/zone.list"
  xfrdir: "{self.folder}"
  server-count: 1
  rrl-ratelimit: 0
remote-control:
  control-enable: no
{zones}""")
        log = self.folder / "nsd.log"
        with log.open("w") as output:
            self.process = subprocess.Popen(["nsd", "-d", "-c", config], env=self.environment, stdout=output,
                                            stderr=output)
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and self.process.poll() is None:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return self
            time.sleep(0.05)
        self.__exit__()
        raise AssertionError("nsd didn't start:\n" + log.read_text())

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(10)
