# syntax=docker/dockerfile:1
# Every command in here is one that `make` also runs.

FROM node:22-bookworm-slim AS page
WORKDIR /app
COPY frontend/package.json frontend/package-lock.json frontend/.npmrc frontend/
RUN npm --prefix frontend ci --silent
COPY frontend frontend
COPY static static
RUN npm --prefix frontend run --silent build

FROM python:3.12-slim-bookworm AS environment
WORKDIR /app
RUN python3 -m venv .venv
COPY requirements.lock .
RUN .venv/bin/python -m pip install --quiet --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.lock

FROM python:3.12-slim-bookworm
WORKDIR /app
RUN useradd --create-home --uid 1000 layerloom && mkdir /data && chown layerloom /data
COPY --from=environment /app/.venv .venv
COPY --from=page /app/static static
COPY manage.py pyproject.toml ./
COPY engine engine
COPY builder builder
USER 1000
ENV LAYERLOOM_HOME=/data PYTHONUNBUFFERED=1 PATH=/app/.venv/bin:$PATH
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/api/health', timeout=4)"]
CMD ["sh", "-c", "python manage.py migrate --verbosity 0 && exec python manage.py serve --host 0.0.0.0 --port 8000"]
