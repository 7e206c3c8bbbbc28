FROM node:24-slim AS dashboard
COPY dashboard dashboard
RUN cd dashboard && npm ci && npm run build

FROM python:3.12-slim AS build
COPY requirements.txt /tmp/requirements.txt
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --require-hashes -r /tmp/requirements.txt

FROM python:3.12-slim
# LightGBM wants the OpenMP runtime.
RUN apt-get update && apt-get install -y --no-install-recommends libgomp1 && rm -rf /var/lib/apt/lists/*
# A volume that is mounted there belongs to whom it belongs here.
RUN useradd --uid 10001 --no-create-home aqi && install -d -o aqi /var/lib/aqi/model
COPY --from=build /opt/venv /opt/venv
WORKDIR /app
COPY manage.py ./
COPY aqiproject aqiproject
COPY forecasts forecasts
COPY realtime realtime
COPY --from=dashboard /dashboard/dist dashboard/dist
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER aqi
EXPOSE 8000
# SIGTERM tells every socket to come back to another server.
STOPSIGNAL SIGTERM
ENTRYPOINT ["python", "manage.py"]
CMD ["serve", "--no-beat", "--host", "0.0.0.0"]
