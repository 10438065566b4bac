using Embeddings.Api.Errors;
using Embeddings.Inference.Models;

namespace Embeddings.Api.Embedding;

/// <summary>The lengths that a model's vectors can have.</summary>
internal static class ModelDimensions
{
    /// <summary>The length that a request asks for; null for the model's own.</summary>
    /// <exception cref="InvalidRequestException">The model does not give it.</exception>
    public static int? Checked(int? dimensions, ModelManifest model) => dimensions switch
    {
        null => null,
        < 1 => throw new InvalidRequestException(
            $"{dimensions} is less than the minimum of 1 - 'dimensions'", "dimensions")
        { Fault = Fault.Dimensions, Amount = new(dimensions.Value, model.Dimensions) },
        _ when dimensions > model.Dimensions => throw new InvalidRequestException(
            $"{dimensions} is greater than the maximum of {model.Dimensions} - 'dimensions': this model's vectors " +
            $"have {model.Dimensions} numbers.", "dimensions")
        { Fault = Fault.Dimensions, Amount = new(dimensions.Value, model.Dimensions) },
        { } asked when !model.Gives(asked) => throw new InvalidRequestException(
            $"Invalid value for 'dimensions' = {asked}. '{model.Id}' gives vectors of {LengthsOf(model)} numbers.",
            "dimensions"),
        _ => dimensions,
    };

    private static string LengthsOf(ModelManifest model) => string.Join(
        ", ", (model.Matryoshka?.Dimensions ?? []).Append(model.Dimensions).Distinct().OrderDescending());
}
