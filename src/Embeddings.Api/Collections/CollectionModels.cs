using Embeddings.Api.Errors;
using Embeddings.Api.Models;
using Embeddings.Storage;
using Embeddings.Vectors;
using Embeddings.Vectors.Index;

namespace Embeddings.Api.Collections;

/// <summary>A collection cannot be made as asked: there is one of another kind under the name.</summary>
internal sealed class CollectionConflictException(string message) : Exception(message);

/// <summary>Which model goes with which collection: vectors of two models do not mix.</summary>
internal sealed class CollectionModels(ModelStartup startup)
{
    /// <summary>What a collection is to be that is made by name, with what is absent filled in.</summary>
    public CollectionSettings SettingsOf(CollectionRequest request)
    {
        var metric = Wire.MetricOf(request.Metric);
        if (request.Model is null && request.Dimensions is { } own)
        {
            return new CollectionSettings(null, Wire.Number(own, "dimensions", 1, FlatIndex.MaxDimensions, 0), metric);
        }

        var model = startup.Models.Resolve(request.Model).Manifest;
        return new CollectionSettings(model.Id, Wire.Number(request.Dimensions, "dimensions", 1, model.Dimensions, model.Dimensions), metric);
    }

    /// <summary>What a collection is to be that is made by its first documents: the default model's, unless all they bring is vectors of their own.</summary>
    public CollectionSettings SettingsOf(IReadOnlyList<DocumentInput> documents, string? model)
    {
        if (model is null && documents.Count > 0 && documents.All(document => document?.Vector is not null))
        {
            return new CollectionSettings(null, documents[0].Vector!.Length, Metric.Cosine);
        }

        var manifest = startup.Models.Resolve(model).Manifest;
        return new CollectionSettings(manifest.Id, manifest.Dimensions, Metric.Cosine);
    }

    /// <summary>Refuses a model that is not the collection's.</summary>
    /// <param name="name">Of the collection.</param>
    /// <param name="settings">The collection's.</param>
    /// <param name="model">What the request names, or null.</param>
    public void Check(string name, CollectionSettings settings, string? model)
    {
        if (model is not null && startup.Models.Resolve(model).Manifest.Id is var id && id != settings.Model)
        {
            throw new InvalidRequestException(
                settings.Model is null
                    ? $"Collection '{name}' holds vectors of nobody's model in particular: leave 'model' out."
                    : $"Collection '{name}' holds vectors of '{settings.Model}'; those of '{id}' do not compare with them. Use another collection for another model.",
                "model");
        }
    }

    /// <summary>The model that embeds texts for a collection.</summary>
    /// <exception cref="InvalidRequestException">It has none, or one that is not served now.</exception>
    public ServedModel ModelOf(string name, CollectionSettings settings)
    {
        if (settings.Model is null)
        {
            throw new InvalidRequestException(
                $"Collection '{name}' holds vectors of nobody's model in particular, so texts cannot be embedded for it: send vectors of {settings.Dimensions} numbers.");
        }

        return startup.Models.All.FirstOrDefault(model => model.Manifest.Id == settings.Model) ?? throw new InvalidRequestException(
            $"Collection '{name}' holds vectors of '{settings.Model}', which this server does not serve now: send vectors, or serve that model.", "model");
    }
}
