using Embeddings.Api.Errors;

namespace Embeddings.Api.Classifiers;

/// <summary>By what a request classifies.</summary>
internal enum ClassifySource
{
    /// <summary>Labels and examples of the request.</summary>
    Request,

    /// <summary>A classifier that is kept.</summary>
    Classifier,

    /// <summary>The nearest documents of a collection.</summary>
    Neighbors,
}

/// <summary>Finds the one source of a request.</summary>
internal static class ClassifySources
{
    /// <exception cref="InvalidRequestException">
    /// There is none, or more than one, or a field belongs to another source.
    /// </exception>
    public static ClassifySource Of(ClassifyRequest request)
    {
        var isOfRequest = request.Labels is not null || request.Examples is not null;
        var sources = new List<(string Field, ClassifySource Source)>();
        sources.AddRange(isOfRequest ? [(request.Labels is null ? "examples" : "labels", ClassifySource.Request)] : []);
        sources.AddRange(request.Classifier is null ? [] : [("classifier", ClassifySource.Classifier)]);
        sources.AddRange(request.Collection is null ? [] : [("collection", ClassifySource.Neighbors)]);
        if (sources.Count == 0)
        {
            throw new InvalidRequestException(
                "'$.labels' is invalid: say by what to classify: 'labels', 'examples' or both; 'classifier'; or " +
                "'collection' and 'field'.",
                "labels");
        }

        if (sources.Count > 1)
        {
            throw new InvalidRequestException(
                $"Invalid '{sources[1].Field}': the request has '{sources[0].Field}' too, and is classified by one of " +
                "them.",
                sources[1].Field);
        }

        var source = sources[0].Source;
        if (source == ClassifySource.Neighbors)
        {
            _ = request.Field ?? throw new InvalidRequestException(
                "'$.field' is invalid: it is required with 'collection': it says which metadata field is the label.",
                "field");
        }
        else if ((request.Field is not null ? "field"
            : request.K is not null ? "k"
            : request.Filter is not null ? "filter" : null) is { } field)
        {
            throw new InvalidRequestException(
                $"Invalid '{field}': it is for the documents of a 'collection', and there is none.", field);
        }

        return source;
    }
}
