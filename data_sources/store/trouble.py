"""Why Redis does not do its work: one code for each cause, from any error of the client.

In: an exception. Out: a `Cause`, which loops log, screens name in words (``state.cause.CODE``) and
routes answer. All code that catches an error of Redis asks here, so that all name the same cause.
"""

from __future__ import annotations

from enum import StrEnum

import redis
from redis import exceptions


class Cause(StrEnum):
    """What keeps Redis from reading or writing; the value is the code."""

    #: maxmemory is reached and nothing may be evicted
    MEMORY = "memory"
    #: the disk of its append-only file or snapshot is full or broken
    DISK = "disk"
    #: a replica, or one that lacks the replicas it must have
    READ_ONLY = "read-only"
    #: a cluster, or a part of one, is asked for keys that another node holds
    MOVED = "moved"
    #: no password, or a wrong one
    PASSWORD = "password"
    #: the user may not run a command
    RIGHTS = "rights"
    #: it reads its data from the disk
    LOADING = "loading"
    #: one script runs for too long
    BUSY = "busy"
    #: it takes no more connections
    CROWDED = "crowded"
    #: connected, but no answer in time
    SILENT = "silent"
    #: nothing listens, or the connection is cut
    REFUSED = "refused"
    #: an answer that should not be: a mistake of the program or of the store's data
    OTHER = "other"


#: the word that begins an error reply of the server → cause
_WORDS = {
    "OOM": Cause.MEMORY,
    "MISCONF": Cause.DISK,
    "READONLY": Cause.READ_ONLY,
    "NOREPLICAS": Cause.READ_ONLY,
    "MASTERDOWN": Cause.READ_ONLY,
    "MOVED": Cause.MOVED,
    "ASK": Cause.MOVED,
    "TRYAGAIN": Cause.MOVED,
    "CROSSSLOT": Cause.MOVED,
    "CLUSTERDOWN": Cause.MOVED,
    "NOAUTH": Cause.PASSWORD,
    "WRONGPASS": Cause.PASSWORD,
    "NOPERM": Cause.RIGHTS,
    "LOADING": Cause.LOADING,
    "BUSY": Cause.BUSY,
    "UNKILLABLE": Cause.BUSY,
}
#: the client's classes, the narrower first: it takes the word off the text of these
_KINDS: tuple[tuple[type[BaseException] | tuple[type[BaseException], ...], Cause], ...] = (
    (exceptions.OutOfMemoryError, Cause.MEMORY),
    ((exceptions.ReadOnlyError, exceptions.MasterDownError), Cause.READ_ONLY),
    (
        (
            exceptions.AskError,
            exceptions.TryAgainError,
            exceptions.ClusterError,
            exceptions.ClusterDownError,
            exceptions.ClusterCrossSlotError,
            exceptions.RedisClusterException,
        ),
        Cause.MOVED,
    ),
    ((exceptions.AuthenticationError, exceptions.AuthorizationError), Cause.PASSWORD),
    (exceptions.AuthenticationWrongNumberOfArgsError, Cause.PASSWORD),
    (exceptions.NoPermissionError, Cause.RIGHTS),
    (exceptions.BusyLoadingError, Cause.LOADING),
    (exceptions.MaxConnectionsError, Cause.CROWDED),
    ((redis.TimeoutError, TimeoutError), Cause.SILENT),
)
#: parts of the server's sentence, for replies whose word is lost on the way: in a script, or
#: inside the reply of a transaction
_SENTENCES = (
    ("command not allowed when used memory > 'maxmemory'", Cause.MEMORY),
    ("Errors writing to the AOF file", Cause.DISK),
    ("MISCONF", Cause.DISK),
    ("can't write against a read only replica", Cause.READ_ONLY),
    ("max number of clients reached", Cause.CROWDED),
    ("NOAUTH", Cause.PASSWORD),
    ("invalid password", Cause.PASSWORD),
    ("invalid username-password pair", Cause.PASSWORD),
    ("BUSY Redis is busy", Cause.BUSY),
    ("BUSY Valkey is busy", Cause.BUSY),
    ("is loading the dataset in memory", Cause.LOADING),
)


def cause(error: BaseException) -> Cause:
    """The cause of an error of the client, or of an `OSError` of its socket."""
    for kinds, found in _KINDS:
        if isinstance(error, kinds):
            return found
    text = str(error)
    found_word = _WORDS.get(text.partition(" ")[0])
    if found_word is not None:
        return found_word
    for part, meant in _SENTENCES:
        if part in text:
            return meant
    if isinstance(error, redis.ConnectionError | OSError):
        return Cause.REFUSED
    return Cause.OTHER


def passes(error: BaseException) -> bool:
    """Whether the error is of a kind that ends without a change of the program.

    A loop goes on after such an error; after any other its process ends and is started again.
    """
    return cause(error) is not Cause.OTHER
