namespace Embeddings.Benchmarks;

/// <summary>Options of a command: a name that begins with <c>--</c>, and its value behind it.</summary>
internal static class CommandOptions
{
    /// <summary>The value of an option, or null where it is absent.</summary>
    public static string? Option(this string[] options, string name) =>
        Array.IndexOf(options, name) is >= 0 and var at && at + 1 < options.Length ? options[at + 1] : null;
}
