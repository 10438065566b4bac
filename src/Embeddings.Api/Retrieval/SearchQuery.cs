using System.Numerics.Tensors;
using Embeddings.Api.Embedding;
using Embeddings.Api.Errors;
using Embeddings.Api.Wire;
using Embeddings.Storage;
using Embeddings.Vectors;
using Embeddings.Vectors.Index;

namespace Embeddings.Api.Retrieval;

/// <summary>What a search looks for: queries, or examples that make one query.</summary>
internal sealed class SearchQuery
{
    /// <summary>Stands for the vector of a document that is named by its id.</summary>
    public static readonly TextOrVector Known = new();

    private readonly IReadOnlyList<TextOrVector> _queries;
    private readonly IReadOnlyList<Example> _examples;
    private readonly int _positive;
    private readonly Func<int, string> _location;

    private SearchQuery(TextsOrVectors query) =>
        (_queries, _examples, _location, IsList) = (query.Items, [], i => query.Location("query", i), query.IsList);

    private SearchQuery(IReadOnlyList<Example> positive, IReadOnlyList<Example> negative) =>
        (_queries, _examples, _positive, _location) = ([], [.. positive, .. negative], positive.Count, i =>
            i < positive.Count ? $"positive[{i}]" : $"negative[{i - positive.Count}]");

    /// <summary>Whether the answer is a list of answers.</summary>
    public bool IsList { get; }

    /// <summary>
    /// Whether the request itself brings vectors. They belong to the model that the collection had when the request
    /// came.
    /// </summary>
    public bool HasVectors =>
        _queries.Any(query => query.Vector is not null) || _examples.Any(example => example.Vector is not null);

    /// <summary>Queries.</summary>
    public int Count => _examples.Count > 0 ? 1 : _queries.Count;

    /// <summary>Ids that examples name, or may mean.</summary>
    public IReadOnlyList<string> Ids =>
        [.. _examples.Where(example => example.Id is not null).Select(example => example.Id!).Distinct()];

    /// <exception cref="InvalidRequestException">It has no query, or both a query and examples.</exception>
    public static SearchQuery Of(SearchRequest request, int most)
    {
        if (request.Query is { } query)
        {
            if (request.Positive is not null || request.Negative is not null)
            {
                throw new InvalidRequestException(
                    "Send either 'query', or 'positive' and 'negative', but not both.", "query");
            }

            CheckCount(query.Items.Count, "query", 1, most);
            return new SearchQuery(query);
        }

        var positive = request.Positive
            ?? throw new InvalidRequestException(
                "'$.query' is invalid: it is required and cannot be null, unless there is 'positive'.", "query");
        var negative = request.Negative ?? [];
        CheckCount(positive.Count, "positive", 1, most);
        CheckCount(negative.Count, "negative", 0, most);
        return positive.Concat(negative).All(example => example is not null)
            ? new SearchQuery(positive, negative)
            : throw new InvalidRequestException(
                "Invalid 'positive' or 'negative': an example cannot be null.", "positive");
    }

    /// <summary>The id that an example names, or may mean.</summary>
    public string? IdAt(int index) => _examples.Count > 0 ? _examples[index].Id : null;

    /// <summary>Where the request has the item of an index.</summary>
    public string Location(int index) => _location(index);

    /// <summary>The texts to embed and the vectors to take, in the order of the request.</summary>
    /// <param name="known">Documents that have ids of <see cref="Ids"/>, with their vectors, or without, for
    /// <see cref="Known"/> in their place.</param>
    /// <exception cref="InvalidRequestException">No document has an id.</exception>
    public IReadOnlyList<TextOrVector> Items(IReadOnlyList<Document> known)
    {
        if (_examples.Count == 0)
        {
            return _queries;
        }

        // One array for each document, even if it is an example several times.
        var byId = known.ToDictionary(
            document => document.Id, document => document.Vector.IsEmpty
                ? Known
                : new TextOrVector { Vector = document.Vector.ToArray() }, StringComparer.Ordinal);
        return
        [
            .. _examples.Select((example, i) => example switch
            {
                { Id: { } id } when byId.TryGetValue(id, out var vector) => vector,
                { Text: { } text } => new TextOrVector { Text = text },
                { Vector: { } own } => new TextOrVector { Vector = own },
                _ =>
                    throw new InvalidRequestException(
                        $"Invalid '{Location(i)}': there is no document '{example.Id}'.", Location(i).Split('[')[0]),
            }),
        ];
    }

    /// <summary>The vectors to search for, row-major: those of the queries, or what the examples make.</summary>
    public float[] Queries(InputRows rows)
    {
        if (_examples.Count == 0)
        {
            return rows.Block(0, rows.Rows.Length);
        }

        var query = Mean(rows, 0, _positive);
        if (_positive < rows.Rows.Length)
        {
            // The query is the positive mean, moved away from the negative mean by their difference: positive +
            // (positive − negative).
            TensorPrimitives.Multiply(query, 2f, query);
            TensorPrimitives.Subtract(query, Mean(rows, _positive, rows.Rows.Length - _positive), query);
            if (MathF.Abs(TensorPrimitives.MaxMagnitude<float>(query)) > FlatIndex.MaxMagnitude)
            {
                throw new InvalidRequestException(
                    "Invalid 'positive': twice its mean less that of 'negative' goes beyond " +
                    $"±{FlatIndex.MaxMagnitude:0e0}.",
                    "positive");
            }
        }

        return query;
    }

    private static float[] Mean(InputRows rows, int start, int count)
    {
        var mean = new float[rows.Dimensions];
        VectorMath.MeanOfRows(rows.Block(start, count), mean);
        return mean;
    }

    private static void CheckCount(int count, string field, int least, int most)
    {
        if (count < least || count > most)
        {
            throw new InvalidRequestException(
                $"Invalid '{field}': it has {count} items; {least} to {most} can be asked for at a time.", field);
        }
    }
}
