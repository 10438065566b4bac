# syntax=docker/dockerfile:1

# One image: the server and the models that come with it. Their weights are in NuGet packages, so the build contacts no
# model hub. The build runs no command in the last stage, so it builds every platform without emulation.
#   docker build --tag embeddings .
#   docker build --tag embeddings --build-arg MODELS=all-MiniLM-L6-v2 .      without the second model (90 MB less)
#   docker build --tag embeddings --build-arg QUANTIZE=all-MiniLM-L6-v2 .    with int8 weights too (Models__Precision=Int8)
ARG SDK_IMAGE=mcr.microsoft.com/dotnet/sdk:10.0
# Chiseled: no shell, no package manager, user 1654. It has the libstdc++ and libgcc that ONNX Runtime needs.
ARG RUNTIME_IMAGE=mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled

# The files that a restore depends on. They are picked out of src/, so that a new project needs no line here. An edited
# source file does not cause a new restore.
FROM --platform=$BUILDPLATFORM ${SDK_IMAGE} AS projects
WORKDIR /source
COPY Directory.Build.props Directory.Packages.props global.json ./
COPY models models
COPY src src
RUN find src -type f ! -name '*.csproj' ! -name '*.targets' ! -name packages.lock.json -delete \
    && find src -type d -empty -delete

FROM --platform=$BUILDPLATFORM ${SDK_IMAGE} AS build
ARG TARGETARCH
# The folders of models/ to include, separated by spaces; empty for all.
ARG MODELS
# Locked restore and reproducible paths, as in any other CI.
ENV CI=true BuiltInModels=$MODELS
WORKDIR /source
COPY --from=projects /source ./
# Only downloads are cached outside the layer. Packages must stay in the layer: otherwise a layer from another machine's
# cache would be a restore without packages.
RUN --mount=type=cache,id=nuget,target=/root/.local/share/NuGet/http-cache \
    dotnet restore src/Embeddings.Api --arch "$TARGETARCH" --locked-mode -p:UseAppHost=false
COPY .editorconfig BannedSymbols.txt LICENSE NOTICE ./
COPY src src
ARG REVISION
RUN dotnet publish src/Embeddings.Api --no-restore --arch "$TARGETARCH" --output /app \
        -p:UseAppHost=false -p:SourceRevisionId="$REVISION"
# Collections are stored here. A named volume that is mounted here takes over the owner of this folder.
RUN mkdir /data

# The program makes int8 weights itself. It runs on the building machine's processor, whatever the image's platform is.
FROM build AS quantized
ARG QUANTIZE
RUN for model in $QUANTIZE; do \
        Models__Directory=/app/models dotnet run --project src/Embeddings.Api -- models quantize "$model" || exit 1; done

FROM ${RUNTIME_IMAGE}
ARG VERSION=0.1.0
ARG REVISION
LABEL org.opencontainers.image.title="Embeddings" \
      org.opencontainers.image.description="OpenAI-compatible embeddings server" \
      org.opencontainers.image.licenses="MIT AND Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"

WORKDIR /app
COPY --from=quantized /app ./
COPY --from=build --chown=$APP_UID:$APP_UID /data /data

# ORT_DISABLE_TELEMETRY: since 1.29 ONNX Runtime reports its sessions to Microsoft unless this is set before it loads.
# DOTNET_EnableDiagnostics, reloadConfigOnChange: no socket in /tmp and no file watchers, so that the root file system
# can be read-only.
# TMPDIR: an imported FAISS index file lies on disk until it has been read.
ENV Storage__Path=/data/embeddings.db \
    Models__Directory=/data/models \
    TMPDIR=/data \
    ASPNETCORE_HTTP_PORTS=8080 \
    ORT_DISABLE_TELEMETRY=1 \
    DOTNET_EnableDiagnostics=0 \
    DOTNET_hostBuilder__reloadConfigOnChange=false
EXPOSE 8080
USER $APP_UID
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 \
    CMD ["dotnet", "/app/Embeddings.Api.dll", "health"]
ENTRYPOINT ["dotnet", "/app/Embeddings.Api.dll"]
