using System.Text.RegularExpressions;
using Embeddings.Api.Errors;
using Embeddings.Api.Hosting;
using Embeddings.Api.Json;
using Embeddings.Api.Models;
using Embeddings.Api.OpenAi;
using Embeddings.Storage;
using Microsoft.Extensions.Options;

namespace Embeddings.Api.Collections;

/// <summary>No document has the id.</summary>
internal sealed class DocumentNotFoundException(string id, string collection) : Exception($"There is no document '{id}' in collection '{collection}'.");

/// <summary>Makes collections and brings documents into them: the texts are embedded here, and then everything is stored.</summary>
internal sealed partial class CollectionsHandler(
    StoreStartup startup, CollectionModels models, InputVectors vectors, TimeProvider time, IOptions<LimitsOptions> limits)
{
    /// <summary>The collection of a name.</summary>
    /// <exception cref="CollectionNotFoundException">There is none.</exception>
    public async Task<IDocumentCollection> FindAsync(string name, CancellationToken cancellationToken) =>
        await startup.Store.FindAsync(name, cancellationToken) ?? throw new CollectionNotFoundException(name);

    /// <summary>Does something with the collection of a name; again if it moves to another model just then, with what it has become.</summary>
    /// <exception cref="CollectionNotFoundException">There is none.</exception>
    /// <exception cref="CollectionReplacedException">It moved, and the action brings vectors of its own, which belong to the model before.</exception>
    public async Task<T> OnAsync<T>(string name, Func<IDocumentCollection, Task<T>> action, bool isOnce = false)
    {
        while (true)
        {
            try
            {
                return await action(await FindAsync(name, CancellationToken.None));
            }
            catch (CollectionReplacedException) when (!isOnce)
            {
                // Once for each move, which takes much longer than this.
            }
        }
    }

    /// <summary>Makes a collection, or finds the one that is as asked.</summary>
    public async Task<(IDocumentCollection Collection, bool Created)> CreateAsync(string name, CollectionRequest request, CancellationToken cancellationToken)
    {
        CheckName(name);
        var settings = models.SettingsOf(request);
        var (collection, created) = await startup.Store.CreateAsync(name, settings, cancellationToken);
        return collection.Info.Settings == settings
            ? (collection, created)
            : throw new CollectionConflictException(
                $"There is a collection '{name}' with {Description(collection.Info.Settings)}, and you asked for {Description(settings)}. Delete it first, or use another name.");
    }

    /// <summary>Embeds what has no vector, and stores all of it or nothing. The collection is made if it is not there.</summary>
    public async Task<UpsertResponse> UpsertAsync(
        string name, IReadOnlyList<DocumentInput> documents, string? model, Func<int, string> place, CancellationToken cancellationToken, bool isBegun = false,
        Origin? origin = null)
    {
        CheckName(name);
        while (true)
        {
            try
            {
                return await UpsertOnceAsync(name, documents, model, place, isBegun, origin, cancellationToken);
            }
            catch (CollectionReplacedException)
            {
                // It has moved to another model: texts are embedded anew, but vectors that were sent would not compare with its own.
                if (documents.Any(document => document.Vector is not null))
                {
                    throw MovedMeanwhile(name);
                }
            }
        }
    }

    /// <summary>That a collection has other vectors now than those that a request brings.</summary>
    public static ReembeddingConflictException MovedMeanwhile(string name) => new(
        $"Collection '{name}' has moved to another model since this request came, and the vectors that it sends were made for the one before. GET /collections/{name} names the model.");

    /// <summary>Whether documents could be kept at all under a name and for a model, before there are any.</summary>
    public async Task CheckTargetAsync(string name, string? model, CancellationToken cancellationToken)
    {
        CheckName(name);
        models.Check(name, (await startup.Store.FindAsync(name, cancellationToken))?.Info.Settings ?? models.SettingsOf([], model), model);
    }

    /// <summary>The list of a request, if there is one and it is not too long.</summary>
    public IReadOnlyList<T> CheckCount<T>(IReadOnlyList<T>? items, string field) => items switch
    {
        null => throw new InvalidRequestException($"'$.{field}' is invalid: it is required and cannot be null.", field),
        { Count: var count } when count > limits.Value.MaxDocuments => throw new InvalidRequestException(
            $"Invalid '{field}': array too long. Expected an array with maximum length {limits.Value.MaxDocuments}, but got an array with length {count} instead. Import takes any number.", field),
        _ => items,
    };

    /// <summary>Texts and vectors of documents.</summary>
    public static List<TextOrVector> Items(IReadOnlyList<DocumentInput> documents, Func<int, string> place) =>
    [
        .. documents.Select((document, i) => document switch
        {
            { Vector: { } vector } => new TextOrVector { Vector = vector },
            { Text: { } text } => new TextOrVector { Text = text },
            _ => throw new InvalidRequestException($"Invalid '{place(i)}': a document needs a 'text' or a 'vector'.", "documents") { Item = i },
        }),
    ];

    /// <summary>Where the request has them.</summary>
    public static Func<int, string> Places(IReadOnlyList<DocumentInput> documents, Func<int, string> place) =>
        i => place(i) + (documents[i].Vector is null ? ".text" : ".vector");

    private async Task<UpsertResponse> UpsertOnceAsync(
        string name, IReadOnlyList<DocumentInput> documents, string? model, Func<int, string> place, bool isBegun, Origin? origin, CancellationToken cancellationToken)
    {
        var existing = await startup.Store.FindAsync(name, cancellationToken);
        var settings = existing?.Info.Settings ?? (origin is null ? models.SettingsOf(documents, model) : models.SettingsOf(origin, model));
        models.Check(name, settings, origin, model);
        models.Check(name, settings, model);
        var rows = await vectors.ResolveAsync(
            Items(documents, place),
            Places(documents, place),
            () => models.ModelOf(name, settings),
            (model, _) => Prompts.Document(model),
            settings.Dimensions,
            cancellationToken,
            isBegun);
        var stored = documents.Select((document, i) => new Document(document.Id ?? NewId(), rows.Rows[i], document.Text, document.Metadata)).ToList();
        try
        {
            await (existing?.UpsertAsync(stored, cancellationToken) ?? startup.Store.UpsertAsync(name, settings, stored, cancellationToken));
        }
        catch (CollectionExistsException exception)
        {
            throw new CollectionConflictException($"Collection '{name}' was made a moment ago with {Description(exception.Existing.Settings)}. Send the documents again.");
        }

        return new UpsertResponse("list", name, [.. stored.Select(document => document.Id)], settings.Model, new EmbeddingUsage(rows.Tokens, rows.Tokens));
    }

    private string NewId() => Guid.CreateVersion7(time.GetUtcNow()).ToString();

    private static void CheckName(string name)
    {
        if (!Names().IsMatch(name))
        {
            throw new InvalidRequestException($"Invalid collection name '{name}': it has 1 to 128 letters, digits, '.', '_' and '-', and begins with a letter or a digit.", "name");
        }
    }

    private static string Description(CollectionSettings settings) =>
        $"{(settings.Model is { } model ? $"model '{model}'" : "no model")}, {settings.Dimensions} dimensions and metric '{Wire.NameOf(settings.Metric)}'";

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]{0,127}\z")]
    private static partial Regex Names();
}
