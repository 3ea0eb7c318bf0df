"""What a desktop program does in a round: sends and keeps a copy, flags, moves, deletes, saves drafts; curl reads."""

import re
import smtplib

from use.acts import FLAGS, FULL, KEYWORDS, SECONDS, Acts
from use.model import expect, quoted, read_letter


class DesktopActs(Acts):
    def plan_desktop(self, uids):
        steps = []
        plans = (self.desktop_sends, self.desktop_marks, self.desktop_moves, self.desktop_deletes, self.desktop_drafts,
                 self.desktop_marks, self.curl_reads)
        for plan in self.random.sample(plans, 5):
            steps += plan(uids)
        if self.account.count() > FULL:
            steps += self.desktop_deletes(uids) + self.desktop_deletes(uids) + self.desktop_empties_trash(uids)

        def session_of_steps():
            with self.login() as session:
                for step in steps:
                    step(session)

        return [session_of_steps]

    def desktop_sends(self, _):
        recipients = [self.other.address]
        raw = self.write(self.account.address, recipients)
        letter = read_letter(raw)

        def act(session):
            with smtplib.SMTP_SSL("localhost", self.server.ports["submissions"], local_hostname="desktop.example",
                                  context=self.server.tls(), timeout=SECONDS) as smtp:
                smtp.login(self.account.name, self.account.password)
                smtp.sendmail(self.account.address, recipients, raw, ["BODY=8BITMIME"])
            expect(session.append("Sent", r"(\Seen)", None, raw))

        self.later("send and keep in Sent", lambda: (self.delivered(letter, recipients),
                                                     self.account.put("Sent", letter, {r"\Seen"})))
        return [act]

    def some_in_one_folder(self, most):
        folders = sorted({folder for folder, _ in self.free})
        return self.pick(self.free, most, self.random.choice(folders)) if folders else []

    def desktop_marks(self, uids):
        pairs = self.some_in_one_folder(5)
        if not pairs:
            return []
        flags = set(self.random.sample(FLAGS + KEYWORDS, 2))
        sign = self.random.choice("+-")
        folder, set_ = pairs[0][0], ",".join(str(uids[p]) for p in pairs)

        def act(session):
            expect(session.select(quoted(folder)))
            expect(session.uid("STORE", set_, f"{sign}FLAGS", f"({' '.join(flags)})"))

        for _, id_ in pairs:
            change = set.update if sign == "+" else set.difference_update
            self.later("flag", lambda i=id_: change(self.account.folders[folder][i], flags))
        return [act]

    def desktop_moves(self, uids):
        return [self.moving(uids, pair) for pair in self.some_in_one_folder(4)]

    def moving(self, uids, pair, target=None):
        (folder, id_), uid = pair, str(uids[pair])
        target = target or self.target(*pair)
        whole = self.random.random() < 0.7
        if not target:
            return lambda session: None

        def act(session):
            expect(session.select(quoted(folder)))
            if whole:
                expect(session.uid("MOVE", uid, quoted(target)))
            else:  # as programs that don't know MOVE
                expect(session.uid("COPY", uid, quoted(target)))
                expect(session.uid("STORE", uid, "+FLAGS.SILENT", r"(\Deleted)"))
                expect(session.uid("EXPUNGE", uid))

        self.later("move", lambda: self.account.move(id_, folder, target))
        return act

    def desktop_deletes(self, uids):
        steps = []
        for pair in self.some_in_one_folder(6):
            to_trash = pair[0] != "Trash" and pair[1] not in self.account.folders["Trash"] and \
                ("Trash", pair[1]) not in self.claimed
            if to_trash:
                self.claimed.add(("Trash", pair[1]))
                steps.append(self.moving(uids, pair, "Trash"))
        return steps

    def desktop_empties_trash(self, uids):
        pairs = [p for p in self.free if p[0] == "Trash"]
        if not pairs:
            return []
        for pair in pairs:
            self.free.remove(pair)
            self.later("expunge", lambda i=pair[1]: self.account.folders["Trash"].pop(i))
        set_ = ",".join(str(uids[p]) for p in pairs)

        def act(session):
            expect(session.select("Trash"))
            expect(session.uid("STORE", set_, "+FLAGS", r"(\Deleted)"))
            expect(session.expunge())

        return [act]

    def desktop_drafts(self, _):
        """Saved, then saved again: the second takes the place of the first."""
        first, second = (self.write(self.account.address, [self.other.address]) for _ in range(2))

        def act(session):
            said = expect(session.append("Drafts", r"(\Draft \Seen)", None, first))
            uid = re.search(rb"APPENDUID \d+ (\d+)", said[0]).group(1).decode()
            expect(session.append("Drafts", r"(\Draft \Seen)", None, second))
            expect(session.select("Drafts"))
            expect(session.uid("STORE", uid, "+FLAGS", r"(\Deleted)"))
            expect(session.uid("EXPUNGE", uid))

        self.later("draft", lambda: self.account.put("Drafts", read_letter(second), {r"\Draft", r"\Seen"}))
        return [act]

    def curl_reads(self, uids):
        steps = []
        for folder, id_ in self.pick(self.free, 2):
            def act(_, folder=folder, id_=id_):
                file = self.desk.home / "read"
                self.desk.curl(folder, f";UID={uids[folder, id_]}", "-o", file)
                if read_letter(file.read_bytes()).digest != self.account.letters[id_].digest:
                    raise AssertionError(f"{self.account.name}: curl read {id_} in {folder} wrong")
            steps.append(act)
            self.later("curl reads", lambda f=folder, i=id_: self.account.folders[f][i].add(r"\Seen"))
        return steps
