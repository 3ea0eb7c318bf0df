"""Store commits beside a raw log, on the same disk: no server, no protocol; producers and one writer on all cores."""

import json
import subprocess

PRODUCERS = (16, 64)


def run(command, group):
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False,
                          preexec_fn=group.enter)
    if done.returncode != 0:
        raise RuntimeError(f"{command[0]}: {done.stderr.strip()}")
    return json.loads(done.stdout)["per_second"]


def measure(tools, disk, seconds, shape, group):
    """Yields (server, {figure: value}) of one round. The raw log is the better of its two ways to flush."""
    folder = disk / "commits"
    folder.mkdir(exist_ok=True)
    for producers in PRODUCERS:
        figure = f"commit-{producers}" + ("" if shape == "threads" else "-loop")
        common = ["--producers", producers, "--seconds", seconds, "--shape", shape]
        raw = max(run([tools / "pillarbox-raw-log", folder / "log", "--flush", flush, *common], group)
                  for flush in ("fdatasync", "direct"))
        yield "raw-log", {figure: raw}
        yield "pillarbox", {figure: run([tools / "pillarbox-store-bench", folder / "store", *common], group)}
