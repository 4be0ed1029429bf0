"""The baseline of the event page: Flask with one page that renders one template, and nothing else."""

from flask import Flask, render_template_string

from workers.buffering import BufferingServer

_PAGE = """<!doctype html>
<html lang="sv"><head><title>{{ title }}</title></head>
<body><h1>{{ title }}</h1><ol>{% for item in agenda %}<li>{{ item.at }} {{ item.title }}</li>{% endfor %}</ol></body>
</html>"""

app = Flask(__name__)
server = BufferingServer(app)


@app.get("/")
def page() -> str:
    """Return one small page."""
    agenda = [{"at": f"{9 + number}.00", "title": f"Anförande {number}"} for number in range(8)]
    return render_template_string(_PAGE, title="Ett evenemang", agenda=agenda)
