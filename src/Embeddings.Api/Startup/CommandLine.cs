using Embeddings.Api.Errors;

namespace Embeddings.Api.Startup;

/// <summary>The commands that need no settings.</summary>
internal static class CommandLine
{
    private static readonly string Usage = $"""
        usage: Embeddings.Api [<setting> ...]        serve; a setting is --urls http://localhost:9000, --Models:Workers=2, ...
               Embeddings.Api models list            what is described, and what is here
               Embeddings.Api models add <owner>/<name>
                                                     add a model by its name on the hub
               Embeddings.Api models pull <model>    fetch a model's files ahead of time
               Embeddings.Api models verify [<model>]
                                                     compare the files with their size and SHA-256
               Embeddings.Api models quantize <model>
                                                     make the int8 variant of a model from fp32
               Embeddings.Api restore <file>         put a backup in the place of the collections
               Embeddings.Api health [<url>]         exit code 0 when the server on this machine is ready
               Embeddings.Api version
        Here: {Invocation.Current.Of("models list")}
        """;

    /// <summary>Runs a command that needs neither settings nor models.</summary>
    /// <returns>The exit code, or null when the arguments are no such command.</returns>
    public static async Task<int?> AnswerAsync(string[] arguments)
    {
        switch (arguments)
        {
            case ["health", ..]:
                return await HealthCommand.RunAsync(arguments[1..], Console.Out);
            case ["help" or "--help" or "-h" or "-?", ..]:
                Console.Out.WriteLine(Usage);
                return 0;
            case ["version" or "--version"]:
                Console.Out.WriteLine(typeof(CommandLine).Assembly.GetName().Version!.ToString(3));
                return 0;
            case [var first, ..] when first is not ("models" or "restore") && first.Length > 0
                && !first.Contains('=', StringComparison.Ordinal) && first[0] is not ('-' or '/'):
                Console.Error.WriteLine($"'{first}' is not a command.{Environment.NewLine}{Usage}");
                return 2;
            default:
                return null;
        }
    }
}
