using System.Text.RegularExpressions;

namespace Embeddings.Storage.Tests;

/// <summary>
/// Folders of a project are layers: a file names only its own folder and lower ones, so no two import each other.
/// </summary>
public sealed partial class LayerTests
{
    [Theory]
    [InlineData("Embeddings.Vectors", "Simd", "", "Index", "Faiss")]
    [InlineData("Embeddings.Storage", "Filtering", "", "InMemory", "Sqlite")]
    public void A_folder_names_no_higher_one(string project, params string[] lowestFirst)
    {
        var root = Path.Combine(Repository(), "src", project);
        var files = Directory.GetFiles(root, "*.cs", SearchOption.AllDirectories)
            .Select(path => (
                Folder: Path.GetDirectoryName(Path.GetRelativePath(root, path))!, Path: path, Code: CodeOf(path)))
            .Where(file => file.Folder.Split(Path.DirectorySeparatorChar)[0] is not ("obj" or "bin")).ToList();
        Assert.Equal(lowestFirst.Order(), files.Select(file => file.Folder).Distinct().Order());
        foreach (var file in files)
        {
            Assert.Contains(
                $"namespace {project}{(file.Folder.Length == 0 ? "" : ".")}{file.Folder};", file.Code,
                StringComparison.Ordinal);
            foreach (var higher in lowestFirst[(Array.IndexOf(lowestFirst, file.Folder) + 1)..])
            {
                // The namespace above is seen without a using, so its types are looked for by name.
                var names = higher.Length > 0 ? [$@"{project}\.{higher}"] : files.Where(other => other.Folder == higher)
                    .SelectMany(other => Types().Matches(other.Code)).Select(match => match.Groups[1].Value);
                Assert.DoesNotMatch($@"(?<![\w.])({string.Join('|', names)})\b", file.Code);
            }
        }
    }

    // Without comments and strings.
    private static string CodeOf(string path) => Ignored().Replace(File.ReadAllText(path), "");

    private static string Repository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Embeddings.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException(
                "The tests do not run inside the repository.");
        }

        return folder.FullName;
    }

    [GeneratedRegex(@"//.*|""(\\.|[^""\\\r\n])*""")]
    private static partial Regex Ignored();

    [GeneratedRegex(@"\b(?:class|record|record struct|struct|interface|enum|delegate \S+(?:<.*>)?) (\w+)")]
    private static partial Regex Types();
}
