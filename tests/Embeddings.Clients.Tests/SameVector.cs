namespace Embeddings.Clients.Tests;

/// <summary>
/// Two vectors agree when no component differs by more than a millionth; the message names the first that does.
/// </summary>
internal static class SameVector
{
    private const float Tolerance = 1e-6f;

    public static void Check(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            // Written so that NaN is a difference.
            var same = MathF.Abs(expected[i] - actual[i]) <= Tolerance;
            Assert.True(same, $"Component {i} is {actual[i]}; a plain request gives {expected[i]}.");
        }
    }
}
