using Embeddings.Api.Errors;
using Embeddings.Api.Wire;
using Embeddings.Inference.Models;
using Embeddings.Vectors;

namespace Embeddings.Api.Embedding;

/// <summary>The forms in which vectors are sent, by the names that vendors give them.</summary>
internal static class VectorOutputs
{
    /// <summary>The form of a name.</summary>
    /// <param name="name"><c>float</c>, <c>int8</c>, <c>uint8</c>, <c>binary</c>, <c>ubinary</c>, or <c>base64</c> for
    /// floats in base64; null for floats.</param>
    /// <param name="field">The field of the request that has the name.</param>
    /// <param name="model">The model whose vectors are sent.</param>
    /// <param name="dimensions">Numbers of a vector; null for the model's own.</param>
    /// <exception cref="InvalidRequestException">There is no such form, or not for this model.</exception>
    public static VectorOutput Of(string? name, string field, ModelManifest model, int? dimensions) => name switch
    {
        null or "float" => default,
        "base64" => new VectorOutput(OutputType.Floats, IsBase64: true),
        "int8" => new VectorOutput(OutputType.SignedCodes, Int8Range: RangeOf(model, dimensions, field)),
        "uint8" => new VectorOutput(OutputType.UnsignedCodes, Int8Range: RangeOf(model, dimensions, field)),
        "binary" => new VectorOutput(OutputType.SignedBits),
        "ubinary" => new VectorOutput(OutputType.UnsignedBits),
        _ => throw new InvalidRequestException(
            $"Invalid value for '{field}' = {name}. Supported values: ['float', 'int8', 'uint8', 'binary', " +
            "'ubinary', 'base64'].",
            field),
    };

    // The numbers of a shorter vector grow when it is scaled to length 1 again, by √(whole / shorter) on average.
    private static float RangeOf(ModelManifest model, int? dimensions, string field)
    {
        var growth = MathF.Sqrt((float)model.Dimensions / (dimensions ?? model.Dimensions));
        return growth * (model.Int8Range ?? (model.Normalize
            ? VectorCodes.UsualRange(model.Dimensions)
            : throw new InvalidRequestException(
                $"Invalid value for '{field}': the vectors of '{model.Id}' have any length, and its model.json has no " +
                "'int8_range'.",
                field)));
    }
}
