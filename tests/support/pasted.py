"""Texts as programs put them on the clipboard, and how they are stored, on several lines and on one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Pasted:
    """One text: as the program gives it, as it is stored, and the Markdown that a page is drawn from."""

    program: str
    given: str
    stored: str
    html: str

    @property
    def on_one_line(self) -> str:
        """Return what a field of one line keeps."""
        return " ".join(self.stored.split())


PASTED: Final = (
    Pasted(
        "Word, a list in two levels",
        "Ohjelmassa:\r\n\uf0b7\tAvaus\r\no\tTervetulosanat\r\n\uf0a7\tTyöpajat\u00a0klo\u00a013\r\n",
        "Ohjelmassa:\n•\tAvaus\no\tTervetulosanat\n▪\tTyöpajat klo 13",
        "<p>Ohjelmassa:</p><ul><li>Avaus</li><li>Tervetulosanat</li><li>Työpajat klo 13</li></ul>",
    ),
    Pasted(
        "Word, a line broken with Shift and Enter, a hyphen that does not break, and an optional one",
        "Sosiaali\x1e ja terveys\x1fjärjestöt\x0bHelsinki",
        "Sosiaali- ja terveysjärjestöt\nHelsinki",
        "<p>Sosiaali- ja terveysjärjestöt<br>Helsinki</p>",
    ),
    Pasted(
        "Outlook, bullets with spaces",
        "  •  Anmälan\r\n  •  Lunch\r\nVälkommen!\r\n\r\n",
        "•  Anmälan\n•  Lunch\nVälkommen!",
        "<ul><li>Anmälan</li><li>Lunch</li></ul><p>Välkommen!</p>",
    ),
    Pasted(
        "PowerPoint",
        "Muutosohjelma\x0bvuosille 2026–2030\r– tausta\r– tavoitteet\r",
        "Muutosohjelma\nvuosille 2026–2030\n– tausta\n– tavoitteet",
        "<p>Muutosohjelma<br>vuosille 2026–2030</p><ul><li>tausta</li><li>tavoitteet</li></ul>",
    ),
    Pasted(
        "PDF",
        "Pro\ufb01ili ja re\ufb02ektio\x0cA\u030aland a\u0308a\u0308ni\u00ad",
        "Profiili ja reflektio\nÅland ääni",
        "<p>Profiili ja reflektio<br>Åland ääni</p>",
    ),
    Pasted(
        "Teams",
        "\u200bLiity tästä:\u2028https://meet.example/a_b_c?x=1&y=2.\u200e\u2029(Ohje: www.ohje.example/teams)\ufeff",
        "Liity tästä:\nhttps://meet.example/a_b_c?x=1&y=2.\n(Ohje: www.ohje.example/teams)",
        '<p>Liity tästä:<br><a href="https://meet.example/a_b_c?x=1&amp;y=2" rel="noopener">'
        "https://meet.example/a_b_c?x=1&amp;y=2</a>.<br>"
        '(Ohje: <a href="https://www.ohje.example/teams" rel="noopener">www.ohje.example/teams</a>)</p>',
    ),
    Pasted(
        "a phone, with an emoji",
        "\u2068Nähdään\u2069 👩\u200d⚕️\u2028kysy: matti@host.example, kiitos",
        "Nähdään 👩\u200d⚕️\nkysy: matti@host.example, kiitos",
        '<p>Nähdään 👩\u200d⚕️<br>kysy: <a href="mailto:matti@host.example" rel="noopener">matti@host.example</a>,'
        " kiitos</p>",
    ),
    Pasted(
        "a letterhead, three lines and indented",
        "    Kuntatalo\x85    Toinen linja 14\x85    00530 Helsinki",
        "Kuntatalo\nToinen linja 14\n00530 Helsinki",
        "<p>Kuntatalo<br>Toinen linja 14<br>00530 Helsinki</p>",
    ),
    Pasted(
        "Word, numbers",
        "1)\tIlmoittaudu\r\n2)\tOsallistu\r\n",
        "1)\tIlmoittaudu\n2)\tOsallistu",
        "<ol><li>Ilmoittaudu</li><li>Osallistu</li></ol>",
    ),
    Pasted(
        "a spreadsheet",
        "9.00\tKahvi\r\n9.30\tAvaus\r\n",
        "9.00\tKahvi\n9.30\tAvaus",
        "<p>9.00\tKahvi<br>9.30\tAvaus</p>",
    ),
)
