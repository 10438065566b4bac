using System.Runtime.CompilerServices;

namespace Embeddings.Api.Tests;

internal static class TestPaths
{
    public static string Repository { get; } = Path.GetFullPath(Path.Combine(Here(), "..", ".."));

    public static string Models => Path.Combine(Repository, "models");

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
