using System.Text.RegularExpressions;
using Embeddings.Inference.Tests;

namespace Embeddings.Api.Tests;

/// <summary>
/// The folders of a project are its layers. A folder names only folders before it in the list, so none of them name each other in a
/// circle. A folder names another by a <c>using</c>, by a qualified name or by a <c>cref</c>.
/// </summary>
public sealed class LayersTests
{
    /// <summary>Each project with its folders, the lowest first; "." is the folder of the project itself.</summary>
    public static TheoryData<string, string> Projects => new()
    {
        {
            "Embeddings.Api",
            "Errors Telemetry Wire Limits Access Embedding Retrieval OpenAi Similarity Collections OpenApi Pipeline Startup ."
        },
        { "Embeddings.Vectors", "Simd . Index Faiss" },
    };

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_folder_names_only_folders_below_it(string project, string order)
    {
        var layers = order.Split(' ');
        var folders = string.Join('|', layers.Where(layer => layer != "."));
        var names = new Regex($@"(?<![\w.])(?:{Regex.Escape(project)}\.)?({folders})(?:\.[A-Z]|;$)", RegexOptions.Multiline);
        var source = Path.Combine(Repository.Folder, "src", project);
        var files = Directory.EnumerateFiles(source, "*.cs", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(source, file))
            .Where(file => !file.StartsWith("obj", StringComparison.Ordinal) && !file.StartsWith("bin", StringComparison.Ordinal))
            .ToList();

        Assert.NotEmpty(files);
        Assert.All(files, file =>
        {
            var own = Array.IndexOf(layers, file.Split(Path.DirectorySeparatorChar) is [var folder, _, ..] ? folder : ".");
            Assert.True(own >= 0, $"{file} is in a folder that the list of layers does not have.");
            var text = File.ReadAllText(Path.Combine(source, file));
            var above = names.Matches(text).Select(match => match.Groups[1].Value).Where(name => Array.IndexOf(layers, name) > own);
            Assert.True(!above.Any(), $"{file} names {string.Join(" and ", above.Distinct())}, which the list of layers has above it.");
        });
    }
}
