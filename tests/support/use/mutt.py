"""What a person with mutt does in a round, as typed: reads, answers, flags, saves, deletes, searches, postpones."""

import re

from use.acts import FULL, Acts
from use.model import VOCABULARY


class MuttActs(Acts):
    def typable_folders(self):
        return [f for f in self.account.folders if not re.search("[ &.]", f)]  # mutt takes . for /

    def folder_to_read(self):
        return self.random.choice(["INBOX"] * len(self.account.folders) + sorted(self.typable_folders()))

    def plan_mutt(self, folder):
        typable = self.typable_folders()
        keys = self.mutt_searches(folder)
        # Each alone in sight, so that nothing that comes or goes meanwhile puts the cursor elsewhere.
        for _, id_ in self.pick(self.free, 6 if self.account.count() < FULL else 12, folder):
            deed = self.random.choice((self.mutt_reads, self.mutt_flags, self.mutt_saves, self.mutt_copies,
                                       self.mutt_deletes, self.mutt_deletes, self.mutt_replies))
            keys += f"<limit><kill-line>{pattern(id_)}<enter>" + deed(folder, id_, typable)
        keys += "<limit><kill-line>~A<enter>"
        sent, writing = [], self.random.random()
        if writing < 0.3:
            keys += self.mutt_writes()
        elif writing < 0.6:
            keys += self.mutt_postpones()

        def arrived():
            for letter, recipients in sent:
                self.delivered(letter, recipients)
                self.account.put("Sent", letter, {r"\Seen"})

        self.later("mutt session", arrived)
        return [lambda: sent.extend(self.desk.mutt(folder, keys))]

    def mutt_searches(self, folder):
        """Flags what holds a word in its body, found by the server (=b) or by mutt (~b)."""
        held = self.account.folders[folder]
        words = {w for id_ in held for w in self.account.letters[id_].words if w not in VOCABULARY}
        if not words:
            return ""
        word = self.random.choice(sorted(words))
        holders = [id_ for id_ in held if word in self.account.letters[id_].words]
        if not all((folder, id_) in self.free for id_ in holders):
            return ""
        for id_ in holders:
            self.later("search and flag", lambda i=id_: held[i].add(r"\Flagged"))
        return (f"<untag-pattern><kill-line>.<enter><tag-pattern><kill-line>{self.random.choice('=~')}b {word}<enter>"
                "<tag-prefix><set-flag>!<untag-pattern><kill-line>.<enter>")

    def mutt_reads(self, folder, id_, _):
        self.later("read", lambda: self.account.folders[folder][id_].add(r"\Seen"))
        return "<display-message><exit>"

    def mutt_flags(self, folder, id_, _):
        change, flag, key = self.random.choice(((set.add, r"\Flagged", "<set-flag>!"),
                                                (set.discard, r"\Flagged", "<clear-flag>!"),
                                                (set.discard, r"\Seen", "<set-flag>N"),
                                                (set.add, r"\Seen", "<clear-flag>N")))
        self.later("flag", lambda: change(self.account.folders[folder][id_], flag))
        return key

    def mutt_saves(self, folder, id_, typable):
        target = self.target(folder, id_, typable.__contains__)
        if not target:
            return ""
        self.later("move", lambda: self.account.move(id_, folder, target))
        return f"<save-message><kill-line>={target}<enter>"

    def mutt_copies(self, folder, id_, typable):
        target = self.target(folder, id_, typable.__contains__)
        if not target:
            return ""
        self.later("copy", lambda: self.account.copy(id_, folder, target))
        return f"<copy-message><kill-line>={target}<enter>"

    def mutt_deletes(self, folder, id_, _):
        self.later("expunge", lambda: self.account.folders[folder].pop(id_))
        return "<delete-message>"

    def mutt_replies(self, folder, id_, _):
        if self.account.letters[id_].sender != self.other.address or self.account.letters[id_].subject.count("Re:") > 3:
            return ""
        self.numbered += 1
        self.desk.text_to_write(self.text())
        self.later("reply", lambda: self.account.folders[folder][id_].update((r"\Seen", r"\Answered")))
        return "<display-message><exit><reply><send-message>"

    def mutt_writes(self):
        subject = self.subject()
        self.desk.text_to_write(self.text())
        attached = self.desk.home / "Anhang.bin"
        attached.write_bytes(self.random.randbytes(self.random.choice((10, 30_000, 1_000_000))))
        self.done["write in mutt"] += 1
        return (f"<mail>{self.other.address}, {self.account.address}<enter>{subject}<enter>"
                f"<attach-file><kill-line>{attached}<enter><send-message>")

    def mutt_postpones(self):
        subject = self.subject()
        self.desk.text_to_write(self.text())
        self.later("postpone", lambda: self.account.unread.append(("Drafts", subject, {r"\Draft"})))
        return f"<mail>{self.other.address}<enter>{subject}<enter><postpone-message>"


def pattern(id_):
    """For mutt to find the letter by: nothing in it that needs a backslash. Its own drafts have no Message-ID."""
    if id_.startswith("no id: "):
        return f"~s {id_.split()[2]}"
    return "~i " + re.sub("[^A-Za-z0-9]", ".", id_.strip("<>"))
