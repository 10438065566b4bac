using System.Diagnostics;
using Embeddings.Analysis.Numerics;
using Embeddings.Analysis.Projection;

namespace Embeddings.Analysis.Tests.Projection;

/// <summary>A layout is the same on every processor, also on those that know fewer instructions.</summary>
public sealed class SameBitsTests
{
    /// <summary>Prints of layouts on x64 with AVX2; made anew when an algorithm changes on purpose.</summary>
    [Fact]
    public void Layouts_have_the_bits_they_had_on_another_processor()
    {
        // No function of a library is in these vectors, since they must be the same everywhere, too.
        var random = new CounterRandom(1);
        double Centre(int i) => random.Uniform((ulong)(i / 20 % 5), (ulong)(i % 20));
        var vectors = Enumerable.Range(0, 500 * 20)
            .Select(i => (float)(Centre(i) + (0.5 * random.Uniform(7, (ulong)i)) - 0.5)).ToArray();
        var umap = Umap.Fit(vectors, 20, new UmapOptions { Epochs = 100 }, threads: 2);
        var tsne = Tsne.Fit(vectors, 20, new TsneOptions { EarlyIterations = 20, Iterations = 20 }, threads: 2);
        Assert.Equal("99861ECA4420F3D3", Fingerprint.Of<float>(umap.Positions)[..16]);
        Assert.Equal("D6FB7B3B3FE6B3BB", Fingerprint.Of<float>(tsne.Positions)[..16]);
    }

    [Theory]
    [InlineData("DOTNET_EnableAVX2")]
    [InlineData("DOTNET_EnableHWIntrinsic")]
    public async Task And_without_instructions_that_this_processor_has(string setting)
    {
        var method = $"*.{nameof(Layouts_have_the_bits_they_had_on_another_processor)}";
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["-noColor", "-method", method])
        {
            RedirectStandardOutput = true,
        };
        start.Environment[setting] = "0";
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, output);
    }
}
