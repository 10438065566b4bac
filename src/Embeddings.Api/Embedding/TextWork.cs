using Embeddings.Api.Errors;
using Embeddings.Api.Limits;
using Embeddings.Inference;
using Embeddings.Inference.Models;
using Embeddings.Tokenization;

namespace Embeddings.Api.Embedding;

/// <summary>Texts of a request that asks for other vectors than one dense vector of each.</summary>
/// <param name="Texts">The texts.</param>
/// <param name="Location">Where the request has the text of an index.</param>
internal sealed record TextWork(IReadOnlyList<string> Texts, Func<int, string> Location)
{
    /// <summary>The model; null for the default one.</summary>
    public string? Model { get; init; }

    /// <summary>The prompt that is put before each text, by the model's name for it; null for the default one.</summary>
    public string? PromptName { get; init; }

    /// <summary>What becomes of texts that are too long; null for what the settings say.</summary>
    public Truncation? Truncation { get; init; }

    /// <summary>Which part of them is cut.</summary>
    public TruncationSide TruncationSide { get; init; } = TruncationSide.End;

    /// <summary>Whether other texts of the same request were embedded already.</summary>
    public bool IsBegun { get; init; }

    /// <summary>How the texts are to be encoded.</summary>
    /// <exception cref="InvalidRequestException">There is no text, there are too many, one is empty, or the model has
    /// no such prompt.</exception>
    public EncodingOptions Check(ModelManifest model, InputOptions input, LimitsOptions limits)
    {
        if (Texts.Count == 0 || Texts.Count > limits.MaxInputs)
        {
            throw new InvalidRequestException(
                $"Invalid '{Field(0)}': it has {Texts.Count} texts; 1 to {limits.MaxInputs} can be embedded at a time.",
                Field(0))
            {
                Fault = Texts.Count == 0 ? Fault.NoInputs : Fault.TooManyInputs,
                Amount = new(Texts.Count, limits.MaxInputs),
            };
        }

        if (input.EmptyText == EmptyText.Reject && Texts.ToList().IndexOf("") is >= 0 and var empty)
        {
            throw new InvalidRequestException(
                $"'$.{Location(empty)}' is invalid: an empty string cannot be embedded.", Field(empty))
            { Item = empty, Fault = Fault.EmptyInput };
        }

        var prompt = Prompts.Asked(model, PromptName, null);
        return new EncodingOptions
        {
            Prompt = prompt.Text,
            Task = prompt.Task,
            Truncation = Truncation ?? input.Truncation,
            TruncationSide = TruncationSide,
            IsBegun = IsBegun,
            MaxTotalTokens = limits.MaxTokens,
        };
    }

    private string Field(int index) => Location(index).Split('[', '.')[0];
}
