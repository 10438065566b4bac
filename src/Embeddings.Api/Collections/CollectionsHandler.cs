using Embeddings.Api.Embedding;
using Embeddings.Api.Retrieval;
using Embeddings.Api.Wire;
using Embeddings.Storage;

namespace Embeddings.Api.Collections;

/// <summary>
/// Makes collections and brings documents into them: the texts are embedded here, and then everything is stored.
/// </summary>
internal sealed class CollectionsHandler(
    CollectionStore collections, CollectionModels models, NewCollections defaults, InputVectors vectors,
    TimeProvider time)
{
    /// <summary>Makes a collection, or finds the one that is as asked.</summary>
    public async Task<(IDocumentCollection Collection, bool Created)> CreateAsync(
        string name, CollectionRequest request, CancellationToken cancellationToken)
    {
        CheckName(name);
        var settings = defaults.SettingsOf(request);
        var (collection, created) = await collections.Store.CreateAsync(name, settings, cancellationToken);
        return collection.Info.Settings.IsLike(settings)
            ? (collection, created)
            : throw new CollectionConflictException(
                $"There is a collection '{name}' with {Description(collection.Info.Settings)}, and you asked for " +
                $"{Description(settings)}. Delete it first, or use another name.");
    }

    /// <summary>
    /// Embeds the documents that have no vector, and stores all of them or none. The collection is made if it does not
    /// exist.
    /// </summary>
    public async Task<EmbeddedReply<UpsertResponse>> UpsertAsync(
        string name, IReadOnlyList<DocumentInput> documents, string? model, Func<int, string> location,
        CancellationToken cancellationToken, bool isBegun = false,
        Origin? origin = null)
    {
        CheckName(name);
        while (true)
        {
            try
            {
                return await UpsertOnceAsync(name, documents, model, location, isBegun, origin, cancellationToken);
            }
            catch (CollectionReplacedException)
            {
                // The collection has moved to another model. Texts are embedded again; vectors that were sent would not
                // compare with the new ones.
                if (documents.Any(document => document.Vector is not null))
                {
                    throw CollectionStore.MovedMeanwhile(name);
                }
            }
        }
    }

    /// <summary>
    /// Checks, before there are documents, that a collection of this name takes documents of this model.
    /// </summary>
    /// <returns>Id of the model that vectors sent there are of; null for nobody's in particular.</returns>
    public async Task<string?> CheckTargetAsync(string name, string? model, CancellationToken cancellationToken)
    {
        CheckName(name);
        var existing = await collections.Store.FindAsync(name, cancellationToken);
        var settings = existing?.Info.Settings ?? defaults.SettingsOf([], model);
        models.Check(name, settings, model);
        return existing is null && model is null ? null : settings.Model;
    }

    private async Task<EmbeddedReply<UpsertResponse>> UpsertOnceAsync(
        string name, IReadOnlyList<DocumentInput> documents, string? model, Func<int, string> location, bool isBegun,
        Origin? origin, CancellationToken cancellationToken)
    {
        var existing = await collections.Store.FindAsync(name, cancellationToken);
        var settings = existing?.Info.Settings
            ?? (origin is null ? defaults.SettingsOf(documents, model) : defaults.SettingsOf(origin, model));
        defaults.Check(name, settings, origin, model);
        models.Check(name, settings, model);
        var rows = await vectors.ResolveAsync(
            DocumentInputs.Items(documents, location),
            DocumentInputs.Locations(documents, location),
            () => models.ModelOf(name, settings),
            (model, _) => CollectionModels.DocumentPrompt(settings, model),
            settings.Dimensions,
            cancellationToken,
            isBegun);
        var stored = documents.Select((document, i) => new Document(
            document.Id ?? NewId(), rows.Rows[i], document.Text, document.Metadata)).ToList();
        try
        {
            await (existing?.UpsertAsync(stored, cancellationToken) ?? collections.Store.UpsertAsync(name, settings, stored, cancellationToken));
        }
        catch (CollectionExistsException exception)
        {
            throw new CollectionConflictException(
                $"Collection '{name}' was made a moment ago with {Description(exception.Existing.Settings)}. " +
                "Send the documents again.");
        }

        var ids = stored.Select(document => document.Id);
        return new(new UpsertResponse("list", name, [.. ids], settings.Model, rows.Summary.Usage), rows.Summary);
    }

    private string NewId() => Guid.CreateVersion7(time.GetUtcNow()).ToString();

    private static void CheckName(string name) => StoredName.Check("collection", name);

    private static string Description(CollectionSettings settings) =>
        $"{(settings.Model is { } model ? $"model '{model}'" : "no model")}, {settings.Dimensions} dimensions and " +
        $"metric '{ContractWords.NameOf(settings.Metric)}'";
}
