using Embeddings.Analysis.Classification;

namespace Embeddings.Analysis.Tests.Classification;

public sealed class ClassifierTests
{
    private const int Dimensions = 24;
    private static readonly string[] Labels = ["a", "b", "c", "d", "e"];

    [Fact]
    public void Names_alone_give_the_softmax_of_twenty_times_the_cosine()
    {
        var classifier = Train(examples: 0).Classifier;
        Assert.Equal(ClassifierMethod.Names, classifier.Method);
        var (names, text) = (Names(), Mixture.Of(1, Dimensions, 1, seed: 9));
        var powers = Enumerable.Range(0, Labels.Length).Select(label => Math.Exp(
            20 * Enumerable.Range(0, Dimensions).Sum(d => (double)names[(label * Dimensions) + d] * text[d]))).ToList();
        var probabilities = classifier.Probabilities(text);
        Assert.All(powers.Zip(probabilities), pair => Assert.Equal(pair.First / powers.Sum(), pair.Second, 1e-5));
    }

    [Fact]
    public void Examples_teach_what_names_do_not_tell()
    {
        // Examples of label i lie around the name of label i + 1.
        var rows = Mixture.Of(200, Dimensions, Labels.Length, width: 0.3);
        int[] classes = [.. Enumerable.Range(0, 200).Select(i => (i + 4) % Labels.Length)];
        var trained = ClassifierTraining.Train(new(Labels, Names(), rows, classes));
        Assert.InRange(trained.Report!.Accuracy, 0.95, 1);
        Assert.All(trained.Report.Labels, label => Assert.Equal(40, label.Examples));
        Assert.Equal("e", Best(trained.Classifier, rows.AsSpan(0, Dimensions)));
    }

    [Fact]
    public void The_length_of_a_vector_does_not_matter()
    {
        var classifier = Train(examples: 40).Classifier;
        var text = Mixture.Of(1, Dimensions, 1, seed: 9);
        Assert.All(
            classifier.Probabilities(text).Zip(classifier.Probabilities([.. text.Select(number => number * 100)])),
            pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }

    [Fact]
    public void Cross_validation_judges_no_example_by_a_model_that_has_seen_it()
    {
        // Labels by chance: a model finds its own examples again in 48 dimensions, and others with a chance of 1 in 2.
        var random = new Random(5);
        var rows = Mixture.Of(120, 48, 120, width: 1);
        int[] classes = [.. Enumerable.Range(0, 120).Select(_ => random.Next(2))];
        var trained = ClassifierTraining.Train(new(["x", "y"], Mixture.Of(2, 48, 2), rows, classes), 1000);
        Assert.InRange(trained.Report!.Accuracy, 0.3, 0.7);
    }

    [Fact]
    public void A_temperature_undoes_scores_that_are_too_sure()
    {
        // Labels are drawn from the softmax of scores; the calibration is given three times these scores.
        var random = new Random(6);
        const int Count = 5000;
        var scores = new float[Count * 3];
        var truth = new int[Count];
        for (var i = 0; i < Count; i++)
        {
            double[] row = [random.NextDouble() * 3, random.NextDouble() * 3, random.NextDouble() * 3];
            var chance = random.NextDouble() * row.Sum(Math.Exp);
            truth[i] = chance < Math.Exp(row[0]) ? 0 : chance < Math.Exp(row[0]) + Math.Exp(row[1]) ? 1 : 2;
            for (var k = 0; k < 3; k++)
            {
                scores[(i * 3) + k] = (float)(3 * row[k]);
            }
        }

        Assert.Equal(3, Calibration.Temperature(scores, truth, 3), 0.15);
    }

    [Fact]
    public void A_few_examples_that_are_all_right_make_no_answer_certain()
    {
        // Two labels far apart, four examples of each, all found: of the next ten one may be wrong.
        var trained = ClassifierTraining.Train(
            new(
                ["x", "y"], new float[] { 1, 0, 0, 1 },
                Enumerable.Repeat(new float[] { 1, 0, 0, 1 }, 4).SelectMany(pair => pair).ToArray(),
                [0, 1, 0, 1, 0, 1, 0, 1]));
        Assert.Equal(1, trained.Report!.Accuracy);
        Assert.InRange(trained.Classifier.Probabilities([1, 0])[0], 0.85, 0.98);
    }

    [Fact]
    public void Against_the_mean_of_the_others_several_labels_can_be_sure()
    {
        Assert.All(Classifier.AgainstMean([0.1f, 0.1f, 0.1f, 0.1f]), score => Assert.Equal(0.5, score, 1e-6));
        Assert.Equal([0.7f, 0.3f], Classifier.AgainstMean([0.7f, 0.3f]).Select(score => MathF.Round(score, 6)));
        // 0.08 against ∛(0.9 · 0.01 · 0.01) = 0.0448.
        Assert.Equal(0.08 / (0.08 + 0.0448), Classifier.AgainstMean([0.9f, 0.08f, 0.01f, 0.01f])[1], 1e-3);
        Assert.Equal(0, Classifier.AgainstMean([1, 0])[1], 1e-6);
    }

    [Fact]
    public void Bytes_bring_back_the_classifier()
    {
        var classifier = Train(examples: 40).Classifier;
        var bytes = ClassifierFormat.ToBytes(classifier);
        var again = ClassifierFormat.FromBytes(bytes);
        var text = Mixture.Of(1, Dimensions, 1, seed: 9);
        Assert.Equal(classifier.Labels, again.Labels);
        Assert.Equal(classifier.Method, again.Method);
        Assert.Equal(classifier.Probabilities(text), again.Probabilities(text));
        Assert.Equal(64, ClassifierFormat.Digest(bytes).Length);
    }

    [Fact]
    public void Bytes_with_one_bit_wrong_are_refused()
    {
        var bytes = ClassifierFormat.ToBytes(Train(examples: 0).Classifier);
        for (var at = 0; at < bytes.Length; at += 7)
        {
            bytes[at] ^= 1;
            Assert.Throws<InvalidDataException>(() => ClassifierFormat.FromBytes(bytes));
            bytes[at] ^= 1;
        }

        Assert.Throws<InvalidDataException>(() => ClassifierFormat.FromBytes(bytes.AsMemory(0, bytes.Length - 1)));
        Assert.Throws<InvalidDataException>(() => ClassifierFormat.FromBytes(default));
    }

    [Fact]
    public void Training_can_be_cancelled() => Assert.Throws<OperationCanceledException>(() =>
        ClassifierTraining.Train(Examples(40), cancellationToken: new CancellationToken(canceled: true)));

    [Fact]
    public void Progress_rises_to_one()
    {
        var told = new Recorder();
        ClassifierTraining.Train(Examples(60), progress: told);
        Assert.Equal(told.Values.Order(), told.Values);
        Assert.Equal(1, told.Values[^1], 1e-9);
    }

    [Fact]
    public void One_label_is_none_to_choose_from() => Assert.Throws<ArgumentOutOfRangeException>(() =>
        ClassifierTraining.Train(new(["a"], Mixture.Of(1, Dimensions), default, [])));

    private static TrainedClassifier Train(int examples) => ClassifierTraining.Train(Examples(examples));

    private static ClassifierExamples Examples(int count) => new(
        Labels, Names(), Mixture.Of(count, Dimensions, Labels.Length),
        [.. Enumerable.Range(0, count).Select(i => i % Labels.Length)]);

    private static float[] Names() => Mixture.Of(Labels.Length, Dimensions, Labels.Length, width: 0.1);

    private static string Best(Classifier classifier, ReadOnlySpan<float> text)
    {
        var probabilities = classifier.Probabilities(text);
        return classifier.Labels[Array.IndexOf(probabilities, probabilities.Max())];
    }

    private sealed class Recorder : IProgress<double>
    {
        public List<double> Values { get; } = [];

        public void Report(double value) => Values.Add(value);
    }
}
