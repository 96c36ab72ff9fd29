# The app in a container: docker build -t skipviz . && docker run -p 7860:7860 skipviz
FROM python:3.11-slim

# Where torch comes from: the CPU build by default; for CUDA 13.0 build with
# --build-arg TORCH_INDEX=https://download.pytorch.org/whl/cu130 and run with --gpus all.
ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu

RUN useradd --create-home --uid 1000 visitor
WORKDIR /home/visitor/app

COPY requirements.txt .
RUN pip install --no-cache-dir "$(grep '^torch==' requirements.txt)" --index-url "$TORCH_INDEX" \
    && pip install --no-cache-dir -r requirements.txt

COPY app.py ./
COPY .streamlit .streamlit
COPY assets assets
COPY pages pages
COPY skipviz skipviz
# the only folder the app writes to: the chart library and a picture go there at the start
RUN mkdir static && chown visitor static

USER visitor
ENV OMP_NUM_THREADS=1 \
    PYTHONUNBUFFERED=1 \
    SKIPVIZ_LOG=1 \
    STREAMLIT_SERVER_FILE_WATCHER_TYPE=none \
    PORT=7860
EXPOSE 7860
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/health', timeout=4)"]
# what `streamlit run app.py` serves, by uvicorn's own options
CMD ["sh", "-c", "exec python -m uvicorn skipviz.ui.asgi:app --host 0.0.0.0 --port $PORT --timeout-graceful-shutdown 5"]
