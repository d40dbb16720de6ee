# One image for page servers, scheduler and workers: they must have the same code.
FROM python:3.12-slim

ENV PIP_NO_CACHE_DIR=1 \
    PYTHONUNBUFFERED=1 \
    PYTHONPATH=/app \
    OMP_NUM_THREADS=1 \
    OPENBLAS_NUM_THREADS=1 \
    MKL_NUM_THREADS=1 \
    NUMBA_CACHE_DIR=/home/lab/.cache/numba \
    LAB_CACHE=/store

RUN useradd --create-home --uid 1000 lab && install --directory --owner lab --mode 700 /store

WORKDIR /app
COPY requirements.txt requirements-cluster.txt ./
RUN pip install -r requirements-cluster.txt

COPY .streamlit .streamlit
COPY assets assets
COPY core core
COPY pages pages
COPY streamlit_app.py ./

USER lab
VOLUME /store
EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=20s --start-period=60s \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8501/health')"]
CMD ["python", "-m", "streamlit", "run", "streamlit_app.py", "--server.port=8501", "--server.address=0.0.0.0", "--server.headless=true"]
