using System.ComponentModel;
using System.Text.Json;

namespace Embeddings.Clients.Tests;

/// <summary>The page at <c>/</c> in a real browser, against a server without keys and one with a key.</summary>
public sealed class PageTests(PageTests.Visits visits) : IClassFixture<PageTests.Visits>
{
    private static readonly bool Required = Environment.GetEnvironmentVariable("EMBEDDINGS_TEST_CLIENTS") == "required";

    private static readonly string Folder = Path.Combine(ClientProgram.Built("clients"), "browser");

    private static readonly string Browser = Environment.GetEnvironmentVariable("EMBEDDINGS_TEST_BROWSER") ?? "/usr/bin/chromium";

    private static readonly Lazy<Task<string[]>> Listed = new(async () =>
    {
        try
        {
            return File.Exists(Browser) ? [.. (await Run(["--list"])).Select(visit => visit.Case)] : [];
        }
        catch (Win32Exception)
        {
            return []; // Node.js is not here
        }
    });

    public static async Task<TheoryData<string, bool>> Cases() =>
        [.. from name in await Listed.Value from hasKey in new[] { false, true } select (name, hasKey)];

    [Fact]
    public async Task A_browser_and_its_driver_are_installed()
    {
        if ((await Listed.Value).Length == 0)
        {
            const string reason = "Chromium or playwright-core is not installed. Run .ci/install-clients, or npm ci --ignore-scripts in tests/clients/browser.";
            Assert.SkipUnless(Required, reason);
            Assert.Fail(reason);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task The_page_works(string @case, bool hasKey)
    {
        var answers = await (hasKey ? visits.WithKey : visits.WithoutKey).Value;
        Assert.True(answers[@case] is null, answers[@case]);
    }

    private static async Task<List<Visit>> Run(string[] parameters)
    {
        var ended = await ChildProcess.Run(["node", "page.mjs", .. parameters], Folder, input: "", CancellationToken.None, TimeSpan.FromMinutes(15));
        Assert.True(parameters is ["--list"] || ended.ExitCode == 0, $"The driver ended with {ended.ExitCode}:\n{ended.Errors}");
        return [.. ended.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<Visit>(line, JsonSerializerOptions.Web)!)];
    }

    /// <summary>One line that the driver writes.</summary>
    private sealed record Visit(string Case, string? Error);

    /// <summary>Both runs over all cases, each of them made once, when a test asks for it.</summary>
    public sealed class Visits(RunningServer open) : IAsyncLifetime
    {
        private const string Key = "secret-of-the-test";

        private readonly RunningServer _closed = new("--Auth:ApiKeys:0", Key);

        public Lazy<Task<IReadOnlyDictionary<string, string?>>> WithoutKey { get; } =
            new(() => ErrorsAsync([open.Http.BaseAddress!.ToString()]));

        public Lazy<Task<IReadOnlyDictionary<string, string?>>> WithKey =>
            field ??= new(async () =>
            {
                await _closed.InitializeAsync();
                return await ErrorsAsync([_closed.Http.BaseAddress!.ToString(), Key]);
            });

        public ValueTask InitializeAsync() => ValueTask.CompletedTask;

        public ValueTask DisposeAsync() => _closed.DisposeAsync();

        private static async Task<IReadOnlyDictionary<string, string?>> ErrorsAsync(string[] parameters) =>
            (await Run(parameters)).ToDictionary(visit => visit.Case, visit => visit.Error);
    }
}
