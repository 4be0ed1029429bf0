"""Who does something: a member of staff, a participant, an API key, or the system itself."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final


class ActorKind(StrEnum):
    """What kind of actor."""

    STAFF = "staff"
    PARTICIPANT = "participant"
    API_KEY = "api_key"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """One actor, made by `staff`, `participant` and `api_key`; `SYSTEM` and `COMMAND_LINE` are the system.

    `name` is the person's name of staff, the key's name of an API key, and the entry point of the system; a
    participant's name is personal data and is never held here.
    """

    kind: ActorKind
    name: str = ""
    user_id: int | None = None
    registration_id: int | None = None
    api_key_id: str | None = None

    def __post_init__(self) -> None:
        ids = {
            ActorKind.STAFF: self.user_id,
            ActorKind.PARTICIPANT: self.registration_id,
            ActorKind.API_KEY: self.api_key_id,
        }
        if any(found is not None for kind, found in ids.items() if kind is not self.kind):
            raise ValueError(f"{self.kind} has an id of another kind")
        if self.kind in {ActorKind.STAFF, ActorKind.API_KEY} and ids[self.kind] is None:
            raise ValueError(f"{self.kind} has no id")

    @classmethod
    def staff(cls, user_id: int, name: str) -> Actor:
        """Return a member of staff."""
        return cls(ActorKind.STAFF, name=name, user_id=user_id)

    @classmethod
    def participant(cls, registration_id: int) -> Actor:
        """Return the participant whose registration this is."""
        return cls(ActorKind.PARTICIPANT, registration_id=registration_id)

    @classmethod
    def api_key(cls, key_id: str, name: str = "") -> Actor:
        """Return a program that signs in with an API key."""
        return cls(ActorKind.API_KEY, name=name, api_key_id=key_id)

    @property
    def is_staff(self) -> bool:
        """Whether a member of staff acts."""
        return self.kind is ActorKind.STAFF

    @property
    def is_participant(self) -> bool:
        """Whether the participant acts."""
        return self.kind is ActorKind.PARTICIPANT

    def with_registration(self, registration_id: int) -> Actor:
        """Return `NEWCOMER` as the participant that they have become; any other actor unchanged."""
        if self.is_participant and self.registration_id is None:
            return replace(self, registration_id=registration_id)
        return self


#: The workers, and whatever follows by itself from what others did.
SYSTEM: Final = Actor(ActorKind.SYSTEM, name="system")
#: The operator, at the command line of the server.
COMMAND_LINE: Final = Actor(ActorKind.SYSTEM, name="command line")
#: A participant who is registering and has no registration yet.
NEWCOMER: Final = Actor(ActorKind.PARTICIPANT)
