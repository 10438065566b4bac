using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Embeddings.Clients.Tests;

/// <summary>
/// What people do first with embeddings in Python: the OpenAI client, scikit-learn's t-SNE, a picture by matplotlib. Only
/// the base URL is this server's.
/// </summary>
public sealed class PictureTests(RunningServer server)
{
    private static readonly string[] Words =
    [
        "cat", "kitten", "dog", "puppy", "horse", "rabbit",
        "car", "lorry", "bus", "train", "bicycle", "motorcycle",
        "bread", "cheese", "butter", "soup", "apple", "salad",
    ];

    private const int OfAKind = 6;

    private static readonly string Clients = ClientProgram.Built("clients");

    private static readonly string[] Python =
        (Environment.GetEnvironmentVariable("EMBEDDINGS_TEST_PYTHON") ?? "python3").Split(' ');

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Words_of_a_kind_lie_together_in_a_picture_of_scikit_learn_and_matplotlib()
    {
        await NeedLibrariesAsync();
        var script = await File.ReadAllTextAsync(Path.Combine(Clients, "openai-python", "tsne.py"), Cancelled);
        var root = server.Http.BaseAddress!.GetLeftPart(UriPartial.Authority);
        var ended = await ChildProcess.Run(
            [.. Python, "-c", script, root], Clients, JsonSerializer.Serialize(Words), Cancelled);
        Assert.True(ended.ExitCode == 0, ended.Errors);
        var answer = JsonNode.Parse(ended.Output)!;
        var positions = answer["positions"]!.AsArray()
            .Select(position => (X: (double)position![0]!, Y: (double)position[1]!)).ToList();
        var right = Enumerable.Range(0, Words.Length).Count(word => Nearest(positions, word) / OfAKind == word / OfAKind);
        Assert.True(right >= 16, $"{right} of {Words.Length} words have a word of their kind nearest.");
        var png = Convert.FromBase64String((string)answer["png"]!);
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], png[..4]);
    }

    private static int Nearest(List<(double X, double Y)> positions, int word) =>
        Enumerable.Range(0, positions.Count).Where(other => other != word).MinBy(other =>
            Math.Pow(positions[other].X - positions[word].X, 2) + Math.Pow(positions[other].Y - positions[word].Y, 2));

    private static async Task NeedLibrariesAsync()
    {
        if (Environment.GetEnvironmentVariable("EMBEDDINGS_TEST_CLIENTS") == "required")
        {
            return;
        }

        var isInstalled = false;
        try
        {
            var ended = await ChildProcess.Run(
                [.. Python, "-c", "import matplotlib, openai, sklearn"], Clients, "", Cancelled);
            isInstalled = ended.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            // There is no Python at all.
        }

        Assert.SkipUnless(
            isInstalled, "Needs a Python with openai, scikit-learn and matplotlib: run .ci/install-clients.");
    }
}
