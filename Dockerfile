FROM node:20-bookworm-slim AS front
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --no-audit --no-fund

FROM python:3.11-bookworm AS engine
WORKDIR /app
COPY requirements/dev.txt requirements/dev.txt
RUN pip install --no-cache-dir --require-hashes -r requirements/dev.txt
COPY streaming streaming
RUN python -m streaming.native && test -n "$(ls var/native)"

FROM python:3.11-slim-bookworm
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
WORKDIR /app
COPY requirements/base.txt requirements/base.txt
RUN pip install --no-cache-dir --require-hashes -r requirements/base.txt
COPY --from=front /app/node_modules node_modules
COPY . .
# The engine's packet path as machine code; of the very sources beside it, else the engine leaves it aside.
COPY --from=engine /app/var/native var/native
# Static files and catalogues are part of the image; the secret is only this step's.
RUN pybabel -q compile -d locale -D django \
    && STATIC_ROOT=/app/staticfiles DATA_DIR=/tmp/build python manage.py collectstatic --noinput -v 0 && rm -rf /tmp/build \
    && useradd --system --create-home sightline && mkdir -p /data /recordings && chown sightline /data /recordings
ENV STATIC_ROOT=/app/staticfiles
USER sightline
EXPOSE 8000
# After a crash thousands of phones come back at once: the queue of new connections holds them.
CMD ["daphne", "-e", "tcp:port=8000:interface=0.0.0.0:backlog=4096", "config.asgi:application"]
