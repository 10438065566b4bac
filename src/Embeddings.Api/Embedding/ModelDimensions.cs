using Embeddings.Api.Errors;
using Embeddings.Inference.Models;

namespace Embeddings.Api.Embedding;

/// <summary>The lengths that a model's vectors can have.</summary>
internal static class ModelDimensions
{
    /// <summary>The length that a request asks for; null for the model's own.</summary>
    /// <param name="dimensions">What it asks for; null for nothing.</param>
    /// <param name="model">The model.</param>
    /// <param name="field">The field that has it.</param>
    /// <exception cref="InvalidRequestException">The model does not give it.</exception>
    public static int? Checked(int? dimensions, ModelManifest model, string field = "dimensions") => dimensions switch
    {
        null => null,
        < 1 => throw new InvalidRequestException($"{dimensions} is less than the minimum of 1 - '{field}'", field),
        _ when dimensions > model.Dimensions => throw new InvalidRequestException(
            $"{dimensions} is greater than the maximum of {model.Dimensions} - '{field}': this model's vectors " +
            $"have {model.Dimensions} numbers.", field),
        { } asked when !model.Gives(asked) => throw new InvalidRequestException(
            $"Invalid value for '{field}' = {asked}. '{model.Id}' gives vectors of {LengthsOf(model)} numbers.",
            field),
        _ => dimensions,
    };

    private static string LengthsOf(ModelManifest model) => string.Join(
        ", ", (model.Matryoshka?.Dimensions ?? []).Append(model.Dimensions).Distinct().OrderDescending());
}
