# The sandbox as a container: the wheel in a slim image, as a user of its own, its worlds on a volume.
#
#   docker build -t marketplace-sandbox .
#   docker run -e SANDBOX_ADMIN_TOKEN=choose-one -p 127.0.0.1:8585:8585 marketplace-sandbox

# Python 3.11.16 on Debian's slim image, by the digest of the list of its platforms, as many public Dockerfiles name it;
# this one was not pulled where it was written down. For another, with what was mended since, name its own:
#   docker build --build-arg PYTHON=python:3.11-slim@sha256:... -t marketplace-sandbox .
ARG PYTHON=python:3.11-slim@sha256:9c900dea9e8fb7e16277c179b555cc72d29a352dbc33cff48ad5a0412fd5bfc7

FROM ${PYTHON} AS wheel
WORKDIR /source
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY sandbox sandbox
COPY openapi openapi
COPY fixtures fixtures
COPY docs/sources.md docs/
COPY tools/build_hook.py tools/
RUN pip wheel --no-cache-dir --no-deps -c constraints.txt -w /wheels .

FROM ${PYTHON}
COPY constraints.txt /tmp/constraints.txt
COPY --from=wheel /wheels /tmp/wheels
RUN pip install --no-cache-dir -c /tmp/constraints.txt "$(ls /tmp/wheels/*.whl)[sqs]" \
    && rm -r /tmp/constraints.txt /tmp/wheels \
    && useradd --system --uid 10001 --create-home --home-dir /data sandbox
# by its number, so that an orchestrator can tell that it is not root
USER 10001
WORKDIR /data
VOLUME /data

# Bound beyond loopback, the server does not start without SANDBOX_ADMIN_TOKEN: there is no default for it.
ENV SANDBOX_HOST=0.0.0.0 \
    SANDBOX_PORT=8585 \
    SANDBOX_STORE=sqlite:////data/worlds.db
EXPOSE 8585
HEALTHCHECK --interval=5s --timeout=3s --start-period=20s --retries=5 \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen(f'http://127.0.0.1:{os.environ[\"SANDBOX_PORT\"]}/health', timeout=2)"]
ENTRYPOINT ["marketplace-sandbox"]
CMD ["serve"]
