"""What all servers serve: example.org, users u0000, u0001, … with one password, one certificate."""

import functools
import subprocess

DOMAIN = "example.org"
PASSWORD = "secret"
USERS = 200      # u0000, u0001, …, their passwords not hashed: the protocol is measured, not crypt(3)
SLOW_USERS = 20  # s0000, s0001, …, theirs hashed as most user lists have it
SMTP_USERS = 20  # recipients of the SMTP rows


def user(number, prefix="u"):
    return f"{prefix}{number:04}"


@functools.cache
def slow_hash():
    """crypt(3)'s $6$ at its default cost."""
    return subprocess.run(["openssl", "passwd", "-6", "-salt", "pillarboxbench", PASSWORD], check=True,
                          capture_output=True, text=True).stdout.strip()


def users():
    """Each user's name and password as user lists write it."""
    for number in range(USERS):
        yield user(number), "{PLAIN}" + PASSWORD
    for number in range(SLOW_USERS):
        yield user(number, "s"), slow_hash()


def make_certificate(certificate, key):
    key.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
         "-subj", "/CN=mail.example.org", "-keyout", key, "-out", certificate],
        check=True, capture_output=True)
    key.chmod(0o600)
