# One image for every role: services, gateway, relay, worker, migrate, certs. See docker-compose.yml.
FROM python:3.12-slim-bookworm

WORKDIR /luneo
COPY .ci/install.py .ci/install.py
COPY requirements.lock requirements-build.lock package.json package-lock.json .npmrc ./
RUN python3 .ci/install.py && rm -rf /root/.cache /root/.npm

COPY protos/gen protos/gen
COPY services services
COPY render_core render_core
COPY gateway gateway
COPY migrations migrations
COPY examples examples
COPY .ci/page.py .ci/page.py
RUN .venv/bin/python .ci/page.py \
    && useradd --uid 10001 --no-create-home --home-dir /data luneo \
    && install --directory --owner=luneo --group=luneo --mode=0700 /data /keys /certs /envoy

# What a container listens on is reached through the ports that its operator publishes.
ENV LUNEO_DATA=/data LUNEO_HOST=0.0.0.0 LUNEO_PLAINTEXT=allowed LUNEO_LOG_FORMAT=json PYTHONDONTWRITEBYTECODE=1 PATH=/luneo/.venv/bin:$PATH
USER luneo
VOLUME /data
EXPOSE 8400 8401 8402
ENTRYPOINT ["luneo"]
CMD ["up"]
