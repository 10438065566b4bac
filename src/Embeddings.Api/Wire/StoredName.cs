using System.Text.RegularExpressions;
using Embeddings.Api.Errors;

namespace Embeddings.Api.Wire;

/// <summary>Names of what is kept: they stand in paths, so they have no character that a path would change.</summary>
internal static partial class StoredName
{
    /// <summary>Refuses a name that nothing can have.</summary>
    /// <param name="kind">What has it: <c>collection</c>.</param>
    /// <param name="name">The name.</param>
    /// <exception cref="InvalidRequestException">It is too long, empty, or has other characters.</exception>
    public static void Check(string kind, string name)
    {
        if (!Names().IsMatch(name))
        {
            throw new InvalidRequestException(
                $"Invalid {kind} name '{name}': it has 1 to 128 letters, digits, '.', '_' and '-', and begins with a " +
                "letter or a digit.",
                "name");
        }
    }

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]{0,127}\z")]
    private static partial Regex Names();
}
