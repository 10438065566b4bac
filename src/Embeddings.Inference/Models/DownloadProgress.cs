namespace Embeddings.Inference.Models;

/// <summary>How far the download of a model is.</summary>
/// <param name="File">The file in work.</param>
/// <param name="BytesDone">Bytes of the whole model that are here.</param>
/// <param name="BytesTotal">Bytes of the whole model.</param>
/// <param name="Sha256">SHA-256 of the file in lower-case hexadecimal; empty if the hub does not tell it.</param>
public readonly record struct DownloadProgress(string File, long BytesDone, long BytesTotal, string Sha256 = "");
