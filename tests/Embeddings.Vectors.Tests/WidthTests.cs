using System.Diagnostics;
using System.Numerics;
using System.Runtime.Intrinsics;
using Embeddings.Vectors.Simd;

namespace Embeddings.Vectors.Tests;

/// <summary>
/// Tests of this project again, in processes whose processor pretends to know less: all of them in a long run, and else
/// those of the kernels and the index' promises, the ones that are different code at every width.
/// </summary>
public sealed class WidthTests
{
    private const string Asserted = "EMBEDDINGS_TEST_WIDTH";

    private static readonly string[] Usual = [nameof(WidthTests), nameof(Simd.KernelTests), nameof(VectorMathTests), nameof(Index.FlatIndexTests), nameof(Index.FlatIndexModelTests)];

    /// <summary>Whether this is such a process.</summary>
    public static bool IsNarrower => Environment.GetEnvironmentVariable(Asserted) is not null;

    [Theory]
    [InlineData("DOTNET_EnableAVX512", 256)]
    [InlineData("DOTNET_EnableAVX2", 128)]
    [InlineData("DOTNET_EnableHWIntrinsic", 0)]
    public async Task Tests_pass_with_narrower_registers(string setting, int width)
    {
        Assert.SkipWhen(width >= Width, $"This processor has no more than {Width} bits.");
        string[] tests = Effort.IsLong ? [] : [.. Usual.SelectMany(name => new[] { "-class", $"*.{name}" })];
        string[] others = ["-method-", $"*.{nameof(Tests_pass_with_narrower_registers)}"];
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["-noColor", .. tests, .. others]) { RedirectStandardOutput = true };
        start.Environment[setting] = "0";
        start.Environment[Asserted] = $"{width}";
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, output);
    }

    [Fact]
    public void The_width_is_the_one_asked_for()
    {
        var asked = Environment.GetEnvironmentVariable(Asserted);
        Assert.Equal(asked ?? $"{Width}", $"{Width}");
        Assert.Equal(Math.Max(Width, 128) / 32, BlockKernel.PanelWidth);
    }

    private static int Width =>
        Vector512.IsHardwareAccelerated
            ? 512
            : Vector256.IsHardwareAccelerated ? 256 : Vector.IsHardwareAccelerated ? 128 : 0;
}
