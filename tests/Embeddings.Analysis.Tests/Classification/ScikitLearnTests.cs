using System.Runtime.InteropServices;
using Embeddings.Analysis.Classification;
using Embeddings.Analysis.Tests.Reference;

namespace Embeddings.Analysis.Tests.Classification;

/// <summary>Logistic regression against scikit-learn's, which minimises the same function.</summary>
public sealed class ScikitLearnTests
{
    [Theory]
    [InlineData(2, 40, 300, 10)]
    [InlineData(3, 16, 100, 0.5)]
    [InlineData(8, 96, 1000, 10)]
    [InlineData(30, 33, 129, 10)]
    public async Task Probabilities_are_the_same_to_four_digits(int classes, int dimensions, int count, double strength)
    {
        await PythonPeer.ScikitLearn.RequireAsync();
        var rows = Mixture.Of(count, dimensions, classes, width: 1);
        var others = Mixture.Of(50, dimensions, classes, width: 1.5);
        int[] labels = [.. Enumerable.Range(0, count).Select(i => i % classes)];
        var theirs = await PythonPeer.ScikitLearn.AskAsync<Answer>("classification_peer.py", new
        {
            Rows = Bytes(rows),
            Others = Bytes(others),
            Dimensions = dimensions,
            Labels = labels,
            Strength = strength,
        });
        var model = Regression.Train(rows, labels, classes, strength);
        var ours = new Classifier(
            [.. Enumerable.Range(0, classes).Select(i => $"{i}")], ClassifierMethod.Logistic, model, 1)
            .Probabilities(others);
        Assert.Equal(theirs.Probabilities.Length, ours.Length);
        Assert.All(ours.Zip(theirs.Probabilities), pair => Assert.Equal(pair.Second, pair.First, 1e-4));
    }

    // Little-endian 32-bit floats, which JSON writes as base64: no digit is lost.
    private static byte[] Bytes(float[] numbers) => MemoryMarshal.AsBytes<float>(numbers).ToArray();

    private sealed record Answer(double[] Probabilities);
}
