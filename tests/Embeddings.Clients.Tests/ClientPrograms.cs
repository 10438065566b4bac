namespace Embeddings.Clients.Tests;

/// <summary>
/// Every client that is run as its makers ship it. A new one is a program under tests/clients and a row here.
/// </summary>
internal static class ClientPrograms
{
    public const string OtherJavaScript = "Other JavaScript clients";

    public const string OtherPython = "Other Python clients";

    private const int Native = 384;

    private static readonly string Clients = ClientProgram.Built("clients");

    private static readonly string JavaScript = Path.Combine(Clients, "javascript");

    /// <summary>
    /// Perhaps a command line: "chroot /some/folder python3". So the program travels as an argument, not as a path.
    /// </summary>
    private static readonly string[] Python =
        (Environment.GetEnvironmentVariable("EMBEDDINGS_TEST_PYTHON") ?? "python3").Split(' ');

    /// <summary>The same with the newest packages.</summary>
    private static readonly string[] NewestPython =
        (Environment.GetEnvironmentVariable("EMBEDDINGS_TEST_NEWEST") ?? "python3").Split(' ');

    public static readonly IReadOnlyList<ClientProgram> All =
    [
        new(
            "OpenAI Python", Clients,
            [.. Python, "-c", File.ReadAllText(Path.Combine(Clients, "openai-python", "client.py"))],
            Probe: [.. Python, "-c", "import openai"],
            Install: "Run .ci/install-clients, or install the Python package openai and name its Python in EMBEDDINGS_TEST_PYTHON.")
        {
            Embeds = Cases("default encoding", "float", "base64", "64 dimensions", "Azure", "Azure, a name with a slash"),
            Refused = Refusals("NotFoundError", "unknown model", "unknown model by id", "Azure, unknown model"),
        },
        new(
            "OpenAI JavaScript", JavaScript, ["node", "openai.mjs"],
            Probe: Imports("openai"), Install: "Run npm ci --ignore-scripts in tests/clients/javascript.")
        {
            Embeds = Cases("default encoding", "float", "base64", "64 dimensions", "Azure", "Azure, a name with a slash"),
            Refused = Refusals("NotFoundError", "unknown model", "unknown model by id", "Azure, unknown model"),
        },
        new(
            "OpenAI JavaScript 6", JavaScript, ["node", "openai-6.mjs"],
            Probe: Imports("openai-6"), Install: "Run npm ci --ignore-scripts in tests/clients/javascript.")
        {
            Embeds = Cases("default encoding", "float", "base64", "64 dimensions", "Azure", "Azure, a name with a slash"),
            Refused = Refusals("NotFoundError", "unknown model", "unknown model by id", "Azure, unknown model"),
        },
        new(
            "LangChain JavaScript", JavaScript, ["node", "langchain.mjs"],
            Probe: Imports("@langchain/openai"), Install: "Run npm ci --ignore-scripts in tests/clients/javascript.")
        {
            Embeds = Cases("embedDocuments", "embedQuery"),
            Refused = Refusals("NotFoundError", "unknown model"),
            ListsModels = false,
        },
        new(
            OtherJavaScript, JavaScript, ["node", "dialects.mjs"],
            Probe: Imports("ollama"), Install: "Run npm ci --ignore-scripts in tests/clients/javascript.")
        {
            Embeds = Cases(
                "ollama", "ollama, one prompt", "ollama-ai-provider-v2", "@langchain/ollama", "@llamaindex/ollama",
                "@chroma-core/ollama", "@chroma-core/huggingface-server", "@huggingface/inference", "cohere-ai v1",
                "cohere-ai v2", "@ai-sdk/cohere", "@langchain/cohere", "voyageai", "@mistralai/mistralai",
                "@ai-sdk/mistral", "@langchain/mistralai", "@ai-sdk/openai-compatible", "@llamaindex/openai",
                "@google/genai", "@ai-sdk/google", "@pinecone-database/pinecone"),
            Refused = Refusals(""),
            ListsModels = false,
        },
        new("OpenAI .NET", Clients, ["dotnet", ClientProgram.Built("openai-dotnet")])
        {
            Embeds = Cases("many texts", "one text", "64 dimensions", "Microsoft.Extensions.AI"),
            Refused = Refusals("ClientResultException", "unknown model", "unknown model by id", "Microsoft.Extensions.AI, unknown model"),
        },
        new("OpenAI .NET 2.1.0", Clients, ["dotnet", ClientProgram.Built("openai-dotnet-2.1.0")])
        {
            Embeds = Cases("many texts", "one text", "64 dimensions", "Azure", "Azure, a name with a slash"),
            Refused = Refusals("ClientResultException", "unknown model", "unknown model by id", "Azure, unknown model"),
        },
        new(
            OtherPython, Clients,
            [.. NewestPython, "-c", File.ReadAllText(Path.Combine(Clients, "dialects-python", "client.py"))],
            Probe: [.. NewestPython, "-c", "import huggingface_hub, ollama, openai"],
            Install: "Run .ci/install-clients, or install the Python packages huggingface_hub, ollama and openai and " +
                "name their Python in EMBEDDINGS_TEST_NEWEST.")
        {
            Embeds = Cases(
                "ollama", "ollama, one prompt", "ollama, pulled", "huggingface_hub", "huggingface_hub, one text",
                "OpenAI Python 3", "OpenAI Python 3, async"),
            Refused = Refusals(""),
            ListsModels = false,
        },
        new("Other .NET clients", Clients, ["dotnet", ClientProgram.Built("dialects-dotnet")])
        {
            Embeds = Cases(
                "OllamaSharp", "OllamaSharp, Microsoft.Extensions.AI", "Azure.AI.Inference", "Betalgo",
                "Semantic Kernel"),
            Refused = Refusals(""),
            ListsModels = false,
        },
    ];

    private static readonly Lazy<Task<ClientProgram[]>> InstalledHere = new(async () =>
    {
        var installed = await Task.WhenAll(All.Select(client => client.IsInstalled()));
        return [.. All.Where((_, index) => installed[index])];
    });

    /// <summary>Those of <see cref="All"/> that are on this machine; probed once.</summary>
    public static Task<ClientProgram[]> Installed() => InstalledHere.Value;

    private static string[] Imports(string package) => ["node", "--input-type=module", "--eval", $"import '{package}'"];

    private static Dictionary<string, int> Cases(params string[] names) =>
        names.ToDictionary(name => name, name => name == "64 dimensions" ? 64 : Native);

    private static Dictionary<string, string> Refusals(string exception, params string[] names) =>
        names.ToDictionary(name => name, _ => exception);
}
