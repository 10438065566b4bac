using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Embeddings.Api.Dialects.Ollama;

/// <summary>The form of every failure.</summary>
/// <param name="Error">What failed.</param>
public sealed record OllamaError(string Error);

/// <summary>Texts to embed.</summary>
public sealed record EmbedRequest
{
    /// <summary>Name of the model, with or without a tag.</summary>
    public string? Model { get; init; }

    /// <summary>The texts; none where the client sends nothing or an empty string.</summary>
    [JsonConverter(typeof(InputConverter))]
    public IReadOnlyList<string>? Input { get; init; }

    /// <summary><c>false</c>: a text longer than the model reads is a 400. Otherwise as the server is set.</summary>
    public bool? Truncate { get; init; }

    /// <summary>Numbers in a vector. 0, and more than the model gives, mean the model's own length.</summary>
    public int? Dimensions { get; init; }

    /// <summary>Options of the model.</summary>
    public ModelOptions? Options { get; init; }
}

/// <summary>A text to embed, as Ollama's first route for it has it.</summary>
/// <param name="Model">Name of the model.</param>
/// <param name="Prompt">The text.</param>
/// <param name="Options">Options of the model.</param>
public sealed record EmbeddingsRequest(string? Model, string? Prompt, ModelOptions? Options);

/// <summary>Options of a model that mean something for embeddings; clients send many others.</summary>
/// <param name="NumCtx">Tokens that are read of a text, at most as many as the model reads.</param>
public sealed record ModelOptions(int? NumCtx);

/// <summary>Vectors, one for each text.</summary>
/// <param name="Model">The model, as the request names it.</param>
/// <param name="Embeddings">The vectors.</param>
/// <param name="TotalDuration">Nanoseconds that the request took.</param>
/// <param name="LoadDuration">Nanoseconds until the model was loaded.</param>
/// <param name="PromptEvalCount">Tokens that the model read.</param>
public sealed record EmbedResponse(
    string Model,
    IReadOnlyList<ReadOnlyMemory<float>> Embeddings,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? TotalDuration = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? LoadDuration = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? PromptEvalCount = null);

/// <summary>The vector of one text.</summary>
/// <param name="Embedding">The vector; empty for an empty text.</param>
public sealed record EmbeddingsResponse(ReadOnlyMemory<float> Embedding);

/// <summary>A request about a model.</summary>
/// <param name="Model">Its name.</param>
/// <param name="Name">The same, as older clients send it.</param>
/// <param name="Stream">Of a pull: whether progress comes line by line (the default).</param>
public sealed record ModelRequest(string? Model, string? Name, bool? Stream);

/// <summary>The models.</summary>
/// <param name="Models">One for each name.</param>
public sealed record TagList(IReadOnlyList<ModelTag> Models);

/// <summary>A name of a model.</summary>
/// <param name="Name">The name with its tag.</param>
/// <param name="Model">The same.</param>
/// <param name="ModifiedAt">When its weights were published; 1970 where nobody said.</param>
/// <param name="Size">Bytes of its weights.</param>
/// <param name="Digest">SHA-256 of its weights.</param>
/// <param name="Details">What it is.</param>
/// <param name="Capabilities">What it can do.</param>
public sealed record ModelTag(
    string Name, string Model, DateTime ModifiedAt, long Size, string Digest, ModelDetails Details,
    IReadOnlyList<string> Capabilities);

/// <summary>The models in memory.</summary>
/// <param name="Models">The models.</param>
public sealed record LoadedList(IReadOnlyList<LoadedModel> Models);

/// <summary>A model in memory.</summary>
/// <param name="Name">Its name with its tag.</param>
/// <param name="Model">The same.</param>
/// <param name="Size">Bytes of its weights.</param>
/// <param name="Digest">SHA-256 of its weights.</param>
/// <param name="Details">What it is.</param>
/// <param name="ExpiresAt">When it leaves the memory: never, which Ollama writes as a day far away.</param>
/// <param name="SizeVram">Bytes in the memory of a graphics card.</param>
/// <param name="ContextLength">Tokens that it reads of a text.</param>
public sealed record LoadedModel(
    string Name, string Model, long Size, string Digest, ModelDetails Details, DateTime ExpiresAt, long SizeVram,
    int ContextLength);

/// <summary>What a model is.</summary>
/// <param name="ParentModel">The model that it was made from; always empty.</param>
/// <param name="Format">Format of its file: <c>onnx</c>.</param>
/// <param name="Family">Its kind of network.</param>
/// <param name="Families">The same in a list.</param>
/// <param name="ParameterSize">How many parameters: <c>22.7M</c>; empty where nobody counted.</param>
/// <param name="QuantizationLevel">The type of its weights: <c>F32</c>.</param>
/// <param name="ContextLength">Tokens that it reads of a text.</param>
/// <param name="EmbeddingLength">Numbers in a vector.</param>
public sealed record ModelDetails(
    string ParentModel, string Format, string Family, IReadOnlyList<string> Families, string ParameterSize,
    string QuantizationLevel, int ContextLength, int EmbeddingLength);

/// <summary>All that is known of a model.</summary>
/// <param name="License">Its licence.</param>
/// <param name="Modelfile">How Ollama would describe it.</param>
/// <param name="Parameters">Its parameters of inference, one a line.</param>
/// <param name="Template">How a text is put before the model.</param>
/// <param name="Details">What it is.</param>
/// <param name="ModelInfo">The same by the names of GGUF.</param>
/// <param name="Capabilities">What it can do.</param>
/// <param name="ModifiedAt">When its weights were published; 1970 where nobody said.</param>
public sealed record ShowResponse(
    string License, string Modelfile, string Parameters, string Template, ModelDetails Details, JsonObject ModelInfo,
    IReadOnlyList<string> Capabilities, DateTime ModifiedAt);

/// <summary>The version of Ollama whose routes these are.</summary>
/// <param name="Version">Three numbers.</param>
public sealed record VersionResponse(string Version);

/// <summary>How far a pull is.</summary>
/// <param name="Status">What is done; <c>success</c> at the end.</param>
/// <param name="Digest">The file in work, by its SHA-256.</param>
/// <param name="Total">Bytes of the model.</param>
/// <param name="Completed">Bytes of it that are here.</param>
public sealed record PullProgress(
    string Status,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Digest = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? Total = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? Completed = null);
