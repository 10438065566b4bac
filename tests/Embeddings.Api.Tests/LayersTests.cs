using System.Text.RegularExpressions;
using Embeddings.Inference.Tests;

namespace Embeddings.Api.Tests;

/// <summary>
/// The folders of a project are its layers: a file names only its own folder and lower ones, so no folders name each
/// other in a circle.
/// </summary>
public sealed partial class LayersTests
{
    /// <summary>Each project with its folders, the lowest first; "." is the folder of the project itself.</summary>
    [Theory]
    [InlineData("Embeddings.Vectors", "Simd . Index Faiss")]
    [InlineData("Embeddings.Analysis", "Numerics Neighbors Projection Clustering Topics Classification")]
    [InlineData(
        "Embeddings.Tokenization",
        "Reading Unicode Text Normalizers PreTokenizers Models AddedTokens PostProcessors Decoders .")]
    [InlineData("Embeddings.Storage", "Filtering . InMemory Sqlite")]
    [InlineData("Embeddings.Inference", ". Models Tokenization Scheduling Runtime Encoders Quantization Hub")]
    [InlineData(
        "Embeddings.Api",
        "Errors Telemetry Wire Limits Access Embedding Reranking Retrieval Jobs OpenAi Similarity Tokenization " +
            "Classifiers Collections Projections Topics Dialects Status Explorer OpenApi Pipeline Startup .")]
    public void A_folder_names_no_higher_one(string project, string lowestFirst)
    {
        var layers = lowestFirst.Split(' ');
        var files = FilesOf(Path.Combine(Repository.Folder, "src", project));
        Assert.Equal(layers.Order(), files.Select(file => file.Folder).Distinct().Order());
        Assert.All(files, file =>
        {
            if (file.Code.Contains("namespace ", StringComparison.Ordinal))
            {
                var space = file.Folder == "." ? project : $"{project}.{file.Space}";
                Assert.Contains($"namespace {space};", file.Code, StringComparison.Ordinal);
            }

            foreach (var higher in layers[(Array.IndexOf(layers, file.Folder) + 1)..])
            {
                Assert.DoesNotMatch(higher == "." ? TypesIn(files) : $@"(?<![\w.])({project}\.)?{higher}(\.[A-Z]|;)", file.Code);
            }
        });
    }

    private static List<(string Folder, string Space, string Code)> FilesOf(string root) =>
    [
        .. from path in Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
           let folders = Path.GetRelativePath(root, path).Split(Path.DirectorySeparatorChar)[..^1]
           where folders is not ["obj" or "bin", ..]
           select (folders.FirstOrDefault("."), string.Join('.', folders),
               CommentOrString().Replace(File.ReadAllText(path), "")),
    ];

    // Lower folders see the types of the project's own folder without a using, so these are looked for by name.
    private static string TypesIn(List<(string Folder, string Space, string Code)> files)
    {
        var names = files.Where(file => file.Folder == ".")
            .SelectMany(file => TypeDeclaration().Matches(file.Code)).Select(match => match.Groups[1].Value);
        return $@"(?<![\w.])({string.Join('|', names.DefaultIfEmpty("(?!)"))})\b";
    }

    [GeneratedRegex(@"//.*|""(\\.|[^""\\\r\n])*""")]
    private static partial Regex CommentOrString();

    [GeneratedRegex(@"\b(?:class|record|record struct|struct|interface|enum|delegate \S+(?:<.*>)?) (\w+)")]
    private static partial Regex TypeDeclaration();
}
