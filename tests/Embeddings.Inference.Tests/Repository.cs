namespace Embeddings.Inference.Tests;

/// <summary>The checkout that the tests run from.</summary>
internal static class Repository
{
    /// <summary>Its folder.</summary>
    public static string Folder { get; } = Find();

    /// <summary>The models that come with the program, as the build has put them beside the tests.</summary>
    public static string BuiltInModels => Path.Combine(AppContext.BaseDirectory, "models");

    /// <summary>A small encoder for tests that want meaning, and want it at once.</summary>
    public static string TestModels => Path.Combine(Folder, "tests", "models");

    // Not the source's path: a deterministic build replaces that.
    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Embeddings.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("The tests run from inside the repository.");
    }
}
