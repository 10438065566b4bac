using Embeddings.Analysis.Classification;
using Embeddings.Api.Embedding;
using Embeddings.Api.Errors;
using Embeddings.Api.Retrieval;
using Embeddings.Api.Wire;
using Embeddings.Storage;

namespace Embeddings.Api.Classifiers;

/// <summary>There is no classifier of the name.</summary>
internal sealed class ClassifierNotFoundException(string name, string field) : FailureException(
    FailureKind.ClassifierNotFound, $"There is no classifier '{name}'.", field);

/// <summary>A classifier is asked about vectors of another model than its own.</summary>
internal sealed class ModelMismatchException(string message, string field) : FailureException(
    FailureKind.ModelMismatch, message, field);

/// <summary>Makes classifiers and keeps them.</summary>
internal sealed class ClassifiersHandler(
    CollectionStore store, ModelRegistry registry, ExampleReader reader, Training training, TimeProvider time)
{
    private const float LeastRegularization = 0.001f;
    private const float MostRegularization = 100_000;

    private IClassifierStore Kept => store.Store.Classifiers;

    /// <summary>Makes a classifier in place of the one that has its name.</summary>
    /// <returns>The classifier, and whether its name is new.</returns>
    public async Task<(EmbeddedReply<ClassifierObject> Reply, bool IsNew)> PutAsync(
        string name, ClassifierRequest request, CancellationToken cancellationToken)
    {
        StoredName.Check("classifier", name);
        _ = Kept;
        var regularization = Regularization(request.Regularization);
        var read = await ReadAsync(request, cancellationToken);
        return await KeepAsync(name, read, regularization, cancellationToken);
    }

    /// <summary>Adds examples to a classifier, and makes it anew; it is made by its first examples too.</summary>
    public async Task<EmbeddedReply<ClassifierObject>> AddAsync(
        string name, IReadOnlyList<LabeledText>? examples, string? model, string field,
        CancellationToken cancellationToken)
    {
        StoredName.Check("classifier", name);
        if (examples is not { Count: > 0 })
        {
            throw new InvalidRequestException(
                $"'$.{field}' is invalid: it is required, and has one example or more.", field);
        }

        var existing = await Kept.FindAsync(name, cancellationToken);
        if (existing is null)
        {
            var served = registry.Resolve(model);
            var first = await reader.EmbedAsync(
                LabeledTexts.Of(null, examples, field), served, served.Manifest.Dimensions,
                ExampleReader.Classification, cancellationToken);
            return (await KeepAsync(name, first, Regularization(null), cancellationToken)).Reply;
        }

        var classifier = KeptClassifier.Of(existing);
        var described = classifier.Object;
        var own = ModelOf(described, model, "model");
        var added = await reader.EmbedAsync(
            LabeledTexts.Of(null, examples, field, leastLabels: 1), own, described.Dimensions, described.InputType,
            classifier.PromptOf(own), cancellationToken);
        var kept = await Kept.GetExamplesAsync(name, cancellationToken)
            ?? throw new ClassifierNotFoundException(name, "name");
        var all = ExampleVectors.Of(kept).With(added.Examples);
        LabeledTexts.CheckCounts(all.Labels.Count, all.Texts.Count, field, field);
        return (await KeepAsync(name, added with { Examples = all }, described.Regularization, cancellationToken))
            .Reply;
    }

    /// <summary>All classifiers, by name.</summary>
    public async Task<IReadOnlyList<ClassifierObject>> ListAsync(CancellationToken cancellationToken) =>
        [.. (await Kept.ListAsync(cancellationToken)).Select(stored => KeptClassifier.Of(stored).Object)];

    /// <summary>Describes a classifier.</summary>
    /// <exception cref="ClassifierNotFoundException">There is none of the name.</exception>
    public async Task<ClassifierObject> GetAsync(string name, CancellationToken cancellationToken)
    {
        var stored = await Kept.FindAsync(name, cancellationToken)
            ?? throw new ClassifierNotFoundException(name, "name");
        return KeptClassifier.Of(stored).Object;
    }

    /// <summary>A classifier and what it is.</summary>
    /// <param name="name">Of the classifier.</param>
    /// <param name="field">The request's field that names it.</param>
    /// <param name="cancellationToken">The client has gone.</param>
    public async Task<(Classifier Classifier, KeptClassifier Description)> LoadAsync(
        string name, string field, CancellationToken cancellationToken)
    {
        var stored = await Kept.FindAsync(name, cancellationToken)
            ?? throw new ClassifierNotFoundException(name, field);
        return (ClassifierFormat.FromBytes(stored.Content), KeptClassifier.Of(stored));
    }

    /// <summary>Deletes a classifier.</summary>
    /// <exception cref="ClassifierNotFoundException">There is none of the name.</exception>
    public async Task DeleteAsync(string name, string field, CancellationToken cancellationToken)
    {
        if (!await Kept.DeleteAsync(name, cancellationToken))
        {
            throw new ClassifierNotFoundException(name, field);
        }
    }

    /// <summary>The model of a classifier.</summary>
    /// <param name="classifier">The classifier.</param>
    /// <param name="model">What the request names, or null.</param>
    /// <param name="field">The request's field that names the classifier, or its model.</param>
    /// <exception cref="ModelMismatchException">It is another, or is not served now.</exception>
    public ServedModel ModelOf(ClassifierObject classifier, string? model, string field)
    {
        if (model is not null && registry.Resolve(model).Manifest.Id is var named && named != classifier.Model)
        {
            throw new ModelMismatchException(
                $"Classifier '{classifier.Name}' judges vectors of '{classifier.Model}', and not of '{named}'. Leave " +
                "'model' out, or make another classifier for that model.",
                "model");
        }

        return registry.All.FirstOrDefault(served => served.Manifest.Id == classifier.Model)
            ?? throw new ModelMismatchException(
                $"Classifier '{classifier.Name}' judges vectors of '{classifier.Model}', which this server does not " +
                $"serve now. {CollectionModels.ServeAgain(classifier.Model)}, or make the classifier anew.",
                field);
    }

    private async Task<ReadExamples> ReadAsync(ClassifierRequest request, CancellationToken cancellationToken)
    {
        if (request.Collection is null)
        {
            if ((request.Field ?? (object?)request.Filter) is not null)
            {
                throw Invalid(
                    request.Field is null ? "filter" : "field",
                    "it is for the documents of a 'collection', and there is none.");
            }

            if (request.Labels is null && request.Examples is null)
            {
                throw new InvalidRequestException(
                    "'$.examples' is invalid: send 'examples', 'labels', or 'collection' and 'field'.", "examples");
            }

            var model = registry.Resolve(request.Model);
            return await reader.EmbedAsync(
                LabeledTexts.Of(request.Labels, request.Examples), model, model.Manifest.Dimensions,
                ExampleReader.Classification, cancellationToken);
        }

        if ((request.Labels ?? (object?)request.Examples) is not null)
        {
            throw Invalid(
                "collection", "its documents are the examples, so 'labels' and 'examples' cannot be sent with it.");
        }

        var field = request.Field ?? throw new InvalidRequestException(
            "'$.field' is invalid: it is required with 'collection': it says which metadata field is the label.",
            "field");
        return await reader.ReadAsync(request.Collection, field, request.Filter, request.Model, cancellationToken);
    }

    private async Task<(EmbeddedReply<ClassifierObject> Reply, bool IsNew)> KeepAsync(
        string name, ReadExamples read, float regularization, CancellationToken cancellationToken)
    {
        var trained = await training.TrainAsync(read.Examples, regularization, cancellationToken);
        var content = ClassifierFormat.ToBytes(trained.Classifier);
        var now = time.GetUtcNow();
        var described = Describe(name, read, trained, regularization, ClassifierFormat.Digest(content), now);
        var description = new KeptClassifier(described, read.Prompt.Text ?? "").ToJson();
        var isNew = await Kept.PutAsync(
            new StoredClassifier(name, described.Model, now, description, content),
            read.Examples.ToBytes(),
            cancellationToken);
        return (new(described, read.Summary), isNew);
    }

    private static ClassifierObject Describe(
        string name, ReadExamples read, TrainedClassifier trained, float regularization, string digest,
        DateTimeOffset now)
    {
        var counts = read.Examples.Classes.CountBy(label => label).ToDictionary();
        var report = trained.Report;
        return new ClassifierObject(
            "classifier",
            name,
            read.Model.Manifest.Id,
            read.Dimensions,
            NameOf(trained.Classifier.Method),
            read.InputType,
            regularization,
            read.Examples.Classes.Length,
            report is null ? null : new(
                Rounded(report.Accuracy), report.Folds, Rounded(report.CalibrationError), Rounded(report.Threshold)),
            [
                .. read.Examples.Labels.Select((label, i) => new ClassifierLabel(
                    label, counts.GetValueOrDefault(i), Rounded(report?.Labels[i].Precision),
                    Rounded(report?.Labels[i].Recall))),
            ],
            [.. report?.Confusions.Select(pair => new ClassifierConfusion(pair.Label, pair.Answer, pair.Count)) ?? []],
            digest,
            now.ToUnixTimeSeconds());
    }

    // Of 10,000 examples the fourth digit is one.
    private static double Rounded(double value) => Math.Round(value, 4);

    private static double? Rounded(double? value) => value is { } number ? Rounded(number) : null;

    /// <summary>The word for a method.</summary>
    public static string NameOf(ClassifierMethod method) => method == ClassifierMethod.Names ? "names" : "logistic";

    private static float Regularization(float? value) => value switch
    {
        null => (float)ClassifierTraining.DefaultStrength,
        >= LeastRegularization and <= MostRegularization => value.Value,
        _ => throw Invalid(
            "regularization", $"{value} is not between {LeastRegularization} and {MostRegularization}."),
    };

    private static InvalidRequestException Invalid(string field, string problem) =>
        new($"Invalid '{field}': {problem}", field);
}
