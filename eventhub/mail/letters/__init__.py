"""Letters: a message rendered in its recipient's language.

Each kind has a module of its name with one function, which returns the variables of its templates as plain data:
`reminder.py` for `templates/emails/reminder/{subject.txt,body.txt,body.html}`. Two kinds share one: `confirmation.py`
is also the context of `place_freed`.

- `rendering.py`: `render` draws the templates; it has the table of kinds and their contexts.
- `event_facts.py`: the variables that every letter about an event has: title, time, place, hosts, links, programme.
- `changes.py`: what has changed since the person's last letter, for `event_changed.py` and `agenda_changed.py`.
- `calendar_part.py`: the invitation or cancellation that a letter carries.

Not here: the policy of each kind (`eventhub/domain/messages/letters.py`), MIME (`eventhub/mail/mime.py`), calendar
entries (`eventhub/mail/calendar_entries.py`).
"""
