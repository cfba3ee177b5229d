# One image for the Prefect server, the workers and the command line.
FROM python:3.11.14-slim-bookworm AS wheel
WORKDIR /source
COPY constraints.txt pyproject.toml README.md LICENSE ./
COPY projection projection
COPY pipeline pipeline
COPY finetune finetune
COPY flows flows
COPY crosslabel crosslabel
COPY data data
RUN pip install --no-cache-dir --constraint constraints.txt build \
    && python -m build --wheel --outdir /wheels

FROM python:3.11.14-slim-bookworm
# Index that torch alone comes from: give PyTorch's CPU index for a small image. Empty takes the
# default index, whose build of torch for Linux brings CUDA along.
ARG TORCH_INDEX=
COPY constraints.txt prefect.yaml automations.yaml /opt/crosslabel/
COPY --from=wheel /wheels /opt/crosslabel/wheels
RUN cd /opt/crosslabel \
    && pip install --no-cache-dir --no-deps ${TORCH_INDEX:+--index-url "$TORCH_INDEX"} \
        "$(grep '^torch==' constraints.txt)" \
    && pip install --no-cache-dir --constraint constraints.txt "$(echo wheels/*.whl)[dask,finetune,quality,s3]" \
    && useradd --uid 10001 --create-home crosslabel \
    && install --directory --owner crosslabel --group crosslabel /corpora

# Everything written at run time goes to the volume or to /tmp; the rest may be read-only.
ENV CROSSLABEL_CACHE=/corpora/.cache/crosslabel \
    HF_HOME=/corpora/.cache/huggingface \
    NUMBA_CACHE_DIR=/tmp/numba \
    PREFECT_HOME=/tmp/prefect \
    PREFECT_SERVER_UI_STATIC_DIRECTORY=/tmp/prefect-ui \
    PREFECT_SERVER_ANALYTICS_ENABLED=false \
    DO_NOT_TRACK=1 \
    PYTHONUNBUFFERED=1
USER crosslabel
WORKDIR /corpora
CMD ["crosslabel", "--help"]
