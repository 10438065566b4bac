using Embeddings.Api.Embedding;
using Embeddings.Api.Errors;
using Embeddings.Api.Retrieval;
using Embeddings.Api.Wire;
using Embeddings.Inference.Models;
using Embeddings.Storage;
using Embeddings.Vectors;
using Embeddings.Vectors.Index;

namespace Embeddings.Api.Collections;

/// <summary>A collection cannot be made as asked: there is one of another kind under the name.</summary>
internal sealed class CollectionConflictException(string message) : FailureException(
    FailureKind.CollectionExists, message, "name");

/// <summary>What a collection is to be that is made by name, by its first documents, or by an import.</summary>
internal sealed class NewCollections(ModelRegistry registry)
{
    /// <summary>What a collection is to be that is made by name, with what is absent filled in.</summary>
    public CollectionSettings SettingsOf(CollectionRequest request)
    {
        if (request.Model is null && request.Dimensions is { } own)
        {
            return new CollectionSettings(
                null,
                ContractWords.Number(own, "dimensions", 1, FlatIndex.MaxDimensions, 0),
                ContractWords.MetricOf(request.Metric));
        }

        var model = registry.Resolve(request.Model).Manifest;
        return CollectionModels.SettingsOf(
            model,
            DimensionsOf(request.Dimensions, model),
            ContractWords.MetricOf(request.Metric ?? model.Similarity));
    }

    /// <summary>The length of vectors that a request asks for, or the model's own.</summary>
    /// <exception cref="InvalidRequestException">The model does not give it.</exception>
    public static int DimensionsOf(int? asked, ModelManifest model)
    {
        var dimensions = ContractWords.Number(asked, "dimensions", 1, model.Dimensions, model.Dimensions);
        return ModelDimensions.Checked(dimensions, model)!.Value;
    }

    /// <summary>
    /// What a collection is to be that is made by its first documents: the default model's, unless all they bring is
    /// vectors of their own.
    /// </summary>
    public CollectionSettings SettingsOf(IReadOnlyList<DocumentInput> documents, string? model)
    {
        if (model is null && documents.Count > 0 && documents.All(document => document?.Vector is not null))
        {
            return new CollectionSettings(null, documents[0].Vector!.Length, Metric.Cosine);
        }

        var manifest = registry.Resolve(model).Manifest;
        return CollectionModels.SettingsOf(
            manifest, manifest.Dimensions, ContractWords.MetricOf(manifest.Similarity));
    }

    /// <summary>What a collection is to be that is made by an import of what another one exported.</summary>
    /// <exception cref="InvalidRequestException">The model is not served, or has fewer dimensions.</exception>
    public CollectionSettings SettingsOf(Origin origin, string? model)
    {
        var settings = origin.Settings;
        if (origin.IsReembedded)
        {
            var manifest = registry.Resolve(model).Manifest;
            return CollectionModels.SettingsOf(
                manifest,
                manifest.Dimensions,
                origin.Where is null ? ContractWords.MetricOf(manifest.Similarity) : settings.Metric);
        }

        if (settings.Model is { } id)
        {
            var served = registry.All.FirstOrDefault(item => item.Manifest.Id == id)?.Manifest
                ?? throw new InvalidRequestException(
                    $"{origin.Where}: the vectors are of '{id}', which this server does not serve now. " +
                    $"{CollectionModels.ServeAgain(id)}, or import with reembed=true, which ignores the vectors and " +
                    "embeds the texts.",
                    "model");
            if (settings.Dimensions > served.Dimensions)
            {
                throw new InvalidRequestException(
                    $"{origin.Where}: '{id}' has vectors of at most {served.Dimensions} numbers, not of " +
                    $"{settings.Dimensions}.");
            }
        }

        return settings;
    }

    /// <summary>
    /// Refuses vectors of an import that do not compare with the collection's. Their metric may be another: it is no
    /// property of a vector.
    /// </summary>
    /// <param name="name">Of the collection.</param>
    /// <param name="settings">The collection's.</param>
    /// <param name="origin">What the import says of its vectors, or null.</param>
    /// <param name="model">What the request names, or null.</param>
    public void Check(string name, CollectionSettings settings, Origin? origin, string? model)
    {
        if (origin is null or { IsReembedded: true })
        {
            return;
        }

        if (model is not null && registry.Resolve(model).Manifest.Id is var named && named != origin.Settings.Model)
        {
            throw new InvalidRequestException(
                $"{origin.Where}: the vectors are {CollectionModels.Describe(origin.Settings)}, and not of " +
                $"'{named}', which the request names. Leave 'model' out, or import with reembed=true, " +
                "which ignores the vectors and embeds the texts.",
                "model");
        }

        var isOtherPrompt = origin.Settings.DocumentPrompt is { } prompt && settings.DocumentPrompt is { } own
            && prompt != own;
        if (!isOtherPrompt
            && (origin.Settings.Model, origin.Settings.Dimensions) == (settings.Model, settings.Dimensions))
        {
            return;
        }

        var way = settings.Model is null
            ? $"Import into another collection, or move this one to a model first: POST /collections/{name}/reembed."
            : !origin.HasTexts ? "Import into another collection."
            : "Import with reembed=true, which ignores the vectors and embeds the texts, or into another collection.";
        throw new InvalidRequestException(
            $"{origin.Where}: the vectors are {CollectionModels.Describe(origin.Settings)}, and collection '{name}' " +
            $"holds vectors {CollectionModels.Describe(settings)}" +
            (isOtherPrompt
                ? $", made with another prompt ('{origin.Settings.DocumentPrompt}', '{settings.DocumentPrompt}')"
                : "") +
            $": they do not compare. {way}",
            "model");
    }
}
