"""Debian's daemons for tests, unpacked instead of installed: nobody wants a name server that starts with the machine
because of a test."""

import os
import pathlib
import shutil
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


def unpack(package):
    """The folder to which `package` was unpacked, with those that it needs and that aren't installed. Downloads it the
    first time; later runs need no network."""
    folder = ROOT / "build" / "unpacked" / package
    if (folder / "complete").exists():
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    packages = folder / "packages"
    (packages / "partial").mkdir(parents=True)
    fetch = ["apt-get", "-qq", "-y", "--reinstall", "--download-only", "--no-install-recommends",
             "-o", f"Dir::Cache::archives={packages}", "-o", "Debug::NoLocking=1", "install", package]
    if subprocess.run(fetch, capture_output=True).returncode != 0:
        subprocess.run(["apt-get", "-qq", "update"], capture_output=True)
        again = subprocess.run(fetch, capture_output=True, text=True)
        if again.returncode != 0:
            raise RuntimeError(f"Debian's {package} can't be downloaded: {again.stderr.strip()}")
    for deb in packages.glob("*.deb"):
        subprocess.run(["dpkg", "-x", deb, folder], check=True)
    (folder / "complete").touch()
    return folder


def environment(folder):
    """To run what was unpacked there, and what is installed."""
    libraries = [str(path) for path in folder.glob("**/*-linux-gnu*") if path.is_dir() and "lib" in path.parts]
    path = [str(folder / "usr" / "sbin"), str(folder / "usr" / "bin"), os.environ.get("PATH", ""), "/usr/sbin", "/sbin"]
    return {**os.environ, "LD_LIBRARY_PATH": ":".join(libraries), "PATH": ":".join(path)}
