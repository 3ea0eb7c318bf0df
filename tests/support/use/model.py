"""What a user's mail should be, what it is over IMAP and in a Maildir, and how they differ."""

import base64
import dataclasses
import email
import email.policy
import hashlib
import re

STANDARD_FOLDERS = ("INBOX", "Drafts", "Sent", "Junk", "Trash", "Archive")
VOCABULARY = ("rechnung", "žirafa", "smørrebrød", "überraschung", "naïve", "письмо", "harvest", "lantern")
# What servers and programs add to, or keep out of, a copy of a message.
OF_THE_WAY = re.compile(rb"(?i)(return-path|received|x-tuid|bcc|status|x-status|lines|content-length|x-mutt-[a-z-]+):")
MAILDIR_FLAGS = {"D": r"\Draft", "F": r"\Flagged", "R": r"\Answered", "S": r"\Seen"}
SYNCED_FLAGS = frozenset(MAILDIR_FLAGS.values())


@dataclasses.dataclass(frozen=True)
class Letter:
    id: str
    digest: str        # SHA-256 of all but what OF_THE_WAY names, with LF for CRLF
    sender: str        # the address in From
    subject: str
    words: frozenset   # those of the VOCABULARY and the letter's own that stand in its text


def text_of(message):
    found = []
    for part in message.walk():
        if part.get_content_maintype() == "text":
            found.append(part.get_payload(decode=True).decode(part.get_content_charset("utf-8"), "replace"))
    return "\n".join(found)


def read_letter(raw):
    head, _, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    fields = re.findall(rb"(?m)^\S.*(?:\n[ \t].*)*", head)
    message = email.message_from_bytes(raw, policy=email.policy.default)
    id_ = str(message["Message-ID"] or "").strip() or f"no id: {message['Subject']}"  # mutt's drafts have none
    kept = [f for f in fields if not OF_THE_WAY.match(f)]
    if not id_.endswith("@use.example>"):  # mutt writes the date anew into the copy that it keeps
        kept = [f for f in kept if not f.startswith(b"Date:")]
    digest = hashlib.sha256(b"\n".join(kept) + b"\n\n" + body.rstrip(b"\n")).hexdigest()
    sender = re.search(r"[^\s<>]+@[^\s<>]+", str(message["From"] or "x@y")).group()
    text = text_of(message).casefold()
    words = {w for w in VOCABULARY if w in text} | set(re.findall(r"w\d+x[0-9a-f]{8}", text))
    return Letter(id_, digest, sender, str(message["Subject"]), frozenset(words))


def wire(name):
    """A mailbox name in modified UTF-7 (RFC 3501 §5.1.3)."""
    def shift(run):
        return "&" + base64.b64encode(run.group().encode("utf-16be")).decode().rstrip("=").replace("/", ",") + "-"
    return re.sub(r"[^ -~]+", shift, name.replace("&", "&-"))


def quoted(name):
    return '"' + wire(name).replace("\\", "\\\\").replace('"', '\\"') + '"'


class Account:
    """What one user should have: folder -> id -> flags. A draft that a program wrote itself is `unread` at first:
    folder -> subjects of letters that must be there and that the model hasn't seen yet."""

    def __init__(self, name, password, letters):
        self.name, self.password, self.letters = name, password, letters
        self.folders = {name: {} for name in STANDARD_FOLDERS}
        self.unread = []  # (folder, subject, flags)

    @property
    def address(self):
        return f"{self.name}@example.org"

    def put(self, folder, letter, flags=()):
        self.letters[letter.id] = letter
        self.folders[folder][letter.id] = set(flags)

    def copy(self, id_, source, target):
        self.folders[target][id_] = set(self.folders[source][id_])

    def move(self, id_, source, target):
        self.folders[target][id_] = self.folders[source].pop(id_)

    def count(self):
        return sum(map(len, self.folders.values()))


class Seen:
    """One copy of a letter as it was found."""

    def __init__(self, letter, flags, uid=None):
        self.letter, self.flags, self.uid = letter, flags, uid


class ImapReader:
    """Reads all of an account over IMAP. A body that was read once under a UIDVALIDITY and UID isn't read again unless
    `forget()` was called; nothing may take its place."""

    def __init__(self):
        self.known = {}       # (folder, uidvalidity, uid) -> (letter, size)
        self.failures = []

    def forget(self):
        self.known.clear()

    def read(self, session):
        """folder -> [Seen], in the order of the mailbox."""
        status, listed = session.list()
        names = [re.search(rb'\) "/" (.*)$', line).group(1).decode() for line in listed]
        return {unwire(name.strip('"')): self._read_folder(session, name) for name in names}

    def _read_folder(self, session, name):
        folder = unwire(name.strip('"'))
        expect(session.select(name if name.startswith('"') else f'"{name}"', readonly=True))
        validity = int(session.response("UIDVALIDITY")[1][0])
        rows = []
        for line in expect(session.uid("FETCH", "1:*", "(UID FLAGS RFC822.SIZE)")):
            if line is None:
                continue
            uid, size = (int(re.search(rb"%s (\d+)" % word, line).group(1)) for word in (b"UID", b"RFC822.SIZE"))
            flags = set(re.search(rb"FLAGS \(([^)]*)\)", line).group(1).decode().split()) - {r"\Recent"}
            rows.append((uid, size, flags))
        uids = [uid for uid, _, _ in rows]
        if uids != sorted(set(uids)):
            self.failures.append(f"{folder}: uids don't ascend: {uids}")
        self._read_bodies(session, folder, validity, uids)
        seen = []
        for uid, size, flags in rows:
            letter, length = self.known[folder, validity, uid]
            if size != length:
                self.failures.append(f"{folder}: uid {uid} says it has {size} octets, BODY[] has {length}")
            seen.append(Seen(letter, flags, uid))
        return seen

    def _read_bodies(self, session, folder, validity, uids):
        missing = [str(uid) for uid in uids if (folder, validity, uid) not in self.known]
        if not missing:
            return
        for item in expect(session.uid("FETCH", ",".join(missing), "(UID BODY.PEEK[])")):
            if isinstance(item, tuple):
                uid = int(re.search(rb"UID (\d+)", item[0]).group(1))
                self.known[folder, validity, uid] = (read_letter(item[1]), len(item[1]))


def unwire(name):
    def unshift(run):
        if run.group(1) == "":
            return "&"
        packed = run.group(1).replace(",", "/")
        return base64.b64decode(packed + "=" * (-len(packed) % 4)).decode("utf-16be")
    return re.sub(r"&([^-]*)-", unshift, name)


def expect(result):
    status, data = result
    if status != "OK":
        raise AssertionError(f"{status} {data}")
    return data


class MaildirReader:
    """Reads mbsync's Maildir: the same shape as ImapReader's, and where each letter lies. `name_of` makes a mailbox's
    name of a folder's."""

    def __init__(self, root, name_of):
        self.root, self.name_of = root, name_of
        self.known = {}  # file name without flags -> letter
        self.files = {}  # (folder, id) -> path

    def read(self):
        self.files.clear()
        found = {}
        for cur in self.root.rglob("cur"):
            folder = self.name_of(str(cur.parent.relative_to(self.root)))
            found[folder] = [self._read_file(folder, path) for where in ("cur", "new")
                             for path in sorted((cur.parent / where).iterdir())]
        return found

    def _read_file(self, folder, path):
        base, _, flags = path.name.partition(":2,")
        key = (folder, base)
        if key not in self.known:
            self.known[key] = read_letter(path.read_bytes())
        letter = self.known[key]
        self.files[folder, letter.id] = path
        return Seen(letter, {MAILDIR_FLAGS.get(f, f) for f in flags})


def differences(account, found, flags_of=lambda flags: flags):
    """What is wrong with `found`, in words; [] if it is what the model has."""
    wrong = []
    adopt(account, found)
    for folder in sorted(set(account.folders) | set(found)):
        if folder not in found or folder not in account.folders:
            wrong.append(f"{folder}: {'isn’t there' if folder not in found else 'should not be there'}")
            continue
        wanted, seen = account.folders[folder], {}
        for copy in found[folder]:
            seen.setdefault(copy.letter.id, []).append(copy)
        for id_ in sorted(set(wanted) | set(seen)):
            subject = account.letters[id_].subject if id_ in account.letters else "?"
            where = f"{folder}: {id_} “{subject}”"
            if id_ not in seen:
                wrong.append(f"{where} is missing")
            elif id_ not in wanted:
                wrong.append(f"{where} should not be there")
            elif len(seen[id_]) > 1:
                wrong.append(f"{where} is there {len(seen[id_])} times")
            else:
                copy, = seen[id_]
                if copy.letter.digest != account.letters[id_].digest:
                    wrong.append(f"{where} isn’t what was sent")
                if flags_of(copy.flags) != flags_of(wanted[id_]):
                    wrong.append(f"{where} has flags {sorted(copy.flags)} instead of {sorted(wanted[id_])}")
    wrong += [f"{folder}: nothing with the subject “{subject}”" for folder, subject, _ in account.unread]
    return wrong


def adopt(account, found):
    """Takes what a program wrote itself for what it should have written, once, by its subject."""
    for wanted in list(account.unread):
        folder, subject, flags = wanted
        for copy in found.get(folder, []):
            if copy.letter.subject == subject and copy.letter.id not in account.folders[folder]:
                account.put(folder, copy.letter, flags)
                account.unread.remove(wanted)
                break
