namespace Embeddings.Inference.Models;
/// <summary>stub</summary>
public sealed record HubOptions { 
/// <summary>stub</summary>
public string CacheDirectory { get; init; } = ""; 
/// <summary>stub</summary>
public static HubOptions FromEnvironment(Func<string, string?> variable) => new(); }
