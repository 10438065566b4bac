namespace Embeddings.Api.OpenAi;

/// <summary>Texts to embed. Fields that are null count as absent; fields not listed here are ignored.</summary>
public sealed record EmbeddingRequest
{
    /// <summary>A text, a list of texts, a list of token ids, or a list of lists of token ids; at most 2,048 inputs, none empty.</summary>
    /// <example>["The cat sits outside", "A dog barks loudly"]</example>
    public EmbeddingInput? Input { get; init; }

    /// <summary>Id, short name or alias of a model, see <c>GET /v1/models</c>; absent means the default. The reply names the model that served.</summary>
    /// <example>text-embedding-3-small</example>
    public string? Model { get; init; }

    /// <summary><c>float</c> (default): a JSON array. <c>base64</c>: the little-endian 32-bit floats in base64.</summary>
    /// <example>float</example>
    public string? EncodingFormat { get; init; }

    /// <summary>Length of the vectors, from 1 to the model's own; a shorter one is cut and scaled to length 1 again.</summary>
    /// <example>384</example>
    public int? Dimensions { get; init; }

    /// <summary>Your end user, for your own records; it changes nothing here.</summary>
    /// <example>user-1234</example>
    public string? User { get; init; }

    /// <summary>
    /// <c>true</c>: a text longer than the model reads is cut, and <c>x-truncated-inputs</c> counts it. <c>false</c>: it is a 400.
    /// Absent: as the server is set (<c>Input:Truncation</c>).
    /// </summary>
    /// <example>true</example>
    public bool? Truncate { get; init; }

    /// <summary>
    /// What the inputs are, for models that were trained with prompts (<c>prompts</c> in <c>GET /v1/models</c>): <c>query</c> or <c>search_query</c>;
    /// <c>document</c>, <c>passage</c> or <c>search_document</c>; or another kind, as <c>classification</c>. The model's own prompt is put before the text;
    /// other models, and kinds that the model has no prompt for, do without. Absent: no prompt, unless the model has a default one. Token ids of the model's own vocabulary cannot have one.
    /// </summary>
    /// <example>query</example>
    public string? InputType { get; init; }

    /// <summary>The same by the name that the model gives its prompt. A name that the model does not have is a 400 which lists those that it has.</summary>
    /// <example>query</example>
    public string? PromptName { get; init; }
}
