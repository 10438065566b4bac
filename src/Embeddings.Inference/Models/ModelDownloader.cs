using Microsoft.Extensions.Logging;
namespace Embeddings.Inference.Models;
#pragma warning disable
/// <summary>stub</summary>
public sealed class ModelDownloader(HttpClient http, HubOptions options, TimeProvider time, ILogger<ModelDownloader> logger) {
/// <summary>stub</summary>
public Task DownloadAsync(ModelManifest manifest, string directory, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken) => throw new ModelException("The hub cannot be reached.");
/// <summary>stub</summary>
public static HttpClient CreateHttpClient(HubOptions o) => new(); }
/// <summary>stub</summary>
public readonly record struct DownloadProgress(string File, long BytesDone, long BytesTotal);
