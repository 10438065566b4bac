using Embeddings.Api.Errors;
using Embeddings.Inference.Tests;

namespace Embeddings.Api.Tests.Errors;

/// <summary>A command that a message names is the one that works where the program runs.</summary>
public sealed class InvocationTests
{
    private const string Pull = "models pull all-MiniLM-L6-v2";

    [Theory]
    [InlineData("artifacts/bin/Embeddings.Api/debug", "artifacts/bin/Embeddings.Api/debug/Embeddings.Api", "dotnet run --project src/Embeddings.Api -- " + Pull)]
    [InlineData("artifacts/publish/Embeddings.Api/release", "/usr/bin/dotnet", "dotnet Embeddings.Api.dll " + Pull)]
    [InlineData("/embeddings", "/embeddings/Embeddings.Api", "./Embeddings.Api " + Pull)]
    [InlineData("/embeddings", "/usr/bin/dotnet", "dotnet Embeddings.Api.dll " + Pull)]
    [InlineData("/embeddings", null, "dotnet Embeddings.Api.dll " + Pull)]
    public void A_command_fits_how_the_program_was_started(string folder, string? process, string expected)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The paths are Unix'.");
        Assert.Equal(
            expected, new Invocation(Path.Combine(Repository.Folder, folder), process, IsContainer: false).Of(Pull));
    }

    [Theory]
    [InlineData("/app", "docker run <options> <image> " + Pull)]
    [InlineData("artifacts/bin/Embeddings.Api/debug", "dotnet run --project src/Embeddings.Api -- " + Pull)]
    public void In_a_container_it_is_one_for_docker_unless_the_sources_are_there(string folder, string expected) =>
        Assert.Equal(expected, new Invocation(Path.Combine(Repository.Folder, folder), "/usr/bin/dotnet", IsContainer: true).Of(Pull));
}
