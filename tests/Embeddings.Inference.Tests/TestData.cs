using Embeddings.Inference.Models;

namespace Embeddings.Inference.Tests;

/// <summary>
/// Where the tests find data. Reference data too large or not ours to keep lies in a folder <c>shared</c> beside the
/// checkout, or where <c>EMBEDDINGS_TEST_DATA</c> says; tests that need it skip without it, and fail without it where
/// <c>EMBEDDINGS_TEST_DATA</c> is set.
/// </summary>
internal static class TestData
{
    public static string Reference(string path)
    {
        var named = Environment.GetEnvironmentVariable("EMBEDDINGS_TEST_DATA");
        var full = Path.Combine(named ?? Path.Combine(Repository.Folder, "..", "shared"), path);
        if (!Path.Exists(full))
        {
            Assert.SkipWhen(
                named is null, $"{path} is not here; set EMBEDDINGS_TEST_DATA to the folder that holds it.");
            Assert.Fail($"{full} does not exist.");
        }

        return full;
    }

    public static ModelManifest Manifest(string name) =>
        ModelManifest.Read(Path.Combine(Repository.BuiltInModels, name, "model.json"));
}
