using System.Text;
using Embeddings.Vectors.Index;

namespace Embeddings.Storage;

/// <summary>What every store refuses, with an <see cref="ArgumentException"/> that says what is wrong.</summary>
internal static class ArgumentCheck
{
    private static readonly UTF8Encoding Strict = new(
        encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Throws unless a collection can have this name and these settings.</summary>
    public static void Collection(string name, CollectionSettings settings)
    {
        Unicode(name, nameof(name));
        Unicode(settings.Model, nameof(settings));
        Unicode(settings.DocumentPrompt, nameof(settings));
        Unicode(settings.QueryPrompt, nameof(settings));
        _ = new FlatIndex(settings.Dimensions, settings.Metric);
    }

    /// <summary>Throws unless a store can keep this classifier.</summary>
    public static void Classifier(StoredClassifier classifier)
    {
        Unicode(classifier.Name, nameof(classifier));
        Unicode(classifier.Model, nameof(classifier));
        Unicode(classifier.Description, nameof(classifier));
    }

    /// <summary>Throws unless a collection of so many dimensions can hold these documents.</summary>
    public static void Documents(IReadOnlyList<Document> documents, int dimensions)
    {
        for (var i = 0; i < documents.Count; i++)
        {
            VectorCheck.Check(documents[i].Vector.Span, 1, dimensions, $"documents[{i}]");
            Unicode(documents[i].Id, $"documents[{i}].Id");
            Unicode(documents[i].Text, $"documents[{i}].Text");
        }
    }

    /// <summary>Throws unless a collection of so many dimensions can answer this search.</summary>
    public static void Search(SearchRequest request, int dimensions)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(request.Limit, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(request.Offset);
        ArgumentOutOfRangeException.ThrowIfLessThan(request.GroupSize, 1);
        VectorCheck.Check(request.Queries.Span, request.Queries.Length / dimensions, dimensions, nameof(request));
    }

    /// <summary>
    /// Throws unless a text, if there is one, is valid Unicode. Half of a surrogate pair has no UTF-8, so two ids that
    /// differ in such halves only would become one.
    /// </summary>
    public static void Unicode(string? text, string name)
    {
        try
        {
            Strict.GetByteCount(text ?? "");
        }
        catch (EncoderFallbackException exception)
        {
            throw new ArgumentException(
                $"It is no Unicode text: at index {exception.Index} there is half of a surrogate pair.", name);
        }
    }
}
