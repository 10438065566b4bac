namespace Embeddings.Api.Errors;

/// <summary>
/// How a person calls this program in the way in which it runs: from its sources, published, or in a container.
/// Messages that name a command use it.
/// </summary>
/// <param name="BaseDirectory">Folder of the program.</param>
/// <param name="ProcessPath">What the operating system runs: the program itself, or <c>dotnet</c>.</param>
/// <param name="IsContainer">Whether it runs in a container made of .NET's images.</param>
internal sealed record Invocation(string BaseDirectory, string? ProcessPath, bool IsContainer)
{
    private const string Project = "src/Embeddings.Api";

    /// <summary>How this process is called.</summary>
    public static Invocation Current { get; } = new(
        AppContext.BaseDirectory,
        Environment.ProcessPath,
        Environment.GetEnvironmentVariable("DOTNET_RUNNING_IN_CONTAINER") is "true" or "1");

    /// <summary>
    /// The line to type for arguments of the program: <c>models pull all-MiniLM-L6-v2</c>, or
    /// <c>--urls http://localhost:9000</c>.
    /// </summary>
    public string Of(string arguments) => $"{Program()} {arguments}";

    private string Program()
    {
        if (IsFromSources())
        {
            return $"dotnet run --project {Project} --";
        }

        // The container that failed to start cannot be entered: the command needs one of its own, with the same
        // volumes.
        if (IsContainer)
        {
            return "docker run <options> <image>";
        }

        // Without its folder: callers read these messages too, and the machine's paths are not theirs.
        var program = Path.GetFileName(ProcessPath) ?? "";
        return Path.GetFileNameWithoutExtension(program).Equals("dotnet", StringComparison.OrdinalIgnoreCase)
            || program.Length == 0
            ? "dotnet Embeddings.Api.dll"
            : Path.Combine(".", program);
    }

    // A program that was published into the checkout is a published one.
    private bool IsFromSources()
    {
        for (var folder = new DirectoryInfo(BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (folder.Name == "publish")
            {
                return false;
            }

            if (File.Exists(Path.Combine(folder.FullName, Project, "Embeddings.Api.csproj")))
            {
                return true;
            }
        }

        return false;
    }
}
