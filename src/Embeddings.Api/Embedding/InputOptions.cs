using Embeddings.Inference;

namespace Embeddings.Api.Embedding;

/// <summary>Section <c>Input</c>: what happens to unusual inputs.</summary>
internal sealed class InputOptions
{
    /// <summary>What becomes of a text longer than the model reads, unless the request says.</summary>
    public Truncation Truncation { get; set; } = Truncation.Cut;

    /// <summary>What an empty string gets.</summary>
    public EmptyText EmptyText { get; set; } = EmptyText.Reject;

    /// <summary>Whose token ids clients send.</summary>
    public TokenIds TokenIds { get; set; } = TokenIds.Cl100k;
}

/// <summary>What an empty string gets.</summary>
internal enum EmptyText
{
    /// <summary>A 400, as from OpenAI.</summary>
    Reject,

    /// <summary>The vector of no words, which some LangChain versions count on.</summary>
    Embed,
}

/// <summary>Whose vocabulary token ids belong to. It cannot be seen from the ids, so it is a setting.</summary>
internal enum TokenIds
{
    /// <summary>OpenAI's <c>cl100k_base</c>, what LangChain and tiktoken users send.</summary>
    Cl100k,

    /// <summary>OpenAI's <c>o200k_base</c>.</summary>
    O200k,

    /// <summary>The model's own.</summary>
    Native,

    /// <summary>None: token ids are a 400.</summary>
    Reject,
}
