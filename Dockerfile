# The offline endpoint, for programs in any language:
#   docker build -t scaffold . && docker run --rm -p 127.0.0.1:8080:8080 scaffold
FROM python:3.13-slim AS build
COPY . /src
RUN python -m venv /opt/scaffold && /opt/scaffold/bin/pip install --no-cache-dir /src

FROM python:3.13-slim
COPY --from=build /opt/scaffold /opt/scaffold
RUN useradd --create-home --uid 10001 scaffold
USER 10001
WORKDIR /home/scaffold
# What is said goes out at once, to `docker logs`.
ENV PATH=/opt/scaffold/bin:$PATH PYTHONUNBUFFERED=1
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
  CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8080/_scaffold/health')"]
# More options can follow, such as --script /script.json with -v ./script.json:/script.json:ro
ENTRYPOINT ["scaffold", "serve", "--port", "8080", "--all-addresses"]
