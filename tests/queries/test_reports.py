"""A report: figures with their base, texts without respondents, a constant number of statements."""

from __future__ import annotations

from datetime import date

from sqlalchemy import event as sqlalchemy_event
from sqlalchemy.orm import Session

from eventhub.db import db
from eventhub.domain.access.tokens import new_key
from eventhub.domain.enums import QuestionKind
from eventhub.domain.languages import Language, TranslatedText
from eventhub.domain.questions.questions import Option
from eventhub.models import Survey, SurveyAnswer, SurveyInvitation, SurveyQuestion, SurveyResponse
from eventhub.queries import reports
from tests.support.factories import NOW, make_event, make_organisation, make_registration, make_user, texts


def make_survey(**values: object) -> Survey:
    survey = Survey(
        **{"slug": "influence", "language": Language.FI, "title": texts("Survey"), "created_at": NOW} | values  # type: ignore[operator]
    )
    options = [Option("yes", TranslatedText({"fi": "Kyllä"})), Option("no", TranslatedText({"fi": "Ei", "en": "No"}))]
    ends = [
        Option("1", TranslatedText({"fi": "Huono", "en": "Bad"})),
        Option("5", TranslatedText({"fi": "Hyvä", "en": "Good"})),
    ]
    survey.questions = [
        SurveyQuestion(kind=QuestionKind.CHOICE, label=texts("Active?"), options=options, position=0),
        SurveyQuestion(kind=QuestionKind.SCALE, label=texts("How?"), options=ends, position=1),
        SurveyQuestion(kind=QuestionKind.TEXT, label=texts("Else?"), options=[], position=2),
        SurveyQuestion(kind=QuestionKind.CHOICES, label=texts("Which?"), options=options, position=3),
    ]
    db.session.add(survey)
    db.session.flush()
    return survey


def respond(survey: Survey, *values: object, language: Language = Language.FI) -> None:
    db.session.add(
        SurveyResponse(
            survey_id=survey.id,
            language=language,
            answered_on=date(2026, 3, 9),
            answers=[
                SurveyAnswer(question_id=question.id, value=value)
                for question, value in zip(survey.questions, values, strict=False)
                if value is not None
            ],
        )
    )
    db.session.flush()


def test_405_of_431_are_94_per_cent(db_session: Session) -> None:
    survey = make_survey()
    for number in range(431):
        respond(survey, "yes" if number < 405 else "no")
    figures = reports.report(survey).figures[0]
    assert figures.n == 431
    assert [(bar.label, bar.count) for bar in figures.bars(Language.FI)] == [("Kyllä", 405), ("Ei", 26)]
    assert figures.tally.share("yes") == 94


def test_each_question_has_its_own_base(db_session: Session) -> None:
    survey = make_survey()
    respond(survey, "yes", 5, "Hyvä", ["no", "yes"])
    respond(survey, None, 4, " ", ["no"], language=Language.SV)
    report = reports.report(survey)
    assert (report.responses, report.invited, report.has_invitations) == (2, 0, False)
    assert report.languages == ((Language.FI, 1), (Language.SV, 1))
    assert [figures.n for figures in report.figures] == [1, 2, 1, 2]
    assert report.figures[1].mean == 4.5
    assert [bar.count for bar in report.figures[1].bars(Language.EN)] == [1, 1, 0, 0, 0]
    assert [(str(bar.label), bar.count) for bar in report.figures[3].bars(Language.EN)] == [("No", 2), ("Kyllä", 1)]


def test_free_text_answers_are_not_read_for_a_reader(db_session: Session) -> None:
    survey = make_survey()
    respond(survey, "yes", 5, "Only between us", ["no", "yes"])
    person = make_registration(make_event())
    db.session.add(SurveyInvitation(survey_id=survey.id, registration_id=person.id, key=new_key(), answered=True))
    db.session.flush()
    found = [reports.report(survey), reports.public_report(survey), reports.sums(survey)]
    assert [(one.responses, one.invited, one.answered) for one in found] == [(1, 1, 1), (1, 1, 1), (1, 0, 0)]
    assert [[figures.question.position for figures in one.figures] for one in found] == [
        [0, 1, 2, 3],
        [0, 1, 3],
        [0, 1, 3],
    ]
    assert [[text for figures in one.figures for text in figures.texts] for one in found] == [
        ["Only between us"],
        [],
        [],
    ]


def test_labels_name_their_language(db_session: Session) -> None:
    survey = make_survey()
    report = reports.report(survey)
    yes, no = report.figures[0].bars(Language.EN)
    assert (str(yes.label), yes.label.language) == ("Kyllä", Language.FI)
    assert (str(no.label), no.label.language) == ("No", Language.EN)
    assert [str(bar.label) for bar in report.figures[1].bars(Language.EN)] == ["5 – Good", "4", "3", "2", "1 – Bad"]
    assert report.figures[0].label(Language.SV) == "Active? (sv)"
    assert report.survey_is_empty


def test_free_texts_have_a_stable_shuffle_per_question(db_session: Session) -> None:
    survey = make_survey()
    second = SurveyQuestion(
        survey_id=survey.id, kind=QuestionKind.TEXT, label=TranslatedText(en="More"), options=[], position=4
    )
    survey.questions.append(second)
    db.session.flush()
    for number in range(30):
        respond(survey, None, None, f"text {number}", None, f"text {number}", language=Language.SV)
    one, two = (figures.texts for figures in reports.report(survey).figures if figures.texts)
    assert sorted(one) == sorted(two) == sorted(f"text {number}" for number in range(30))
    assert one != two
    assert list(one) != [f"text {number}" for number in range(30)]
    assert {text.language for text in one} == {Language.SV}
    assert reports.report(survey).figures[2].texts == one


def test_report_takes_four_statements_for_any_size(db_session: Session) -> None:
    survey = make_survey()
    seen: list[str] = []

    def note(connection: object, cursor: object, statement: str, *more: object) -> None:
        seen.append(statement)

    counts = []
    sqlalchemy_event.listen(db.engine, "before_cursor_execute", note)
    try:
        for _ in range(3):
            seen.clear()
            reports.report(survey)
            counts.append(len(seen))
            respond(survey, "yes", 5, "text", ["no"])
    finally:
        sqlalchemy_event.remove(db.engine, "before_cursor_execute", note)
    assert counts == [4, 4, 4]


def test_surveys_apart_are_listed_for_own_organisations_only(db_session: Session) -> None:
    own, other = make_organisation(), make_organisation()
    user = make_user(own)
    survey = make_survey(organisation_id=own.id)
    make_survey(slug="other", organisation_id=other.id)
    respond(survey, "yes")
    assert [(row.survey, row.responses) for row in reports.surveys_of(user)] == [(survey, 1)]
    assert reports.survey_apart("influence", user) is survey
    assert reports.survey_apart("other", user) is None


def test_responses_are_read_in_slices(db_session: Session) -> None:
    survey = make_survey()
    for number in range(3):
        respond(survey, "yes", number + 1)
    first, scale = survey.questions[0].id, survey.questions[1].id
    rows = list(reports.response_rows(survey))
    assert [language for language, _ in rows] == [Language.FI] * 3
    assert sorted(values[scale] for _, values in rows) == [1, 2, 3]
    assert [values[first] for _, values in rows] == ["yes"] * 3
