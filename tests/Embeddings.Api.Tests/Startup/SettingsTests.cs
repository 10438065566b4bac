using System.Diagnostics;
using Embeddings.Inference.Tests;

namespace Embeddings.Api.Tests.Startup;

/// <summary>
/// What is written on a command line or in the environment is used, or somebody is told that it is not.
/// </summary>
public sealed class SettingsTests : IDisposable
{
    private static readonly string[] Listen = ["--urls", "http://127.0.0.1:0"];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("embeddings-settings-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("--port 9000", "--port on the command line is not a setting. The port is part of --urls http://localhost:9000.")]
    [InlineData("--Model:Default=x", "--Model:Default on the command line is not a setting. Did you mean --Models:Default?")]
    [InlineData("--Models:Defualt=x", "Did you mean --Models:Default?")]
    [InlineData("--Models__Precision Int8", "Did you mean --Models:Precision?")]
    [InlineData("--Models:Lanes=2", "--Models:Lanes on the command line is not a setting. Its name is now --Models:Workers.")]
    [InlineData("--maxinputs=5", "Did you mean --Limits:MaxInputs?")]
    [InlineData("--url http://127.0.0.1:0", "Did you mean --urls?")]
    [InlineData("Input:Truncate=Cut", "Input:Truncate on the command line is not a setting.")]
    [InlineData("/x", "/x on the command line is not a setting. There are --urls and the settings of the sections Models, ")]
    [InlineData("-x 1", "-x on the command line is not a setting.")]
    [InlineData("-x=1", "-x=1")]
    [InlineData("--urls", "--urls on the command line has no value; write --urls=value")]
    [InlineData("--urls --Models:Default=x", "--urls on the command line has no value")]
    [InlineData("--urls http://127.0.0.1:0 stray", "'stray' on the command line belongs to no setting")]
    [InlineData("--Models:Default:x=1", "--Models:Default:x on the command line is not a setting.")]
    [InlineData("--Auth:ApiKeys=", "Auth:ApiKeys is empty; give it a value, or leave the setting out.")]
    [InlineData("--Auth:ApiKeys:first=a", "--Auth:ApiKeys:first on the command line is not a setting.")]
    [InlineData("--urls http://localhost:99999", "urls has 'http://localhost:99999', whose port is '99999'; a port is a number from 0 to 65535")]
    [InlineData("--urls http://127.0.0.1:0;http://localhost:-1", "urls has 'http://localhost:-1', whose port is '-1'")]
    [InlineData("--urls http://[::1]:x/", "urls has 'http://[::1]:x/', whose port is 'x'")]
    public async Task A_wrong_word_of_the_command_line_stops_the_start_with_a_sentence_that_names_it(
        string line, string sentence)
    {
        var (code, output) = await ChildServer.RunAsync(line.Split(' '), Environment());
        Assert.True(code == 1, output);
        Assert.Contains("Embeddings cannot start: ", output, StringComparison.Ordinal);
        Assert.Contains(sentence, output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_a_settings_file_an_empty_list_is_none_and_an_empty_text_is_refused()
    {
        // An environment name of its own, so that no other test's program reads the file.
        var name = $"Test{Guid.NewGuid():N}";
        var file = Path.Combine(Path.GetDirectoryName(typeof(Program).Assembly.Location)!, $"appsettings.{name}.json");
        try
        {
            await File.WriteAllTextAsync(file, """{ "auth": { "apiKeys": [ ] } }""", Server.Cancelled);
            using (var server = new ChildServer(Listen, Environment(("ASPNETCORE_ENVIRONMENT", name))))
            {
                using var client = await server.ConnectAsync();
                Assert.True((await client.GetAsync(new Uri("/v1/models", UriKind.Relative), Server.Cancelled)).IsSuccessStatusCode);
            }

            await File.WriteAllTextAsync(file, """{ /* a template's hole */ "auth": { "apiKeys": "", }, }""", Server.Cancelled);
            var (code, output) = await ChildServer.RunAsync(Listen, Environment(("ASPNETCORE_ENVIRONMENT", name)));
            Assert.True(code == 1, output);
            Assert.Contains(
                "Auth:ApiKeys is empty; give it a value, or leave the setting out.", output, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("--urls http://127.0.0.1:0 --Limits:MaxInputs=5 /Models:Aliases:gpt-4=default Auth:ApiKeys:0=key --environment Production --AUTH:APIKEYS:1 other")]
    [InlineData("--Kestrel:Endpoints:web:Url=http://127.0.0.1:0 --Serilog:MinimumLevel:Default Information --Cors:Origins=https://a.example,https://b.example")]
    public async Task What_is_a_setting_is_taken_in_every_form_that_the_framework_reads(string line)
    {
        using var server = new ChildServer(line.Split(' '), Environment());
        using var client = await server.ConnectAsync();
        Assert.True(
            (await client.GetAsync(new Uri("/health/live", UriKind.Relative), Server.Cancelled)).IsSuccessStatusCode);
    }

    // Configuration takes the colon of a tag for a section.
    [Fact]
    public async Task An_alias_with_a_tag_is_taken_from_a_file_the_environment_and_the_command_line()
    {
        var name = $"Test{Guid.NewGuid():N}";
        var file = Path.Combine(Path.GetDirectoryName(typeof(Program).Assembly.Location)!, $"appsettings.{name}.json");
        try
        {
            await File.WriteAllTextAsync(file, """{ "Models": { "Aliases": { "all-minilm:latest": "default", "all-minilm:33m": "default", "plain": "default" } } }""", Server.Cancelled);
            using var server = new ChildServer(
                [.. Listen, "--Models:Aliases:registry:5000/own:v1=default"],
                Environment(("ASPNETCORE_ENVIRONMENT", name), ("Models__Aliases__nomic-embed-text__latest", "default"), ("Models__Aliases__plain__latest", "default")));
            using var client = await server.ConnectAsync();
            foreach (var alias in new[] { "all-minilm:latest", "ALL-MINILM:33M", "plain", "plain:latest", "nomic-embed-text:latest", "registry:5000/own:v1" })
            {
                var reply = await client.GetAsync(new Uri($"/v1/models/{alias}", UriKind.Relative), Server.Cancelled);
                Assert.True(reply.IsSuccessStatusCode, alias);
            }
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("Auths__ApiKeys", "Auth__ApiKeys")]
    [InlineData("Model__Default", "Models__Default")]
    [InlineData("Model__Aliases__gpt", "Models__Aliases__gpt")]
    [InlineData("Limit__MaxInputs", "Limits__MaxInputs")]
    [InlineData("Autth__ApiKeys__0", "Auth__ApiKeys__0")]
    [InlineData("MODELS_DEFAULT", "Models__Default")]
    [InlineData("AUTH_API_KEYS", "Auth__ApiKeys")]
    [InlineData("Storage.Path", "Storage__Path")]
    [InlineData("ASPNETCORE_Auths__ApiKeys", "Auth__ApiKeys")]
    public async Task A_variable_near_a_setting_is_warned_of_without_its_value(string name, string near)
    {
        using var server = new ChildServer(Listen, Environment((name, "a-secret-perhaps")));
        using var client = await server.ConnectAsync();
        Assert.Contains(
            $"The environment variable \\\"{name}\\\" sets nothing. Did you mean \\\"{near}\\\"?",
            server.Output,
            StringComparison.Ordinal);
        Assert.DoesNotContain("a-secret-perhaps", server.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Variables_that_are_settings_or_somebody_elses_are_not_warned_of()
    {
        using var server = new ChildServer(Listen, Environment(
            ("Limits__MaxInputs", "5"), ("LIMITS__MAXTOKENS", "1000"), ("Models:Precision", "Auto"), ("ASPNETCORE_Auth__ApiKeys__0", "key"), ("Path__x", "1"),
            ("MODEL", "x"), ("Grafana__Auth__ApiKeys", "x"), ("AUTHOR", "x"), ("DOTNET_gcServer", "0"), ("Logging__LogLevel__Default", "Warning")));
        using var client = await server.ConnectAsync();
        Assert.DoesNotContain("sets nothing", server.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_keys_a_line_says_who_may_call()
    {
        Assert.Matches(
            "No keys are set: whoever can run programs on this machine may use (?!.*\"@l\":\"Warning\")",
            await SaidAsync("http://127.0.0.1:0"));
        Assert.Matches(
            "No keys are set: whoever reaches .*http://0\\.0\\.0\\.0:.*Auth__ApiKeys=<key>.*\"@l\":\"Warning\"",
            await SaidAsync("http://127.0.0.1:0;http://0.0.0.0:0"));
        Assert.DoesNotContain(
            "No keys are set",
            await SaidAsync("http://127.0.0.1:0", ("Auth__ApiKeys", "key")),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://localhost:81", "Failed to bind to address http://localhost:81. Ports below 1024 need a right")]
    [InlineData("http://0.0.0.0:81", "Ports below 1024 need a right that this process does not have: choose another with --urls http://localhost:8080.")]
    public async Task A_port_that_only_root_may_use_is_told_to_others(string url, string sentence)
    {
        Assert.SkipUnless(ChildServer.CanRunAs(1654), "Only root can start a process of another user.");
        Assert.SkipUnless(int.Parse(await File.ReadAllTextAsync("/proc/sys/net/ipv4/ip_unprivileged_port_start", Server.Cancelled), null) > 81, "Every user may use every port here.");
        var (code, output) = await ChildServer.RunAsync(["--urls", url], Environment(), user: 1654);
        Assert.True(code == 1, output);
        Assert.Contains(sentence, output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    private async Task<string> SaidAsync(string urls, params (string Name, string Value)[] more)
    {
        using var server = new ChildServer(["--urls", urls], Environment(more));
        using var client = await server.ConnectAsync();
        // The last line of a start.
        for (var watch = Stopwatch.StartNew(); !server.Output.Contains("Ready: ", StringComparison.Ordinal) && watch.Elapsed < TimeSpan.FromSeconds(30);)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), Server.Cancelled);
        }

        await server.StopAsync();
        return server.Output;
    }

    private Dictionary<string, string> Environment(params (string Name, string Value)[] more)
    {
        var environment = new Dictionary<string, string>
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
            ["Models__Default"] = "static-en-384",
            ["Models__Download"] = "false",
            ["Models__Directory"] = Repository.TestModels,
            ["Storage__Path"] = Path.Combine(_folder.FullName, "kept.db"),
        };
        foreach (var (name, value) in more)
        {
            environment[name] = value;
        }

        return environment;
    }
}
