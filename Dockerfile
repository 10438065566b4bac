# syntax=docker/dockerfile:1

# One image: the server and the model it serves. Nothing in the last stage runs while building, so every platform is built without emulation.
#   docker build --tag embeddings .
#   docker build --tag embeddings --build-arg MODEL=static-en-384 .     no network for weights: they lie in this repository
#   docker build --tag embeddings --build-arg MODEL=none .              no model fetched: mount one, and name it with Models__Default
ARG SDK_IMAGE=mcr.microsoft.com/dotnet/sdk:10.0
# Chiseled: no shell, no package manager, user 1654. It has the libstdc++ and libgcc that ONNX Runtime needs.
ARG RUNTIME_IMAGE=mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled

# What a restore depends on, picked out of src/, so that a new project changes no line here and an edited source file restores nothing again.
FROM --platform=$BUILDPLATFORM ${SDK_IMAGE} AS projects
WORKDIR /source
COPY Directory.Build.props Directory.Packages.props global.json ./
COPY src src
RUN find src -type f ! -name '*.csproj' ! -name packages.lock.json -delete && find src -type d -empty -delete

FROM --platform=$BUILDPLATFORM ${SDK_IMAGE} AS build
ARG TARGETARCH
# Locked restore and reproducible paths, as in any other CI.
ENV CI=true
WORKDIR /source
COPY --from=projects /source ./
# Only downloads are cached outside the layer: packages must stay in it, or a layer from another machine's cache would be a restore without packages.
RUN --mount=type=cache,id=nuget,target=/root/.local/share/NuGet/http-cache \
    dotnet restore src/Embeddings.Api --arch "$TARGETARCH" --locked-mode -p:UseAppHost=false
COPY .editorconfig BannedSymbols.txt ./
COPY src src
ARG REVISION
# AnyCPU: only the native libraries are the platform's own, so that the next stage can run the program while building for another platform.
# The libraries deleted are Windows', which ONNX Runtime's package adds whatever the platform.
RUN dotnet publish src/Embeddings.Api --no-restore --arch "$TARGETARCH" --output /app \
        -p:UseAppHost=false -p:PlatformTarget=AnyCPU -p:SourceRevisionId="$REVISION" && \
    rm -f /app/onnxruntime*.dll
COPY models /app/models
# Where collections are kept: a named volume mounted there gets its owner from it.
RUN mkdir /data

# Fetched by the program itself, which compares every file with the size and SHA-256 of its model.json.
FROM build AS model
ARG MODEL=all-MiniLM-L6-v2
ARG HF_ENDPOINT
# A download that was cut goes on from the cache, and the second platform finds what the first has fetched.
RUN --mount=type=cache,id=models,target=/fetched,sharing=locked --mount=type=secret,id=hf_token \
    if [ "$MODEL" = none ]; then exit 0; fi; \
    if [ -z "$MODEL" ] || [ ! -f "/app/models/$MODEL/model.json" ]; then \
        echo "MODEL is a folder of models/ ($(ls -m -I README.md /app/models)) or none; '$MODEL' is neither." >&2; exit 1; fi; \
    if [ -f /run/secrets/hf_token ]; then HF_TOKEN=$(cat /run/secrets/hf_token) && export HF_TOKEN; fi; \
    cp -r /app/models/. /fetched && \
    { Models__Directory=/fetched dotnet /app/Embeddings.Api.dll models pull "$MODEL" || \
        { echo "Without a hub: --build-arg MODEL=static-en-384, or MODEL=none and mount the model." >&2; exit 1; }; } && \
    cp -r "/fetched/$MODEL/." "/app/models/$MODEL"

FROM ${RUNTIME_IMAGE}
ARG MODEL=all-MiniLM-L6-v2
ARG VERSION=0.1.0
ARG REVISION
LABEL org.opencontainers.image.title="Embeddings" \
      org.opencontainers.image.description="OpenAI-compatible embeddings server" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"

WORKDIR /app
COPY --from=model /app ./
COPY --from=build --chown=$APP_UID:$APP_UID /data /data
COPY LICENSE ./

# Models__Default: vectors of two models do not mix, so the image names its model and never falls back to another. With MODEL=none it names
# none, and does not start until somebody does.
# ORT_DISABLE_TELEMETRY: since 1.29 ONNX Runtime reports its sessions to Microsoft unless told not to before it loads.
# DOTNET_EnableDiagnostics, reloadConfigOnChange: no socket in /tmp and no file watchers, so that a read-only root file system is enough.
ENV Models__Default=${MODEL} \
    Storage__Path=/data/embeddings.db \
    ASPNETCORE_HTTP_PORTS=8080 \
    ORT_DISABLE_TELEMETRY=1 \
    DOTNET_EnableDiagnostics=0 \
    DOTNET_hostBuilder__reloadConfigOnChange=false
EXPOSE 8080
USER $APP_UID
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 \
    CMD ["dotnet", "/app/Embeddings.Api.dll", "health"]
ENTRYPOINT ["dotnet", "/app/Embeddings.Api.dll"]
