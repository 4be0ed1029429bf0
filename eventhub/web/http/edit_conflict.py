"""Two people who write the same at once: the second is told, and keeps what she wrote."""

from __future__ import annotations

from flask_babel import gettext as _

from eventhub.web.forms.versioned import VersionedForm


def show_conflict(form: VersionedForm, found: object) -> None:
    """Say it above the form, which is shown again as it was sent. `found` is what somebody else has saved.

    Saving once more is a decision against theirs, taken with open eyes.
    """
    form.showing(found)
    form.form_errors.append(
        _(
            "Another person has changed this since you opened this page. What you entered is"
            " below and has not been saved. Open the page in another window to see their changes,"
            " then save yours."
        )
    )
