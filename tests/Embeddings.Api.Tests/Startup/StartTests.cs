using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Embeddings.Inference.Tests;
using Embeddings.Inference.Tests.Hub;
using Embeddings.Inference.Tests.Models;

namespace Embeddings.Api.Tests.Startup;

/// <summary>
/// Starting, as a person sees it: which model is served, what is fetched, and what a mistake is told.
/// </summary>
public sealed class StartTests : IAsyncLifetime
{
    private const string Real = "all-MiniLM-L6-v2";

    private static readonly string[] Vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a"];
    private static readonly string[] Listen = ["--urls", "http://127.0.0.1:0"];

    // A small model instead of the real one: it is described with its files, and kept without them.
    private readonly TinyModel _model = new(Vocabulary, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 4]);
    private readonly string _models = Directory.CreateTempSubdirectory("embeddings-").FullName;
    private HubServer _hub = null!;

    private string Home => Path.Combine(_models, Real);

    public async ValueTask InitializeAsync()
    {
        _hub = await HubServer.StartAsync();
        var manifest =
            JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(_model.Folder, "model.json"), Server.Cancelled))!;
        (manifest["id"], manifest["repository"], manifest["revision"]) = ("sentence-transformers/" + Real, "sentence-transformers/" + Real, "abc");
        Directory.CreateDirectory(Home);
        await File.WriteAllTextAsync(Path.Combine(Home, "model.json"), manifest.ToJsonString(), Server.Cancelled);
        foreach (var file in new[] { "model.onnx", "vocab.txt" })
        {
            _hub.Files[$"/sentence-transformers/{Real}/resolve/abc/{file}"] = await File.ReadAllBytesAsync(
                Path.Combine(_model.Folder, file), Server.Cancelled);
        }

        CopyFolder(Path.Combine(Repository.TestModels, "static-en-384"), Path.Combine(_models, "static-en-384"));
    }

    public async ValueTask DisposeAsync()
    {
        _model.Dispose();
        await _hub.DisposeAsync();
        Directory.Delete(_models, recursive: true);
    }

    [Fact]
    public async Task Without_any_setting_the_real_model_is_served_from_the_program_itself()
    {
        var environment = Environment(new Uri("http://127.0.0.1:9"));
        environment.Remove("Models__Directory");
        using var server = new ChildServer(Listen, environment);
        Assert.Equal("sentence-transformers/" + Real, await ServedAsync(server));
        Assert.Contains(
            "Default model: \\\"sentence-transformers/all-MiniLM-L6-v2\\\", 384 dimensions",
            server.Output,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Int8_is_served_once_it_was_made_and_the_start_says_how()
    {
        var environment = Environment(
            new Uri("http://127.0.0.1:9"),
            ("Models__Precision", "Int8"),
            ("Models__Directory", Path.Combine(_models, "added")));
        var (code, output) = await ChildServer.RunAsync(Listen, environment);
        Assert.Equal(1, code);
        Assert.Contains($"has only fp32. Make its int8 variant with '", output, StringComparison.Ordinal);
        Assert.Contains($"models quantize {Real}'", output, StringComparison.Ordinal);

        (code, output) = await ChildServer.RunAsync(["models", "quantize", Real], environment);
        Assert.True(code == 0, output);
        Assert.Contains("cosine to fp32: 0.99", output, StringComparison.Ordinal);
        using var server = new ChildServer(Listen, environment);
        Assert.Equal("sentence-transformers/" + Real, await ServedAsync(server));
        using var client = await server.ConnectAsync();
        Assert.Equal("int8", (await client.GetFromJsonAsync<JsonNode>(new Uri($"/v1/models/{Real}", UriKind.Relative), Server.Cancelled))!["precision"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_default_is_fetched_before_it_serves()
    {
        using var server = new ChildServer(Listen, Environment(_hub.Address));
        Assert.Equal("sentence-transformers/" + Real, await ServedAsync(server));
        Assert.Contains($"{Real}: 100 %", server.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(Home, "model.onnx")));
    }

    [Fact]
    public async Task A_model_named_explicitly_that_cannot_be_had_stops_the_start()
    {
        var (code, output) = await ChildServer.RunAsync(
            Listen, Environment(new Uri("http://127.0.0.1:9"), ("Models__Default", Real)));
        Assert.Equal(1, code);
        Assert.Contains("cannot be reached", output, StringComparison.Ordinal);
        Assert.Contains(Home, output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HF_HUB_OFFLINE", "1", "HF_HUB_OFFLINE")]
    [InlineData("Models__Download", "false", "Models:Download is off")]
    public async Task Where_downloads_are_forbidden_the_network_is_never_touched(string name, string value, string part)
    {
        foreach (var arguments in new[] { Listen, ["models", "pull", Real] })
        {
            var (code, output) = await ChildServer.RunAsync(arguments, Environment(_hub.Address, (name, value)));
            Assert.Equal(1, code);
            Assert.Contains(part, output, StringComparison.Ordinal);
        }

        Assert.Empty(_hub.Requests);
    }

    [Fact]
    public async Task Pull_list_and_verify_tell_what_is_here()
    {
        var environment = Environment(_hub.Address);
        Assert.Contains(
            "not here: dotnet run --project src/Embeddings.Api -- models pull " + Real,
            (await ChildServer.RunAsync(["models", "list"], environment)).Output,
            StringComparison.Ordinal);
        var (code, output) = await ChildServer.RunAsync(["models", "pull", Real], environment);
        Assert.Equal(0, code);
        Assert.Contains("every file is right", output, StringComparison.Ordinal);
        Assert.Equal(0, (await ChildServer.RunAsync(["models", "verify", Real], environment)).Code);

        await File.AppendAllTextAsync(Path.Combine(Home, "vocab.txt"), "b", Server.Cancelled);
        (code, output) = await ChildServer.RunAsync(["models", "verify"], environment);
        Assert.Equal(1, code);
        Assert.Contains("vocab.txt", output, StringComparison.Ordinal);
        Assert.Contains("static-en-384: every file is right", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_default_that_names_a_repository_of_the_hub_is_added_on_the_first_start_and_needs_no_hub_on_the_second()
    {
        var repository = new TinyRepository(_hub);
        using (var server = new ChildServer(Listen, Environment(_hub.Address, ("Models__Default", repository.Name))))
        {
            Assert.Equal(repository.Name, await ServedAsync(server));
            Assert.Contains(
                $"added from {repository.Name} at {TinyRepository.Commit}", server.Output, StringComparison.Ordinal);
        }

        using var next = new ChildServer(Listen, Environment(new Uri("http://127.0.0.1:9"), ("Models__Default", repository.Name)));
        Assert.Equal(repository.Name, await ServedAsync(next));
    }

    [Theory]
    [InlineData("HF_HUB_OFFLINE", "1")]
    [InlineData("Models__Download", "false")]
    public async Task A_default_of_the_hub_that_may_not_be_fetched_names_the_command_that_adds_it(
        string name, string value)
    {
        var repository = new TinyRepository(_hub);
        var (code, output) = await ChildServer.RunAsync(
            Listen, Environment(_hub.Address, ("Models__Default", repository.Name), (name, value)));
        Assert.Equal(1, code);
        Assert.Contains("models add owner/tiny-en", output, StringComparison.Ordinal);
        Assert.Empty(_hub.Requests);
    }

    [Fact]
    public async Task Add_writes_a_model_that_is_pinned_from_then_on()
    {
        var repository = new TinyRepository(_hub);
        var environment = Environment(_hub.Address);
        var (code, output) = await ChildServer.RunAsync(["models", "add", repository.Name], environment);
        Assert.Equal(0, code);
        Assert.Contains("2 dimensions, 128 tokens, mean pooling scaled to length 1", output, StringComparison.Ordinal);
        (code, output) = await ChildServer.RunAsync(["models", "add", repository.Name + "@main"], environment);
        Assert.Equal((0, true), (code, output.Contains("tiny-en: every file is right", StringComparison.Ordinal)));

        var moved = new string('a', 40);
        _hub.Commits[repository.Name] = moved;
        (code, output) = await ChildServer.RunAsync(["models", "add", repository.Name + "@main"], environment);
        Assert.Equal(1, code);
        Assert.Contains($"is pinned at {TinyRepository.Commit}", output, StringComparison.Ordinal);
        Assert.Contains($"delete {Path.Combine(_models, "tiny-en")}", output, StringComparison.Ordinal);
        Assert.Equal(
            2, (await ChildServer.RunAsync(["models", "add", repository.Name, "--revision", "v2"], environment)).Code);
        Assert.Equal(1, (await ChildServer.RunAsync(["models", "add", "tiny-en"], environment)).Code);
    }

    [Fact]
    public async Task Two_processes_that_pull_at_once_both_succeed()
    {
        var pulls = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => ChildServer.RunAsync(["models", "pull", Real], Environment(_hub.Address))));
        Assert.All(pulls, pull => Assert.Equal(0, pull.Code));
        Assert.Equal(3, Directory.GetFiles(Home).Length);
    }

    [Fact]
    public async Task An_air_gapped_machine_serves_a_folder_that_was_copied_there()
    {
        await ChildServer.RunAsync(["models", "pull", Real], Environment(_hub.Address));
        var elsewhere = Path.Combine(_models, "mounted");
        CopyFolder(Home, Path.Combine(elsewhere, Real));
        File.Delete(Path.Combine(Home, "model.onnx"));
        using var server = new ChildServer(Listen, Environment(
            new Uri("http://127.0.0.1:9"), ("HF_HUB_OFFLINE", "1"), ("Models__Default", Real), ("Models__SearchPath__0", elsewhere)));
        Assert.Equal("sentence-transformers/" + Real, await ServedAsync(server));
    }

    [Fact]
    public async Task Health_tells_an_orchestrator_by_its_exit_code()
    {
        using var server = new ChildServer(Listen, Environment(_hub.Address));
        using var client = await server.ConnectAsync();
        await ServedAsync(server);
        Assert.Equal(0, (await ChildServer.RunAsync(["health", client.BaseAddress + "health/ready"])).Code);
        Assert.Equal(1, (await ChildServer.RunAsync(["health", client.BaseAddress + "nowhere"])).Code);
        Assert.Equal(1, (await ChildServer.RunAsync(["health", "http://127.0.0.1:9/"])).Code);
        Assert.Equal(2, (await ChildServer.RunAsync(["health", "--help"])).Code);
        var own = new Dictionary<string, string> { ["ASPNETCORE_URLS"] = $"http://+:{client.BaseAddress!.Port}" };
        Assert.Equal(0, (await ChildServer.RunAsync(["health"], own)).Code);
    }

    [Fact]
    public async Task Told_to_stop_while_it_fetches_it_ends_without_a_fault()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGTERM.");
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _hub.Mishaps.Enqueue(async (context, _) =>
        {
            asked.SetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            return true;
        });
        using var server = new ChildServer(Listen, Environment(_hub.Address));
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(60), Server.Cancelled);
        Assert.Equal(0, await server.StopAsync());
        Assert.DoesNotContain("   at ", server.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Told_to_stop_it_ends_without_a_fault()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGTERM.");
        using var server = new ChildServer(Listen, Environment(_hub.Address, ("Models__Default", "static-en-384")));
        await ServedAsync(server);
        Assert.Equal(0, await server.StopAsync());
    }

    private static async Task<string> ServedAsync(ChildServer server)
    {
        using var client = await server.ConnectAsync();
        var response = await client.PostAsJsonAsync(
            new Uri("/v1/embeddings", UriKind.Relative), new { input = "a" }, Server.Cancelled);
        return (await response.Content.ReadFromJsonAsync<JsonNode>(Server.Cancelled))!["model"]!.GetValue<string>();
    }

    private static void CopyFolder(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }
    }

    private Dictionary<string, string> Environment(Uri hub, params (string Name, string Value)[] more)
    {
        var environment = new Dictionary<string, string>
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
            ["HF_ENDPOINT"] = hub.ToString(),
            ["HF_HOME"] = Path.Combine(_models, "cache"),
            ["Models__Directory"] = _models,
            // One database file for each process, because some tests run two at once.
            ["Storage__Path"] = Path.Combine(_models, "data", $"{Guid.NewGuid():N}.db"),
        };
        foreach (var (name, value) in more)
        {
            environment[name] = value;
        }

        return environment;
    }
}
