"""Create and edit surveys, store answers, send invitations."""

from .editing import (
    SurveyTexts,
    add_question,
    answer,
    create,
    draft_of,
    edit,
    edit_question,
    is_answered,
    is_open,
    move_question,
    remove_question,
    texts_of,
)
from .invitations import people_without_survey, send_survey
