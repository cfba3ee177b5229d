# One image for the Prefect server, the workers and the command line.
FROM python:3.11.14-slim-bookworm AS wheel
WORKDIR /source
COPY constraints.txt pyproject.toml README.md LICENSE ./
COPY projection projection
COPY pipeline pipeline
COPY flows flows
COPY crosslabel crosslabel
COPY data data
RUN pip install --no-cache-dir --constraint constraints.txt build \
    && python -m build --wheel --outdir /wheels

FROM python:3.11.14-slim-bookworm
# The CPU build of torch by default; https://pypi.org/simple gives the one with CUDA.
ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu
COPY constraints.txt prefect.yaml /opt/crosslabel/
COPY --from=wheel /wheels /opt/crosslabel/wheels
RUN cd /opt/crosslabel \
    && pip install --no-cache-dir --no-deps --index-url "$TORCH_INDEX" "$(grep '^torch==' constraints.txt)" \
    && pip install --no-cache-dir --constraint constraints.txt "$(echo wheels/*.whl)[flows]" \
    && useradd --uid 10001 --create-home crosslabel \
    && install --directory --owner crosslabel --group crosslabel /work

# Everything written at run time goes to the volume or to /tmp; the rest may be read-only.
ENV CROSSLABEL_CACHE=/work/.cache/crosslabel \
    HF_HOME=/work/.cache/huggingface \
    PREFECT_HOME=/tmp/prefect \
    PREFECT_SERVER_UI_STATIC_DIRECTORY=/tmp/prefect-ui \
    PREFECT_SERVER_ANALYTICS_ENABLED=false \
    DO_NOT_TRACK=1 \
    PYTHONUNBUFFERED=1
USER crosslabel
WORKDIR /work
CMD ["crosslabel", "--help"]
