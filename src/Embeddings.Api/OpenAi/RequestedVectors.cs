using Embeddings.Api.Embedding;
using Embeddings.Api.Errors;
using Embeddings.Api.Wire;
using Embeddings.Inference;
using Embeddings.Inference.Models;
using Embeddings.Tokenization;

namespace Embeddings.Api.OpenAi;

/// <summary>
/// What a request says of its vectors. Vendors have different fields for the same; a request may have several of them
/// if they agree.
/// </summary>
internal static class RequestedVectors
{
    /// <summary>Refuses what vendors' models offer and no model here does.</summary>
    /// <exception cref="InvalidRequestException">The request asks for it.</exception>
    public static void CheckOffered(EmbeddingRequest request)
    {
        if (request.Modality is not (null or "text"))
        {
            throw new InvalidRequestException(
                $"Invalid value for 'modality' = {request.Modality}. This server embeds text alone: 'text'.",
                "modality");
        }

        if (request.LateChunking == true)
        {
            throw new InvalidRequestException(
                "'late_chunking' cannot be true: no model here reads several inputs as one text.", "late_chunking");
        }

        if (request.ReturnMultivector == true)
        {
            throw new InvalidRequestException(
                "'return_multivector' cannot be true: an input gets one vector here.", "return_multivector");
        }
    }

    /// <summary>The length of the vectors; null for the model's own.</summary>
    /// <exception cref="InvalidRequestException">The model does not give it, or two fields disagree.</exception>
    public static int? DimensionsOf(EmbeddingRequest request, ModelManifest model)
    {
        // Infinity's clients send 0 for the model's own length, and they always name the modality.
        var own = request is { Dimensions: 0, Modality: not null } ? null : request.Dimensions;
        var (dimensions, field) = Agreed(own, "dimensions", request.OutputDimension, "output_dimension");
        return ModelDimensions.Checked(dimensions, model, field);
    }

    /// <summary>What becomes of texts that are too long.</summary>
    /// <exception cref="InvalidRequestException">Two fields disagree.</exception>
    public static (Truncation Truncation, TruncationSide Side) TruncationOf(
        EmbeddingRequest request, Truncation absent)
    {
        if (request is { Truncate.IsCut: var cut, Truncation: { } truncation } && cut != truncation)
        {
            throw Disagreement("truncate", "truncation");
        }

        TruncateOption? asked = request.Truncate ?? request.Truncation;
        return asked is not { } option ? (absent, TruncationSide.End)
            : option.IsCut ? (Truncation.Cut, option.AtStart ? TruncationSide.Start : TruncationSide.End)
            : (Truncation.Reject, TruncationSide.End);
    }

    /// <summary>The form in which the vectors are sent.</summary>
    /// <exception cref="InvalidRequestException">There is no such form, or two fields disagree.</exception>
    public static VectorOutput OutputOf(EmbeddingRequest request, ModelManifest model, int? dimensions)
    {
        var isBase64 = request.EncodingFormat switch
        {
            null or "float" => false,
            "base64" => true,
            var format => throw new InvalidRequestException(
                $"Invalid value for 'encoding_format' = {format}. Supported values: ['float', 'base64'].",
                "encoding_format"),
        };
        var (name, field) = Agreed(request.OutputDtype, "output_dtype", request.EmbeddingType, "embedding_type");
        (name, field) = Agreed(name, field, request.EncodingType, "encoding_type");
        var output = VectorOutputs.Of(name, field, model, dimensions);
        if (output.IsBase64 && request.EncodingFormat == "float")
        {
            throw Disagreement(field, "encoding_format");
        }

        if (request.Normalized == false && output.Type is OutputType.SignedCodes or OutputType.UnsignedCodes)
        {
            throw new InvalidRequestException(
                $"'normalized' cannot be false with '{field}' = {name}: 8-bit codes have the range of vectors of " +
                "length 1.",
                "normalized");
        }

        return output with { IsBase64 = isBase64 || output.IsBase64 };
    }

    private static (T Value, string Field) Agreed<T>(T one, string field, T other, string otherField) =>
        other is null ? (one, field)
        : one is null || EqualityComparer<T>.Default.Equals(one, other) ? (other, otherField)
        : throw Disagreement(field, otherField);

    private static InvalidRequestException Disagreement(string field, string other) => new(
        $"'{field}' and '{other}' mean the same, but have different values: send one of them.", other);
}
