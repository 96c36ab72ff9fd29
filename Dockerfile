# The app in a container: docker build -t skipviz . && docker run -p 7860:7860 skipviz

# A tag may come to mean another image, so the very image is named, by the digest of its list of
# platforms. How to take a newer one: docs/hosting.md.
ARG BASE=python:3.11-slim@sha256:9c900dea9e8fb7e16277c179b555cc72d29a352dbc33cff48ad5a0412fd5bfc7
FROM ${BASE}

# Where torch comes from: the CPU build by default; for CUDA 13.0 build with
# --build-arg TORCH_INDEX=https://download.pytorch.org/whl/cu130 and run with --gpus all.
ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu

RUN useradd --create-home --uid 1000 visitor
WORKDIR /home/visitor/app

COPY requirements.txt requirements.lock requirements-torch.lock ./
# Of torch the hash is known for the CPU build on x86-64; other builds are taken as their index has
# them, with what they need for a GPU.
RUN if [ "$(uname -m) $TORCH_INDEX" = "x86_64 https://download.pytorch.org/whl/cpu" ]; then \
        pip install --no-cache-dir --no-deps --require-hashes -r requirements-torch.lock \
            --index-url "$TORCH_INDEX"; \
    else \
        pip install --no-cache-dir "$(grep '^torch==' requirements.txt)" --index-url "$TORCH_INDEX"; \
    fi \
    && pip install --no-cache-dir --no-deps --require-hashes -r requirements.lock \
    && pip check

COPY app.py ./
COPY .streamlit .streamlit
COPY assets assets
COPY pages pages
COPY skipviz skipviz
# the only folders the app writes to: the chart library and a picture go into static at the start,
# data sets that visitors have downloaded into data
RUN mkdir static data && chown visitor static data

USER visitor
ENV OMP_NUM_THREADS=1 \
    PYTHONUNBUFFERED=1 \
    PYTHONPATH=/home/visitor/app \
    SCIKIT_LEARN_DATA=/home/visitor/app/data \
    SKIPVIZ_LOG=1 \
    STREAMLIT_SERVER_FILE_WATCHER_TYPE=none \
    PORT=7860
EXPOSE 7860
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/health', timeout=4)"]
# what `streamlit run app.py` serves, by uvicorn's own options
CMD ["sh", "-c", "exec python -m uvicorn skipviz.ui.asgi:app --host 0.0.0.0 --port $PORT --ws-max-size 2000000 --timeout-graceful-shutdown 5"]
