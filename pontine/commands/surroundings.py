"""What a command finds around it, put right before anything is loaded: locale, home, user's name.

Imports the standard library only. Whatever Pontine reads or writes is UTF-8, whatever the locale
says; libraries below it want a home to keep caches in, and a name for whoever runs them.
"""

import codecs
import locale
import os
import pwd
import sys
import tempfile
from pathlib import Path

NAMES = ("LOGNAME", "USER", "LNAME", "USERNAME")  # where getpass looks for one
GIVEN = dict(os.environ)  # as the person has it, whatever :func:`settle` makes of it
CACHES = {"XDG_CACHE_HOME": "", "MPLCONFIGDIR": "matplotlib"}  # and what stands below them


def settle() -> None:
    """Put right what can be; what was changed beyond a name is said.

    In a locale that is not UTF-8 the process begins anew in Python's UTF-8 mode. Without a home
    that can be written, caches go into the folder for temporary files.
    """
    if not in_utf8():
        os.environ["PYTHONUTF8"] = "1"  # for whatever is started from here
        os.execv(sys.executable, [sys.executable, "-X", "utf8", *sys.orig_argv[1:]])
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    if not named():
        os.environ["USER"] = f"uid{os.getuid()}"
    fault = home_fault()
    if fault and any(name not in os.environ for name in CACHES):
        scratch = own_scratch()
        if not home():
            os.environ["HOME"] = str(scratch)
        for name, below in CACHES.items():
            os.environ.setdefault(name, str(scratch / below))
        print(f"note: {fault}: caches go to {scratch}", file=sys.stderr)


def in_utf8() -> bool:
    """Whether this process reads its arguments, and names and contents of files, as UTF-8."""
    if sys.flags.utf8_mode:
        return True
    encodings = (locale.getpreferredencoding(False), sys.getfilesystemencoding())
    return all(codecs.lookup(encoding).name == "utf-8" for encoding in encodings)


def named() -> bool:
    """Whether the user has a name: in the environment, or in the password file."""
    if any(GIVEN.get(name) for name in NAMES):
        return True
    try:
        return bool(pwd.getpwuid(os.getuid()).pw_name)
    except KeyError:
        return False


def home() -> str:
    """The home folder; "" where neither HOME nor the password file says it."""
    try:
        return GIVEN.get("HOME") or pwd.getpwuid(os.getuid()).pw_dir
    except KeyError:
        return ""


def home_fault() -> str:
    """Why nothing can be kept in the home folder; "" where it can."""
    found = home()
    if not found:
        return "HOME is not set, and the password file does not know this user"
    try:
        with tempfile.TemporaryFile(dir=found):
            return ""
    except OSError as error:
        return f"the home folder {found} cannot be written ({error.strerror})"


def own_scratch() -> Path:
    """A folder for temporary files that belongs to this user; the same one each time."""
    folder = Path(tempfile.gettempdir()) / f"pontine-{os.getuid()}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        if folder.is_symlink() or folder.stat().st_uid != os.getuid():
            raise PermissionError
    except OSError:  # somebody else's
        return Path(tempfile.mkdtemp(prefix="pontine-"))
    return folder
