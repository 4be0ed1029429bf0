# One image for web, worker, clock and migrations; docker-compose.yml says which command each runs.
FROM python:3.12-slim AS build
WORKDIR /srv/eventhub
RUN python -m venv /opt/venv
COPY requirements.txt .
RUN /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.txt
COPY eventhub ./eventhub
RUN for catalogue in eventhub/translations/*/LC_MESSAGES/*.po; do \
      /opt/venv/bin/pybabel --quiet compile --input-file "$catalogue" --output-file "${catalogue%.po}.mo" || exit 1; \
    done

FROM python:3.12-slim
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    EVENTHUB_DATA_DIR=/var/lib/eventhub
RUN useradd --system --uid 10001 --home-dir /var/lib/eventhub --create-home eventhub
WORKDIR /srv/eventhub
COPY --from=build /opt/venv /opt/venv
COPY --from=build /srv/eventhub/eventhub ./eventhub
COPY docs ./docs
COPY migrations ./migrations
COPY templates ./templates
COPY workers ./workers
USER eventhub
EXPOSE 8000
