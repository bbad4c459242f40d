# syntax=docker/dockerfile:1
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN --mount=type=cache,target=/go/pkg/mod go mod download
COPY . .
ARG VERSION=""
# Static: no cgo, so that it runs in an image with nothing else in it.
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build \
    CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X main.version=${VERSION}" -o /out/sitrep . \
 && mkdir -p /out/state /out/watch

FROM scratch
# Discord is reached over TLS; the zones are linked in.
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /out/sitrep /sitrep
COPY --from=build --chown=65532:65532 /out/state /state
COPY --from=build --chown=65532:65532 /out/watch /watch
USER 65532:65532
VOLUME ["/state"]
# The local channel stays on the container's loopback: give SITREP_CONSOLE and
# SITREP_CONSOLE_TOKEN to reach it from outside.
ENV SITREP_STATE=/state SITREP_NO_PROMPT=true SITREP_LOG_JSON=true GOMEMLIMIT=1GiB
HEALTHCHECK --interval=30s --timeout=6s --start-period=60s CMD ["/sitrep", "health"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["/sitrep"]
CMD ["run"]
