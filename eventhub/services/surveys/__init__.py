"""Surveys: created, edited, answered; invitations to them."""

from .editing import (
    SurveyTexts,
    add_survey_question,
    create_survey,
    edit_survey,
    edit_survey_question,
    is_answered,
    is_open,
    move_survey_question,
    remove_survey_question,
    store_response,
    survey_texts_of,
)
from .invitations import people_without_survey, send_survey
