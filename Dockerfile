# syntax=docker/dockerfile:1

# One image: the server and the models that come with it. Their weights are in packages that the restore fetches, so no model hub is asked. Nothing
# runs in the last stage while building, so every platform is built without emulation.
#   docker build --tag embeddings .
#   docker build --tag embeddings --build-arg MODELS=all-MiniLM-L6-v2 .      without the second model: 90 MB less
#   docker build --tag embeddings --build-arg QUANTIZE=all-MiniLM-L6-v2 .    with 8-bit weights too: serve them with Models__Precision=Int8
ARG SDK_IMAGE=mcr.microsoft.com/dotnet/sdk:10.0
# Chiseled: no shell, no package manager, user 1654. It has the libstdc++ and libgcc that ONNX Runtime needs.
ARG RUNTIME_IMAGE=mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled

# What a restore depends on, picked out of src/, so that a new project changes no line here and an edited source file restores nothing again.
FROM --platform=$BUILDPLATFORM ${SDK_IMAGE} AS projects
WORKDIR /source
COPY Directory.Build.props Directory.Packages.props global.json ./
COPY models models
COPY src src
RUN find src -type f ! -name '*.csproj' ! -name '*.targets' ! -name packages.lock.json -delete && find src -type d -empty -delete

FROM --platform=$BUILDPLATFORM ${SDK_IMAGE} AS build
ARG TARGETARCH
# Folders of models/, separated by spaces; without it all.
ARG MODELS
# Locked restore and reproducible paths, as in any other CI.
ENV CI=true BuiltInModels=$MODELS
WORKDIR /source
COPY --from=projects /source ./
# Only downloads are cached outside the layer: packages must stay in it, or a layer from another machine's cache would be a restore without packages.
RUN --mount=type=cache,id=nuget,target=/root/.local/share/NuGet/http-cache \
    dotnet restore src/Embeddings.Api --arch "$TARGETARCH" --locked-mode -p:UseAppHost=false
COPY .editorconfig BannedSymbols.txt LICENSE NOTICE ./
COPY src src
ARG REVISION
RUN dotnet publish src/Embeddings.Api --no-restore --arch "$TARGETARCH" --output /app \
        -p:UseAppHost=false -p:SourceRevisionId="$REVISION"
# Where collections are kept: a named volume mounted there gets its owner from it.
RUN mkdir /data

# 8-bit weights are made by the program itself, run on this machine's processor whatever the platform of the image.
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

# ORT_DISABLE_TELEMETRY: since 1.29 ONNX Runtime reports its sessions to Microsoft unless told not to before it loads.
# DOTNET_EnableDiagnostics, reloadConfigOnChange: no socket in /tmp and no file watchers, so that a read-only root file system is enough.
# TMPDIR: an index file that is imported lies on the disk until it has been read.
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
