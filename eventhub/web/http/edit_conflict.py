"""Edit conflicts: the second writer is told, and keeps what they wrote."""

from __future__ import annotations

from flask_babel import gettext as _

from eventhub.web.forms.versioned import VersionedForm


def show_conflict(form: VersionedForm, found: object) -> None:
    """Show the conflict above the submitted form; `found` is what the other person saved.

    Saving again overwrites the other person's values knowingly.
    """
    form.showing(found)
    form.form_errors.append(
        _(
            "Another person has changed this since you opened this page. What you entered is"
            " below and has not been saved. Open the page in another window to see their changes,"
            " then save yours."
        )
    )
