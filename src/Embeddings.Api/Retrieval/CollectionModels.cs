using Embeddings.Api.Embedding;
using Embeddings.Api.Errors;
using Embeddings.Inference.Models;
using Embeddings.Storage;
using Embeddings.Vectors;

namespace Embeddings.Api.Retrieval;

/// <summary>Which model goes with which collection: vectors of two models do not mix.</summary>
internal sealed class CollectionModels(ModelRegistry registry)
{
    /// <summary>Whether a model is served now.</summary>
    public bool IsServed(string model) => registry.All.Any(served => served.Manifest.Id == model);

    /// <summary>What to do about a collection whose model is not served.</summary>
    public string WaysOn(string name, string model) =>
        $"{ServeAgain(model)}, or move the collection to another model: POST /collections/{name}/reembed " +
        $"{{\"model\": " +
        $"\"{registry.Default.Manifest.Id}\"}}";

    /// <summary>Refuses a model that is not the collection's.</summary>
    /// <param name="name">Of the collection.</param>
    /// <param name="settings">The collection's.</param>
    /// <param name="model">What the request names, or null.</param>
    public void Check(string name, CollectionSettings settings, string? model)
    {
        if (model is not null && registry.Resolve(model).Manifest.Id is var id && id != settings.Model)
        {
            throw new InvalidRequestException(
                settings.Model is null
                    ? $"Collection '{name}' holds vectors of nobody's model in particular: leave 'model' out."
                    : $"Collection '{name}' holds vectors of '{settings.Model}'; those of '{id}' do not compare " +
                        "with them. Use another collection for another model.",
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
                $"Collection '{name}' holds vectors of nobody's model in particular, so texts cannot be embedded for " +
                $"it: send vectors of {settings.Dimensions} numbers.");
        }

        return registry.All.FirstOrDefault(model => model.Manifest.Id == settings.Model)
            ?? throw new InvalidRequestException(
            $"Collection '{name}' holds vectors of '{settings.Model}', which this server does not serve now. Send " +
            $"vectors, or do one of these. {WaysOn(name, settings.Model)}.", "model");
    }

    /// <summary>
    /// The prompt of documents: the one that the collection was made with, even if the model has another by now.
    /// </summary>
    public static TextPrompt DocumentPrompt(CollectionSettings settings, ModelManifest model) =>
        Kept(settings.DocumentPrompt, Prompts.Document(model));

    /// <summary>The prompt of queries, unless the request asks for another.</summary>
    /// <exception cref="InvalidRequestException">The request asks for a prompt that does not exist, or for two prompts
    /// at once.</exception>
    public static TextPrompt QueryPrompt(
        CollectionSettings settings, ModelManifest model, string? promptName, string? inputType)
    {
        var prompt = Prompts.Query(model, promptName, inputType);
        var name = promptName ?? inputType;
        return Prompts.IsQuery(name) ? Kept(settings.QueryPrompt, prompt)
            : Prompts.IsDocument(name) ? Kept(settings.DocumentPrompt, prompt)
            : prompt;
    }

    /// <summary>The settings of a collection whose texts a model embeds with its prompts of today.</summary>
    public static CollectionSettings SettingsOf(ModelManifest model, int dimensions, Metric metric) =>
        new(model.Id, dimensions, metric)
        {
            DocumentPrompt = Prompts.Document(model).Text ?? "",
            QueryPrompt = Prompts.Query(model, null, null).Text ?? "",
        };

    /// <summary>How a model that is not served is served again, as the beginning of a sentence.</summary>
    public static string ServeAgain(string model) =>
        $"Serve that model again ('models add {model}', or name it in Models:Default)";

    /// <summary>What vectors a collection holds: <c>of 'model' with 384 numbers</c>.</summary>
    public static string Describe(CollectionSettings settings) =>
        $"{(settings.Model is { } model ? $"of '{model}'" : "of nobody's model in particular")} with " +
        $"{settings.Dimensions} numbers";

    private static TextPrompt Kept(string? kept, TextPrompt prompt) =>
        kept is null ? prompt : prompt with { Text = kept };
}
