using System.Text.RegularExpressions;
using Embeddings.Inference.Models;

namespace Embeddings.Inference.Hub;

/// <summary>What is to be added: a repository of the hub, at a revision, under a name.</summary>
/// <param name="Repository"><c>owner/name</c>.</param>
/// <param name="Revision">A branch, a tag or a commit; <see langword="null"/> for what the repository shows.</param>
/// <param name="Name">The folder's name, and the short name that clients may use.</param>
/// <param name="OnnxRepository">The repository that has the ONNX export, if it is another one.</param>
public sealed partial record ModelAddition(string Repository, string? Revision, string Name, string? OnnxRepository)
{
    /// <summary>Whether a text has the form of a repository's name.</summary>
    public static bool IsRepository(string text) => Repositories().IsMatch(text);

    /// <summary>Reads <c>owner/name</c> or <c>owner/name@revision</c>.</summary>
    /// <param name="text">The repository.</param>
    /// <param name="name">A short name, or <see langword="null"/> for the repository's last part.</param>
    /// <param name="onnx">Another repository that has the ONNX export, or <see langword="null"/>.</param>
    /// <exception cref="ModelException">A name has another form.</exception>
    public static ModelAddition Parse(string text, string? name = null, string? onnx = null)
    {
        var (repository, revision) = text.Split('@', 2) is [var before, var after] ? (before, after) : (text, null);
        foreach (var checkedName in new[] { repository, onnx }.OfType<string>())
        {
            if (!IsRepository(checkedName))
            {
                throw new ModelException(
                    $"'{checkedName}' does not name a repository of the hub; it must be <owner>/<name>, as " +
                    "BAAI/bge-small-en-v1.5.");
            }
        }

        if (revision is not null && !Revisions().IsMatch(revision))
        {
            throw new ModelException($"'{revision}' is not a revision; it must be a branch, a tag or a commit.");
        }

        name ??= repository.Split('/')[1];
        return Names().IsMatch(name)
            ? new ModelAddition(repository, revision, name, onnx)
            : throw new ModelException(
                $"'{name}' cannot name a model's folder; a name has letters, digits, '.', '_' and '-', and begins " +
                "with a letter or a digit.");
    }

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]{0,95}/[A-Za-z0-9][A-Za-z0-9._-]{0,95}\z")]
    private static partial Regex Repositories();

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._/-]{0,127}\z")]
    private static partial Regex Revisions();

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]{0,95}\z")]
    private static partial Regex Names();
}
