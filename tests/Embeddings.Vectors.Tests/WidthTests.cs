using System.Diagnostics;
using System.Numerics;
using System.Runtime.Intrinsics;
using Embeddings.Vectors.Simd;

namespace Embeddings.Vectors.Tests;

/// <summary>Every other test of this project again, in processes whose processor pretends to know less.</summary>
public sealed class WidthTests
{
    private const string Asserted = "EMBEDDINGS_TEST_WIDTH";

    [Theory]
    [InlineData("DOTNET_EnableAVX512", 256)]
    [InlineData("DOTNET_EnableAVX2", 128)]
    [InlineData("DOTNET_EnableHWIntrinsic", 0)]
    public async Task Every_test_passes_with_narrower_registers(string setting, int width)
    {
        Assert.SkipWhen(Environment.GetEnvironmentVariable(Asserted) is not null, "This is that process.");
        Assert.SkipWhen(width >= Width, $"This processor has no more than {Width} bits.");
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["-noColor"]) { RedirectStandardOutput = true };
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
        Assert.SkipWhen(asked is null, "This process asked for nothing.");
        Assert.Equal(asked, $"{Width}");
        Assert.Equal(Math.Max(Width, 128) / 32, BlockKernel.PanelWidth);
    }

    private static int Width => Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : Vector.IsHardwareAccelerated ? 128 : 0;
}
