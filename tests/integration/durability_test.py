"""No loss (the guarantee in docs/durability.md): what was acknowledged over SMTP, APPEND, STORE and EXPUNGE is there
after the server died, or its disk failed, at any moment.

Short form by default; `--long` is ./dev test durability: 300 random kills, each of the first 200 writing system calls
as a kill, a torn write, ENOSPC and EIO.
"""

import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

import oracle
from throwaway import Server

LONG = "--long" in sys.argv
RANDOM_KILLS = 300 if LONG else 8
CALLS = range(1, 201) if LONG else (1, 2, 3, 5, 8, 13, 21, 34, 55, 89)
FAULTS = ("kill", "torn", "enospc", "eio") if LONG else ("kill", "enospc", "eio")
WHOLE_EVERY = 50
SEED = int(os.environ.get("ORACLE_SEED", "1"))
# Small segments, so that new ones are made and old ones recycled all the time.
SETTINGS = "store segment-size 4M\nsession max-per-address 200\nimap sessions-per-user 50\n"


def build_shim():
    shim = pathlib.Path(tempfile.mkdtemp(prefix="pillarbox-shim-")) / "faults.so"
    source = pathlib.Path(oracle.__file__).with_name("faults.c")
    subprocess.run(["clang-19", "-O1", "-shared", "-fPIC", "-o", shim, source, "-ldl"], check=True)
    return shim


class Durability(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.shim = build_shim()

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.shim.parent)

    def rounds(self, name, plan):
        """plan: (what, until) pairs; `what` is the environment of the faulty run, `until` ends it."""
        with Server(users=oracle.users(), extra=SETTINGS) as server:
            judge = oracle.Oracle(server, SEED)
            for number, (environment, until) in enumerate(plan, 1):
                if environment:
                    self.restart_with(server, environment)
                judge.run_round(lambda: until(server))
                judge.recover()
                judge.read_back(whole=number % WHOLE_EVERY == 0)
                self.assertEqual([], judge.failures[:10], f"{name}: seed {SEED}, {environment}")
            judge.read_back(whole=True)
            server.stop()
            verified = server.command("doctor", "--state", server.state)
            self.assertEqual(0, verified.returncode, verified.stdout + verified.stderr)
            self.assertEqual([], judge.failures[:10], name)
            self.assertGreater(judge.acknowledged, 0, "the witnesses got nothing through: the test shows nothing")
            print(f"{name}: {judge.round} rounds, {judge.acknowledged} acknowledged, 0 lost, 0 fragments, "
                  f"slowest recovery {judge.slowest_recovery:.2f} s", flush=True)

    def restart_with(self, server, environment):
        server.stop()
        arm = server.folder / "armed"
        arm.unlink(missing_ok=True)
        server.env.update(environment, LD_PRELOAD=str(self.shim), FAULT_DIR=str(server.state), FAULT_ARM=str(arm))
        server.start()
        arm.touch()

    def test_killed_at_random_moments(self):
        moments = random.Random(SEED)

        def until(server):
            # The moment is what is tested here, not an event that could be waited for.
            time.sleep(moments.uniform(0.02, 0.6))

        self.rounds("random kills", [(None, until)] * RANDOM_KILLS)

    def test_fails_at_each_call(self):
        def until(server):
            try:
                server.process.wait(0.7)  # killed by the shim, or it lives on with the error
            except subprocess.TimeoutExpired:
                pass

        for fault in FAULTS:
            with self.subTest(fault):
                plan = [({"FAULT_WHAT": fault, "FAULT_AT": str(k)}, until) for k in CALLS]
                self.rounds(f"{fault} at the k-th call", plan)


if __name__ == "__main__":
    sys.argv = [a for a in sys.argv if a != "--long"]
    unittest.main(verbosity=2)
