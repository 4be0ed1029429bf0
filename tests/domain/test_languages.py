"""Texts in three languages."""

from eventhub.domain.languages import Language, TranslatedText


def test_text_says_which_language_it_gave() -> None:
    text = TranslatedText(fi="Foorumi", en="Forum")
    assert [(text.text(wanted), text.text(wanted).language) for wanted in ("fi", "sv", "en")] == [
        ("Foorumi", Language.FI),
        ("Foorumi", Language.FI),
        ("Forum", Language.EN),
    ]


def test_fallback_is_the_events_own_language_then_any() -> None:
    assert TranslatedText(fi="Foorumi", en="Forum").text("sv", "en").language is Language.EN
    assert TranslatedText(sv="Forum").text("fi", "en").language is Language.SV
    assert TranslatedText().text("sv") == ""


def test_blank_texts_are_missing() -> None:
    text = TranslatedText({"fi": " Foorumi ", "sv": "  ", "en": None})
    assert dict(text) == {"fi": "Foorumi"}
    assert text.missing() == (Language.SV, Language.EN)
    assert not TranslatedText(fi="")


def test_equal_texts_are_equal_and_hash_alike() -> None:
    assert TranslatedText(fi="a") == TranslatedText({"fi": "a", "sv": ""})
    assert hash(TranslatedText(fi="a")) == hash(TranslatedText({"fi": "a"}))
