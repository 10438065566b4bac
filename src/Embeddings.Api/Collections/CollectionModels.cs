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
        if (request.Model is null && request.Dimensions is { } own)
        {
            return new CollectionSettings(null, Wire.Number(own, "dimensions", 1, FlatIndex.MaxDimensions, 0), Wire.MetricOf(request.Metric));
        }

        var model = startup.Models.Resolve(request.Model).Manifest;
        return new CollectionSettings(model.Id, Wire.Number(request.Dimensions, "dimensions", 1, model.Dimensions, model.Dimensions), Wire.MetricOf(request.Metric ?? model.Similarity));
    }

    /// <summary>What a collection is to be that is made by its first documents: the default model's, unless all they bring is vectors of their own.</summary>
    public CollectionSettings SettingsOf(IReadOnlyList<DocumentInput> documents, string? model)
    {
        if (model is null && documents.Count > 0 && documents.All(document => document?.Vector is not null))
        {
            return new CollectionSettings(null, documents[0].Vector!.Length, Metric.Cosine);
        }

        var manifest = startup.Models.Resolve(model).Manifest;
        return new CollectionSettings(manifest.Id, manifest.Dimensions, Wire.MetricOf(manifest.Similarity));
    }

    /// <summary>What a collection is to be that is made by an import of what another one exported.</summary>
    /// <exception cref="InvalidRequestException">The model is not served, or has fewer dimensions.</exception>
    public CollectionSettings SettingsOf(Origin origin, string? model)
    {
        var settings = origin.Settings;
        if (origin.IsReembedded)
        {
            var manifest = startup.Models.Resolve(model).Manifest;
            return new CollectionSettings(manifest.Id, manifest.Dimensions, origin.Line == 0 ? Wire.MetricOf(manifest.Similarity) : settings.Metric);
        }

        if (settings.Model is { } id)
        {
            var served = startup.Models.All.FirstOrDefault(item => item.Manifest.Id == id)?.Manifest ?? throw new InvalidRequestException(
                $"Line {origin.Line}: the vectors are of '{id}', which this server does not serve now. {Serve(id)}, or import with reembed=true, which ignores the vectors and embeds the texts.",
                "model");
            if (settings.Dimensions > served.Dimensions)
            {
                throw new InvalidRequestException($"Line {origin.Line}: '{id}' has vectors of at most {served.Dimensions} numbers, not of {settings.Dimensions}.");
            }
        }

        return settings;
    }

    /// <summary>Refuses vectors of an import that do not compare with the collection's. Their metric may be another: it is no property of a vector.</summary>
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

        if (model is not null && startup.Models.Resolve(model).Manifest.Id is var named && named != origin.Settings.Model)
        {
            throw new InvalidRequestException(
                $"Line {origin.Line}: the vectors are {Vectors(origin.Settings)}, and not of '{named}', which the request names. Leave 'model' out, or import with reembed=true, " +
                "which ignores the vectors and embeds the texts.",
                "model");
        }

        if ((origin.Settings.Model, origin.Settings.Dimensions) == (settings.Model, settings.Dimensions))
        {
            return;
        }

        var way = settings.Model is null
            ? $"Import into another collection, or move this one to a model first: POST /collections/{name}/reembed."
            : "Import with reembed=true, which ignores the vectors and embeds the texts, or into another collection.";
        throw new InvalidRequestException(
            $"Line {origin.Line}: the vectors are {Vectors(origin.Settings)}, and collection '{name}' holds vectors {Vectors(settings)}: they do not compare. {way}", "model");
    }

    /// <summary>Whether a model is served now.</summary>
    public bool IsServed(string model) => startup.Models.All.Any(served => served.Manifest.Id == model);

    /// <summary>What to do about a collection whose model is not served.</summary>
    public string WaysOn(string name, string model) =>
        $"{Serve(model)}, or move the collection to another model: POST /collections/{name}/reembed {{\"model\": \"{startup.Models.Default.Manifest.Id}\"}}";

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
            $"Collection '{name}' holds vectors of '{settings.Model}', which this server does not serve now. Send vectors, or do one of these. {WaysOn(name, settings.Model)}.", "model");
    }

    private static string Serve(string model) => $"Serve that model again ('models add {model}', or name it in Models:Default)";

    private static string Vectors(CollectionSettings settings) =>
        $"{(settings.Model is { } model ? $"of '{model}'" : "of nobody's model in particular")} with {settings.Dimensions} numbers";
}
